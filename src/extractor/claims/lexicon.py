"""The word lists of the layer `claims`, compiled once per rulebook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from extractor.claims.edges import Pattern, pattern_for
from extractor.rulebook.load import RuleError
from extractor.rulebook.model import Rulebook


@dataclass(frozen=True)
class Lexicon:
    """Patterns over the words around a number. `*_end` patterns are anchored at the end of the text searched."""

    lead: Pattern
    trail_end: Pattern
    kept_end: Pattern
    up_end: Pattern
    down_end: Pattern
    gap: Pattern
    share: Pattern
    rank_verb_end: Pattern
    rank_field_end: Pattern
    rank_context: Pattern
    rate_noun_end: Pattern
    relational: Pattern
    measure_end: Pattern
    to_verb: Pattern
    from_end: Pattern
    outcome: Pattern
    filler: Pattern
    tail_end: Pattern
    second_predicate: Pattern
    project_end: Pattern
    spent: Pattern
    set_verb_end: Pattern
    ongoing: Pattern
    fund: Pattern
    keep_time: Pattern
    region_word: Pattern
    cagr: Pattern
    count_verb: Pattern
    light_end: Pattern
    enumeration_end: Pattern
    partial: Pattern
    yoy: Pattern
    qoq: Pattern
    since_end: Pattern
    plan_whole: Pattern
    ratio_end: Pattern
    owner_end: Pattern
    share_mark: str
    share_noun: str
    distributes: Pattern
    not_change_end: Pattern
    doubling: Pattern
    level_name: Pattern
    set_tail: Pattern
    light_trail_end: Pattern
    small_one: tuple[str, ...]
    after_mark: Pattern
    pull: Pattern
    board_end: Pattern
    dative_end: Pattern
    generic: Pattern
    own_time: Pattern
    verb_inside: Pattern
    bare_verb: Pattern
    numbered_enumeration: Pattern
    and_start: Pattern
    whole_start: Pattern
    any_verb: Pattern
    vague_double: Pattern
    owner: Pattern
    subject_owner: Pattern
    bare_measure: Pattern
    relational_of: Pattern
    unit_noun: Pattern
    enumeration: Pattern
    set_list: Pattern
    relational_end: Pattern
    document_part: Pattern
    fund_verb_end: Pattern
    class_unit: Pattern
    measure_head: Pattern
    falling_rate_end: Pattern
    low_gap: Pattern
    scale: Pattern
    measure_last: Pattern
    shared_tail: Pattern
    pull_inside: Pattern
    span_of_plan_end: Pattern
    increment: Pattern
    yearly: Pattern
    size_clause: Pattern
    generic_zone: Pattern
    standalone: Pattern
    size_unit: Pattern
    per_end: Pattern
    place_unit: Pattern
    within_set: Pattern
    no_rank_end: Pattern
    region_end: Pattern
    no_region_end: Pattern
    subject: Pattern
    compared: Pattern
    comparison: Pattern
    against_end: Pattern
    set_phrase_end: Pattern
    meta: Pattern
    capacity: Pattern
    tail_start: Pattern
    amount_end: Pattern
    doing_end: Pattern
    manner: Pattern
    amount: Pattern
    joiner: Pattern
    joiner_end: Pattern
    scope: Pattern
    scoped: Pattern
    edge: str
    """Marks that mean nothing at the edge of a phrase."""
    particle: str
    splits: tuple[tuple[str, tuple[str, ...], str], ...]


def lexicon(book: Rulebook) -> Lexicon:
    """The lexicon of a rulebook."""
    return book.made("claims.lexicon", _compile)


def _compile(book: Rulebook) -> Lexicon:
    patterns = {name.removeprefix("phrases.").replace("-", "_"): pattern for name, pattern in _phrases(book).items()}
    splits = tuple((rule.match["fused"], tuple(rule.yields["parts"]), rule.id) for rule in book.layer("claims").rules
                   if isinstance(rule.match, dict) and "fused" in rule.match)
    try:
        return Lexicon(**patterns, share_mark=book.words("share_mark")[0], share_noun=book.words("share_noun")[0],
                       small_one=book.words("small_one"), edge="".join(book.words("edge_mark")),
                       particle=book.words("particle")[0], splits=splits)
    except TypeError as error:
        raise RuleError(f"rules/phrases.yaml: {error}; every pattern that the program names must be there") from None


def _phrases(book: Rulebook) -> dict[str, Pattern]:
    """The patterns of the layer `phrases` by the ids of their rules."""
    return book.made("claims.phrases",
                     lambda b: {rule.id: pattern_for(b, rule.match) for rule in b.layer("phrases").rules})


def probe(book: Rulebook, text: str, reference: date | None, region: str | None) -> Iterator[tuple[str, str]]:
    """What each pattern of the layer matches in a text, for the examples of its rules."""
    for name, pattern in _phrases(book).items():
        m = pattern.search(text)
        if m is not None:
            yield name, m.group()
