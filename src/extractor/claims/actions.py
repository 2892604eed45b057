"""Claims without a number: initiatives, milestones and states still to be reached (RECORDS.md, section 1).

A clause is cut into pieces (action_pieces), read (action_parse), weighed (action_weigh) and, where it weighs enough,
made a claim with the status that its verb and its scope tell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date

from extractor.claims.action_lexicon import Lexicon, lexicon
from extractor.claims.action_parse import Parser
from extractor.claims.action_pieces import Piece, pieces
from extractor.claims.action_places import Places, places
from extractor.claims.action_reading import Reading
from extractor.claims.action_scales import scales
from extractor.claims.action_weigh import Weighed, weigh
from extractor.claims.model import Action, Actor, Analysis, Claim, Region, Scope, ScopedClause
from extractor.rulebook.model import Rulebook
from extractor.text.segment import Sentence

_Acting = tuple[Sentence, Actor | None, Actor]
"""A sentence, the actor that the scope hands on there, and who acts instead."""


def find_actions(analysis: Analysis, clauses: Sequence[ScopedClause],
                 taken: Collection[tuple[int, int]]) -> list[Claim]:
    """The qualitative claims of a document, in order of place.

    Args:
        analysis: the document with its mentions.
        clauses: its clauses with what they inherit, in order.
        taken: evidence spans (clean text) of the claims that a number made; a piece of them that holds a number makes
            no action, except where the number only describes the thing.
    """
    return [claim for claim, _ in _judged(analysis, clauses, taken) if claim is not None]


def probe(book: Rulebook, text: str, reference: date | None, region: str | None) -> Iterator[tuple[str, str]]:
    """What the layer makes of a text, for the examples of its rules: (rule, brief) pairs."""
    from extractor.claims.context import scoped_clauses
    from extractor.engine import analyse

    analysis = analyse(text, reference, region, book)
    for claim, seen in _judged(analysis, list(scoped_clauses(analysis)), ()):
        if claim is not None and claim.action is not None:
            action = claim.action
            brief = f"{claim.type} | {action.verb} | {action.object} | {action.status}"
        else:
            brief = f"left out | {seen.reading.verb} | {analysis.text[slice(*seen.reading.object)]}"
        for rule in seen.rules:
            yield rule, brief
        if claim is not None and claim.type == "initiative":
            yield lexicon(book).helpers["status"], brief
        if lexicon(book).enumeration.match(analysis.text):
            yield lexicon(book).helpers["shapes"], brief


def _judged(analysis: Analysis, clauses: Sequence[ScopedClause],
            taken: Collection[tuple[int, int]]) -> Iterator[tuple[Claim | None, Weighed]]:
    words, weights = lexicon(analysis.book), scales(analysis.book)
    near = places(analysis.book, analysis.region)
    acting: _Acting | None = None
    for piece, reading in list(_read(analysis, words, clauses, taken)):  # one step at a time keeps its words at hand
        seen = weigh(analysis.text, words, weights, piece, reading)
        claim = _claim(analysis, words, near, piece, seen) if seen.kept else None
        if claim is not None and not reading.thing:
            acting = _acting(acting, piece, reading, claim)
            if acting is not None and claim.actor == acting[1]:
                claim = replace(claim, actor=acting[2])
        yield claim, seen


def _read(analysis: Analysis, words: Lexicon, clauses: Sequence[ScopedClause],
          taken: Collection[tuple[int, int]]) -> Iterator[tuple[Piece, Reading]]:
    """The readings of a document with the pieces that they are of."""
    text = analysis.text
    parser = Parser(text, words, analysis.entities)
    manner: Piece | None = None
    earlier: tuple[Piece, Reading] | None = None
    for piece in list(pieces(analysis, words, parser, clauses, taken)):
        if piece.counted:
            first = min((q for q in piece.clause.quantities if q.start >= piece.start), key=lambda q: q.start)
            readings = parser.beside(piece.clause, piece.start, first, piece.end)
        else:
            readings = parser.read(piece.clause, piece.start, piece.end)
        if not readings and not piece.counted and earlier is not None and earlier[0].clause is piece.clause:
            readings = parser.again(earlier[1], piece.start, piece.end)
        if not readings:
            manner = piece if parser.begins.at(piece.start, piece.end).purpose else None
            continue
        if manner is not None and manner.clause.sentence is piece.clause.sentence and manner.index + 1 == piece.index:
            piece = replace(piece, evidence=(manner.evidence[0], piece.evidence[1]))
        manner = None
        earlier = (piece, readings[0])
        for reading in readings:
            start, end = reading.object
            if _tidy(text[start:end]):
                yield piece, reading


def _acting(before: _Acting | None, piece: Piece, reading: Reading, claim: Claim) -> _Acting | None:
    """Who acts in the rest of a sentence: a subject that is no known name acts until another takes its place."""
    inherited = piece.clause.scope.actor
    if reading.subject is not None and claim.actor is not None and claim.actor != inherited:
        return piece.clause.sentence, inherited, claim.actor
    if before is not None and before[0] is piece.clause.sentence and before[1] == inherited:
        return before
    return None


def _claim(analysis: Analysis, words: Lexicon, near: Places, piece: Piece, seen: Weighed) -> Claim:
    text, reading = analysis.text, seen.reading
    rule = words.forms[reading.form]
    scope = piece.clause.scope
    status = _status(words, piece, reading, rule.yields.get("status"), analysis.published)
    kind = rule.yields["type"]
    if status == "planned":
        kind = rule.yields.get("planned_act" if reading.opens else "planned", rule.yields.get("planned", kind))
    start, end = reading.object
    subject = text[reading.subject[0]:reading.subject[1]] if reading.subject else None
    action = Action(reading.verb, _tidy(text[start:end]), status,
                    _tidy(subject) if subject and reading.form in ("outcome", "held", "ongoing", "state") else None)
    region = _region(text, words, near, piece, reading)
    actor = _actor(words, near, piece, reading, scope, subject)
    return Claim(kind, piece.evidence[0], piece.evidence[1], seen.rules, action=action, period=scope.period,
                 region=region, actor=actor, speaker=scope.speaker, group=piece.clause.sentence.start)


def _tidy(words: str) -> str:
    return words.strip("，、： ")


def _status(words: Lexicon, piece: Piece, reading: Reading, fixed: str | None, published: date | None) -> str:
    """`planned` in a future scope, `done` in a report's look back or a time that is over; else as the verb tells."""
    scope = piece.clause.scope
    looks_back = scope.tense == "past" and scope.tense_rule in words.looks_back
    said = (*reading.modals, *reading.adverbs)
    if scope.tense in words.plans or reading.expected or not words.lists["will"].isdisjoint(said):
        return "planned"
    if fixed and (reading.adverbs or not looks_back):
        return fixed
    if looks_back or reading.ended or reading.form in ("outcome", "held", "brought", "fulfil", "attain", "state"):
        return "done"
    lasts = not words.lists["lasting"].isdisjoint(said)
    if scope.tense == "ongoing" or lasts or any(p.shape == "recurring" for p in piece.clause.periods):
        return "ongoing"
    ended = scope.period.end_date if scope.period is not None else None
    over = ended is not None and published is not None and ended < published
    return "done" if over or words.verbs[reading.head].event or scope.tense_rule in words.done_rules else "ongoing"


