"""Page furniture: what a page or its software put around the text - buttons, bylines, captions, page numbers.

The rules are in `rules/furniture.yaml`. A rule's pattern sees one line, folded (see `reading.lines`), and `yields`
says what it takes:

- `part: line` the whole line (the pattern must match all of it),
- `part: lead` the leading part of the line that matches,
- `part: pair` the whole line and the next one, if that is short: a label whose value stands below it,
- `part: rest` the line and all that follows, unless a paragraph follows;
- `run: N` it holds only where no more than N lines in a row match: a longer row is a list, not furniture;
- `most: N` the longest line that it may take (120 characters where nothing is said).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from extractor.reading.lines import Line, page_lines
from extractor.rulebook.model import Rule, Rulebook
from extractor.text.traditional import simplified
from extractor.text.view import Block, View, make_view

_PARTS = ("line", "lead", "pair", "rest")
_MOST = 120
_SHORT_VALUE = 24
_NAMED = re.compile(r"\(\?P<\w+>")
_PARAGRAPH = re.compile(r".{40,}。")


@dataclass(frozen=True, slots=True)
class Furniture:
    """A piece of page furniture; offsets count code points of the original, half-open."""

    start: int
    end: int
    rule: str
    whole_line: bool


@dataclass(frozen=True, slots=True)
class _Compiled:
    id: str
    pattern: re.Pattern[str]
    match: Any
    """The pattern's `match` (part lead) or `fullmatch`."""
    part: str
    most: int
    run: int


def make_page_view(original: str, book: Rulebook) -> View:
    """The view of a page with its furniture in blocks of kind `furniture`.

    Lines that are furniture as a whole are told to `make_view`; of a line that begins with furniture (新华社…电) and
    goes on with text, the leading part becomes a block of its own. Traditional text is read as simplified.
    """
    plain = simplified(original, book)
    pieces = _furniture(plain, book)
    view = make_view(plain, [(f.start, f.end) for f in pieces if f.whole_line])
    if plain is not original:
        view = replace(view, original=original)
    leads = [(view.clean_offset(f.start), view.clean_offset(f.end)) for f in pieces if not f.whole_line]
    if not leads:
        return view
    return replace(view, blocks=tuple(part for block in view.blocks for part in _cut(block, leads)))


def _cut(block: Block, leads: Sequence[tuple[int, int]]) -> Iterator[Block]:
    """The block, cut at the leading furniture that it holds."""
    start = block.start
    for left, right in leads:
        if block.start <= left < right < block.end and block.kind != "furniture":
            if start < left:
                yield Block(start, left, block.kind)
            yield Block(left, right, "furniture")
            start = right
    yield Block(start, block.end, block.kind)


def furniture(original: str, book: Rulebook) -> list[Furniture]:
    """All page furniture of a text in order, leading parts of lines included."""
    return _furniture(simplified(original, book), book)


def _furniture(plain: str, book: Rulebook) -> list[Furniture]:
    rules, may_match = book.made("furniture", _compile)
    lines = page_lines(plain)
    some = [n for n, line in enumerate(lines) if may_match(line.text)]
    if not some:
        return []
    found: dict[int, Furniture] = {}
    for rule in rules:
        for number in _lines_of(rule, lines, some):
            line = lines[number]
            if number in found and found[number].whole_line:
                continue
            if rule.part == "lead":
                lead = rule.match(line.text)
                end = line.start + len(lead.group().rstrip())
                found[number] = Furniture(line.start, end, rule.id, end == line.end)
            else:
                found[number] = Furniture(line.start, line.end, rule.id, True)
    return [found[number] for number in sorted(found)]


def _lines_of(rule: _Compiled, lines: Sequence[Line], some: Sequence[int]) -> Iterator[int]:
    """The numbers of the lines that a rule takes; `some` are those that any rule may match."""
    matched = [n for n in some
               if (rule.part == "lead" or len(lines[n].text) <= rule.most) and rule.match(lines[n].text)]
    if rule.run:
        matched = _without_lists(matched, rule.run)
    if rule.part == "rest":
        for number in matched:
            if not any(_PARAGRAPH.search(line.text) for line in lines[number + 1:]):
                yield from range(number, len(lines))
                return
        return
    for number in matched:
        yield number
        if rule.part == "pair" and number + 1 < len(lines) and len(lines[number + 1].text) <= _SHORT_VALUE:
            yield number + 1


def _without_lists(matched: Sequence[int], most: int) -> list[int]:
    """The numbers that stand in rows of no more than `most` neighbours."""
    rows: list[list[int]] = []
    for number in matched:
        if rows and rows[-1][-1] == number - 1:
            rows[-1].append(number)
        else:
            rows.append([number])
    return [number for row in rows if len(row) <= most for number in row]


def _compile(book: Rulebook) -> tuple[list[_Compiled], Callable[[str], object]]:
    """The rules, and whether any of them may match a line: one look in place of twenty."""
    rules = [_compiled(book, rule) for rule in book.layer("furniture").rules]
    leads = _any_of([rule.pattern for rule in rules if rule.part == "lead"]).match
    wholes = _any_of([rule.pattern for rule in rules if rule.part != "lead"]).fullmatch
    longest = max((rule.most for rule in rules if rule.part != "lead"), default=0)
    return rules, lambda line: (len(line) <= longest and wholes(line)) or leads(line)


def _any_of(patterns: Sequence[re.Pattern[str]]) -> re.Pattern[str]:
    """One pattern for several; one for anything where they refer to their groups."""
    if any("(?P=" in p.pattern or re.search(r"\\[1-9]", p.pattern) for p in patterns):
        return re.compile("(?s:.*)")
    return re.compile("|".join(f"(?:{_NAMED.sub('(?:', p.pattern)})" for p in patterns) or "(?!)")


def _compiled(book: Rulebook, rule: Rule) -> _Compiled:
    from extractor.rulebook.load import RuleError

    part, run, most = rule.yields.get("part", "line"), rule.yields.get("run", 0), rule.yields.get("most", _MOST)
    if part not in _PARTS or not isinstance(rule.match, str):
        raise RuleError(f"{rule.where}: the rule '{rule.id}' needs a pattern and a part out of {', '.join(_PARTS)}; "
                        "write match: '…' and yields: {part: line}")
    pattern = book.compile(rule.match)
    match = pattern.match if part == "lead" else pattern.fullmatch
    return _Compiled(rule.id, pattern, match, part, int(most), int(run))


def probe(book: Rulebook, text: str, reference: date | None, region: str | None) -> Iterator[tuple[str, str]]:
    """For `rules check`: the rule and the words of each piece of furniture."""
    for piece in furniture(text, book):
        yield piece.rule, text[piece.start:piece.end]
