"""Dataclasses that nobody changes, without the price of making sure of it at every turn.

A frozen dataclass sets each field through `object.__setattr__`: a claim of eighteen fields takes five times as long to
make, and a report makes a hundred thousand such objects. `value` is `dataclass` to the type checker, which refuses to
change what is frozen; when the program runs, fields are simply set. Use it for what is made per clause or mention.
Where the language part is compiled, `hatch_build.py` writes the constructors out, so that they are compiled too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:
    from dataclasses import dataclass

    def value(**settings):
        """`dataclass`; what is `frozen` has a hash, as it would have."""
        settings.setdefault("unsafe_hash", settings.pop("frozen", False))
        return dataclass(**settings)

__all__ = ["value"]
