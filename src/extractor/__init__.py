"""Raw Chinese press text in, grounded records of targets, achievements and initiatives out.

>>> from extractor import Extractor
>>> x = Extractor()
>>> doc = x("到2026年,集装箱吞吐量超过2800万标箱。", published="2022-12-20", region="青岛市")
>>> [(r.type, r.value.base.number, r.value.base.unit) for r in doc.records]
[('target', 28000000, 'TEU')]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extractor.api import Document, Extractor
    from extractor.frames import to_frame
    from extractor.rulebook import RuleError
    from extractor.schema import (
        Action,
        Actor,
        Article,
        Base,
        Basis,
        EntityMention,
        Indicator,
        Period,
        PeriodMention,
        Quantity,
        Record,
        Region,
        Span,
        Speaker,
        Value,
    )

__all__ = ["Action", "Actor", "Article", "Base", "Basis", "Document", "EntityMention", "Extractor", "Indicator",
           "Period", "PeriodMention", "Quantity", "Record", "Region", "RuleError", "Span", "Speaker", "Value",
           "to_frame"]

_ELSEWHERE = {"Document": "extractor.api", "Extractor": "extractor.api", "RuleError": "extractor.rulebook",
              "to_frame": "extractor.frames"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that `import extractor` costs nothing."""
    if name not in __all__:
        raise AttributeError(f"module 'extractor' has no attribute '{name}'")
    from importlib import import_module

    value = getattr(import_module(_ELSEWHERE.get(name, "extractor.schema")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
