"""The mutants of mutation.py: mutmut's changes to the functions of a module, put in place in a running process."""

from __future__ import annotations

import difflib
import fnmatch
import math
import random
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple

import libcst
from mutmut.mutation.file_mutation import create_mutations, deep_replace

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "extractor"
MUTATED = ("mentions", "claims")


class Mutant(NamedTuple):
    """One small change in one function: the changes to a function are numbered from 1."""

    module: str
    function: str
    number: int

    def __str__(self) -> str:
        return f"{self.module}.{self.function}#{self.number}"


@cache
def changes(path: Path) -> tuple[Any, dict[tuple[str, int], Any]]:
    """The syntax tree of a file and mutmut's changes to it, by function and number."""
    tree, found, *_ = create_mutations(str(path), path.read_text("utf-8"))
    names = {}
    for node in tree.body:
        if isinstance(node, libcst.FunctionDef):
            names[node] = node.name.value
        elif isinstance(node, libcst.ClassDef):
            names.update((part, f"{node.name.value}.{part.name.value}") for part in node.body.body
                         if isinstance(part, libcst.FunctionDef))
    numbers: Counter[str] = Counter()
    numbered = {}
    for change in found:
        name = names.get(change.contained_by_top_level_function)
        if name:
            numbers[name] += 1
            numbered[name, numbers[name]] = change
    return tree, numbered


def path_of(module: str) -> Path:
    path = PACKAGE.joinpath(*module.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def source(mutant: Mutant) -> str:
    """The text of the module with the change."""
    tree, numbered = changes(path_of(mutant.module))
    change = numbered[mutant.function, mutant.number]
    return str(deep_replace(tree, change.original_node, change.mutated_node).code)  # type: ignore[union-attr]


def described(mutant: Mutant) -> str:
    """The first line that is changed, before and after."""
    old, new = path_of(mutant.module).read_text("utf-8").split("\n"), source(mutant).split("\n")
    for kind, start, end, first, last in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            before, after = (" ".join(map(str.strip, lines)) for lines in (old[start:end], new[first:last]))
            return f"line {start + 1}: {before}  →  {after}"
    return "nothing is changed"


def drawn(size: int, seed: int, only: str) -> tuple[list[Mutant], int]:
    """A sample of all mutants whose name fits a pattern, and how many there are; all of them if `size` is 0."""
    by_module = {}
    fixed = only.partition("*")[0]
    for path in sorted(p for part in MUTATED for p in (PACKAGE / part).glob("*.py")):
        module = ".".join(("extractor", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
        if not (f"{module}.".startswith(fixed) or fixed.startswith(module)):
            continue
        mutants = [Mutant(module, *key) for key in sorted(changes(path)[1])]
        by_module[module] = [m for m in mutants if fnmatch.fnmatch(str(m), only)]
    total = sum(map(len, by_module.values()))
    dice = random.Random(seed)
    chosen: list[Mutant] = []
    for mutants in by_module.values():
        share = math.ceil(size * len(mutants) / max(total, 1)) if size else len(mutants)
        chosen += dice.sample(mutants, min(len(mutants), share))
    dice.shuffle(chosen)  # so that a run that is cut short is a sample too
    return chosen, total


def put_in_place(mutant: Mutant) -> None:
    """Give the function of this process the code and the defaults that it has in the mutant."""
    module = sys.modules[mutant.module]
    space: dict[str, Any] = {"__name__": mutant.module, "__package__": module.__package__}
    exec(compile(source(mutant), str(path_of(mutant.module)), "exec"), space)
    live, other = function_of(vars(module), mutant.function), function_of(space, mutant.function)
    live.__code__, live.__defaults__, live.__kwdefaults__ = other.__code__, other.__defaults__, other.__kwdefaults__


def function_of(space: dict[str, Any], name: str) -> FunctionType:
    """The function of a module or of a class by its qualified name."""
    owner, _, last = name.rpartition(".")
    found = vars(space[owner])[last] if owner else space[last]
    function = getattr(found, "__func__", found)
    assert isinstance(function, FunctionType)
    return function