def _region(text: str, words: Lexicon, near: Places, piece: Piece, reading: Reading) -> Region | None:
    """The zone or place that the thing or object is named after, else what the scope hands on."""
    scope = piece.clause.scope.region
    span = reading.subject if reading.subject is not None and not reading.opens else reading.object
    if scope is None:
        return None
    if not reading.opens:
        for entity in piece.clause.entities:
            if entity.label == "ZONE" and entity.start == span[0] and entity.end < span[1]:
                return Region(entity.text, entity.name)
    return near.of(text, *span, words.lists["before_place"]) or scope


def _actor(words: Lexicon, near: Places, piece: Piece, reading: Reading, scope: Scope,
           subject: str | None) -> Actor | None:
    """The clause's own subject where a body acts; else what the scope hands on (also for 我们)."""
    if reading.thing:
        return None
    if reading.subject is None or not subject or subject in words.lists["we"]:
        return scope.actor
    if scope.actor is not None and scope.actor.text.endswith(subject):
        return scope.actor
    if scope.region is not None and len(subject) > 1 and scope.region.name.endswith(subject):
        return Actor(scope.region.name, scope.region.name)
    if subject in words.lists["home"] and near.home is not None:
        return Actor(near.home.name, near.home.name)
    entity = next((e for e in piece.clause.entities if (e.start, e.end) == reading.subject), None)
    return Actor(subject, entity.name if entity else subject)


__all__ = ["find_actions", "probe"]
