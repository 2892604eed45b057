"""The pieces of clauses that can hold an action, and what their place in the paragraph says about them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby, zip_longest

from extractor.claims.action_lexicon import Lexicon
from extractor.claims.action_parse import Parser
from extractor.claims.action_words import Beginnings
from extractor.claims.model import Analysis, ScopedClause
from extractor.text.marks import CLOSE, OPEN
from extractor.values import value

_DONE = ("act", "soft", "effect")


@value(frozen=True, slots=True)
class Piece:
    """A clause or a part of one, with its place."""

    clause: ScopedClause
    start: int
    end: int
    evidence: tuple[int, int]
    index: int
    """Number of the clause in its sentence, not counting those that only lead to it (下一步，…)."""
    last: bool
    """Whether it ends its sentence."""
    alone: bool
    """Whether the sentence has no other clause."""
    leads: int
    """Number of clauses of the next sentence of the paragraph, 0 if there is none."""
    first_of_block: bool
    last_of_block: bool
    after_number: bool
    """Whether a number of the same sentence made a claim before it."""
    before_number: bool
    heading: bool
    counted: bool
    """Whether it holds a number that made a claim: all but what is named beside the counted is told by that."""


def pieces(analysis: Analysis, words: Lexicon, parser: Parser, clauses: Sequence[ScopedClause],
           taken: Collection[tuple[int, int]]) -> Iterator[Piece]:
    """The pieces of a document in order."""
    text, spans, blocks = analysis.text, _merged(taken), analysis.view.blocks
    runs = [list(group) for _, group in groupby(clauses, key=lambda c: c.clause.sentence)]
    for run, following in zip_longest(runs, runs[1:]):
        numbers = [bool(c.quantities) and _taken(c, spans) for c in run]
        first = numbers.index(True) if True in numbers else len(run)
        last = len(run) - 1 - numbers[::-1].index(True) if True in numbers else -1
        sentence = run[0].sentence
        if sentence.closer in words.questions and words.asks.search(analysis.text, sentence.start, sentence.end):
            continue
        block = blocks[sentence.block]
        heading = (block.kind == "heading" and block.end - block.start < 45) or (
            sentence.start == block.start and words.numbering.match(text, block.start) is not None)
        after = following[0].sentence if following is not None else None
        leads = len(after.clauses) if after is not None and after.block == sentence.block else 0
        alone, opens, closes = (len(sentence.clauses) == 1, sentence.start <= block.start + 12,
                                sentence.end >= block.end - 1)
        i, most = 0, len(run) - 1
        lead = 0
        while lead < most and _only_leads(text, words, run[lead]):
            lead += 1
        while i <= most:
            clause = run[i]
            start, end = clause.clause.start, clause.clause.end
            stop = i
            while stop < most and _goes_on(text, words, parser, run[stop], run[stop + 1]):
                stop += 1
                end = run[stop].clause.end
            whole = (start, end)
            for a, b in _cut(text, words, parser.begins, start, end):
                counted = numbers[i] and _holds_number(text, words, clause, a, b)
                yield Piece(clause, a, b, whole, max(0, i - lead), stop == most, alone, leads, opens, closes,
                            first < i, last > stop, heading, counted)
            i = stop + 1


def _only_leads(text: str, words: Lexicon, clause: ScopedClause) -> bool:
    """Whether a clause only names a time or joins what follows to what goes before (下一步，…)."""
    start, end = clause.clause.start, clause.clause.end
    return len(words.lists["connective"].at(text, start, end)) == end - start or any(
        p.start == start and p.end >= end for p in clause.periods)


def _merged(spans: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those that overlap made one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _taken(clause: ScopedClause, spans: list[tuple[int, int]]) -> bool:
    """Whether a number of the clause made a claim already; `spans` do not overlap."""
    i = bisect_left(spans, (clause.clause.end,))
    return i > 0 and clause.clause.start < spans[i - 1][1]


def _holds_number(text: str, words: Lexicon, clause: ScopedClause, start: int, end: int) -> bool:
    return any(start <= q.start < end and text[q.end:q.end + 1] not in words.modifies for q in clause.quantities)


def _goes_on(text: str, words: Lexicon, parser: Parser, clause: ScopedClause, following: ScopedClause) -> bool:
    """Whether a comma stands inside a list of nouns (A、B，C等…项目): what follows has no verb of its own."""
    start, end = following.clause.start, following.clause.end
    if following.quantities or clause.quantities or text[clause.clause.end] not in words.list_commas:
        return False
    if not words.list_end.search(text[start:end]):  # seldom true, and cheaper to ask than what follows
        return False
    if words.heads_clause(parser.begins, start, end) or any(e.start == start for e in following.entities):
        return False
    if not words.heads_clause(parser.begins, clause.clause.start, clause.clause.end):
        return False
    return not parser.read(following, start, end)


def _cut(text: str, words: Lexicon, begins: Beginnings, start: int, end: int) -> list[tuple[int, int]]:
    """The clause, cut where a 、 or 并 outside quotation marks begins another verb with an object."""
    if words.cut_mark.search(text, start, end) is None:
        return [(start, end)]
    found: list[tuple[int, int]] = []
    begin, depth = start, 0
    for mark in words.cut_or_enclosing.finditer(text, start, end):
        i, char = mark.start(), mark.group()
        if char in OPEN:
            depth += 1
        elif char in CLOSE:
            depth -= 1
        if depth > 0 or char not in words.cut_marks or i - begin < 4:
            continue
        j = i + 1
        while adverb := begins.at(j, end).adverb:
            j += len(adverb)
        verb = begins.at(j, end).head
        if len(verb) < 2 or not _stands_alone(text, words, begins, begin, i, j, len(verb), end, char):
            continue
        found.append((begin, i))
        begin = i + 1
    return [*found, (begin, end)]


def _stands_alone(text: str, words: Lexicon, begins: Beginnings, begin: int, i: int, j: int, length: int, end: int,
                  mark: str) -> bool:
    kind = words.verbs[text[j:j + length]].kind
    if mark in words.cut_always:
        return True
    if kind == "outcome":  # in a list of nouns (签约、建设、投产等全过程) it is one of them
        return j + length == end or (i - text.rfind(mark, begin, i) > 4 and text[j + length] not in words.linkers
                                     and not words.lists["ends_thing"].at(text, j + length, end))
    if kind in ("attain", "state"):
        return j + length < end
    return (kind in _DONE and not words.verbs[text[j:j + length]].noun and _opens_deed(words, begins, begin, i)
            and _has_object(text, words, begin, i, j + length, end))


def _opens_deed(words: Lexicon, begins: Beginnings, begin: int, end: int) -> bool:
    """Whether a verb of doing and its object fill `begin..end`."""
    while word := begins.at(begin, end).adverb or begins.at(begin, end).modal:
        begin += len(word)
    head = begins.at(begin, end).head
    after = begin + len(head)
    return len(head) > 1 and end - after >= 2 and words.verbs[head].kind in _DONE and not words.cut_mark.search(
        begins.text, after, end)


def _has_object(text: str, words: Lexicon, begin: int, i: int, after: int, end: int) -> bool:
    """Whether the verb before `after` has an object of its own (完善功能、提升能力), and none governs the whole row."""
    stop = text.find(text[i], after, end)
    return ((end if stop < 0 else stop) - after >= 3 and not words.suffixes.match(text, after)
            and not words.governed.search(text, begin, end)
            and next(words.lists["governs"].inside(text, begin, i), None) is None
            and next(words.attains.inside(text, after, end), None) is None)
