"""What is done to the sources before they are compiled ahead of time (hatch_build.py)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = '''
from __future__ import annotations
from extractor.values import value

@value(frozen=True, slots=True)
class Place:
    """A place."""

    name: str
    code: str | None = None
    """By GB/T 2260."""

    def line(self) -> int:
        return 1 // 0

@value(slots=True)
class Count:
    number: int
    words: tuple[str, ...] = ()
'''


@pytest.fixture(scope="module")
def hatch_build() -> ModuleType:
    spec = spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def classes(source: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": __name__}
    exec(compile(source, "places.py", "exec"), names)
    return names


def test_a_written_constructor_does_what_the_made_one_does(hatch_build: ModuleType) -> None:
    made, written = classes(SOURCE), classes(hatch_build.with_constructors(SOURCE))
    for names in (made, written):
        place = names["Place"]
        assert place("甲") == place("甲", None) == place(name="甲", code=None) != place("甲", "370200")
        assert hash(place("甲", "1")) == hash(place("甲", "1"))
        assert repr(place("甲")) == "Place(name='甲', code=None)"
        assert names["Count"](3).words == ()
        with pytest.raises(TypeError):
            place()
        with pytest.raises(TypeError):
            hash(names["Count"](3))


def test_all_lines_keep_their_numbers(hatch_build: ModuleType) -> None:
    written = hatch_build.with_constructors(SOURCE)
    with pytest.raises(ZeroDivisionError) as caught:
        classes(written)["Place"]("甲").line()
    assert SOURCE.splitlines()[caught.traceback[-1].lineno].strip() == "return 1 // 0"


def compiled_sources(hatch_build: ModuleType) -> Iterator[Path]:
    package = ROOT / "src" / "extractor"
    for group in hatch_build.MODULES.values():
        for pattern in group:
            yield from package.glob(pattern)


def test_what_the_compiler_cannot_do_is_not_asked_of_it(hatch_build: ModuleType) -> None:
    wrong = []
    for path in compiled_sources(hatch_build):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            rows = [row for row in getattr(node, "comparators", ()) if isinstance(row, ast.Tuple | ast.List)]
            if any(isinstance(part, ast.Starred) for row in rows for part in row.elts):
                wrong.append(f"{path}:{node.lineno}: 'in (*a, b)'; make it a tuple before")
            if isinstance(node, ast.Name) and node.id == "cached_property":
                wrong.append(f"{path}:{node.lineno}: cached_property; keep what was found in a field")
    assert wrong == []


def test_all_values_that_are_compiled_have_their_constructors_written(hatch_build: ModuleType) -> None:
    sources = [path.read_text("utf-8") for path in compiled_sources(hatch_build)]
    values = sum(source.count("\n@value(") for source in sources)
    before = sum(source.count("    def __init__(self, ") for source in sources)
    after = sum(hatch_build.with_constructors(source).count("    def __init__(self, ") for source in sources)
    assert values > 30
    assert after - before == values
