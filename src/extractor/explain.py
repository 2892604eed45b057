"""Why a record is there, and why words of a document gave none.

An explanation is a list of steps, each with what it is about, what was found and the place in the document where it
was found (line and column, both from 1, and the offset in the document's own text).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from extractor import engine
from extractor.claims import find_claims, keep
from extractor.claims.actions import _judged
from extractor.claims.assemble import assembled
from extractor.claims.confidence import explained as weighed_features
from extractor.claims.context import scoped_clauses
from extractor.claims.lexicon import lexicon
from extractor.claims.model import Claim, ScopedClause
from extractor.claims.scope_rules import scope_rules
from extractor.mentions.model import Entity, Quantity
from extractor.rulebook.model import Rulebook
from extractor.schema import Article, Record, plain_number
from extractor.text.view import make_view

_SNIPPET = 12
_FEATURES = 8


class NotThere(ValueError):
    """The record or the words are not in the document; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the document as given."""

    start: int
    end: int
    line: int
    column: int
    snippet: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an explanation."""

    about: str
    """`rule`, `mention`, `period`, `region`, `actor`, `speaker`, `tense`, `indicator`, `weight`, `record`, `number`,
    `verb` or `text`."""
    said: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """What is explained, and its steps."""

    title: str
    steps: tuple[Step, ...]
    record: str | None = None
    """Id of the record."""
    place: Place | None = None

    def plain(self) -> dict[str, Any]:
        """As plain data for JSON."""
        return asdict(self)


class Explainer:
    """Explains one document."""

    def __init__(self, article: Article, book: Rulebook) -> None:
        self.article, self.book = article, book
        self.doc = engine.analyse(article.text, article.published, article.region, book)
        self.text = self.doc.text

    @cached_property
    def clauses(self) -> list[ScopedClause]:
        """The clauses that the claims layer reads."""
        return list(scoped_clauses(self.doc))

    @cached_property
    def made(self) -> list[tuple[Claim, Record]]:
        """The records with their claims."""
        return assembled(self.article.doc_id, self.doc, find_claims(self.doc))

    # --- what commands ask for ----------------------------------------------------------------------------------

    def listed(self) -> list[Explained]:
        """Every record with its id, without steps."""
        return [Explained(_title(record), (), record.id, self._at(claim.start, claim.end))
                for claim, record in self.made]

    def record(self, record_id: str) -> Explained:
        """Why there is this record; the beginning of an id is enough where only one begins so. Raises NotThere."""
        found = [(c, r) for c, r in self.made if r.id.startswith(record_id)] if record_id else []
        if len(found) != 1:
            which = "several records whose ids begin" if found else "no record whose id begins"
            raise NotThere(f"has {which} with '{record_id}'; 'extractor explain' with the file alone lists them")
        claim, record = found[0]
        clause = self._clause_of(claim)
        steps = [*self._rules(claim), *self._mentions(claim), *self._indicator(claim), *self._context(claim, clause),
                 *self._weights(claim)]
        return Explained(_title(record), tuple(steps), record.id, self._at(claim.start, claim.end))

    def words(self, text: str) -> list[Explained]:
        """What these words gave and what not, for every place where they stand. Raises NotThere."""
        sought = make_view(text).clean.strip()
        if not sought:
            raise NotThere("give the words that are to be explained")
        spans, at = [], self.text.find(sought)
        while at >= 0:
            spans.append((at, at + len(sought)))
            at = self.text.find(sought, at + len(sought))
        if not spans:
            raise NotThere(f"does not hold the words '{text}'; copy them from the document")
        return [Explained(self.text[a:b], tuple(self._of_span(a, b)), None, self._at(a, b)) for a, b in spans]

    # --- a record -----------------------------------------------------------------------------------------------

    def _rules(self, claim: Claim) -> Iterable[Step]:
        known = {rule.id: rule for rule in self.book.rules}
        for name in claim.rules:
            rule = known.get(name)
            note = " ".join(rule.note.split()) if rule and rule.note else ""
            where = f" [{rule.where}]" if rule else ""
            yield Step("rule", f"{name}{': ' if note else ''}{note}{where}")

    def _mentions(self, claim: Claim) -> Iterable[Step]:
        if claim.quantity is not None:
            yield self._number(claim.quantity)
        for period in self.doc.periods:
            if claim.start <= period.start < claim.end:
                days = _days(period.start_date, period.end_date)
                yield Step("mention", f"time {period.text}: {days}, {period.shape} ({period.rule})",
                           self._at(period.start, period.end))
        for entity in self.doc.entities:
            if claim.start <= entity.start < claim.end:
                yield Step("mention", f"{entity.label} {entity.text}: {entity.name} ({entity.rule})",
                           self._at(entity.start, entity.end))

    def _number(self, q: Quantity) -> Step:
        base = q.base
        value = plain_number(base.number) if base.number is not None else f"{base.low}-{base.high}"
        return Step("mention", f"number {q.text}: {q.op} {value} {base.unit}, {q.category} ({q.rule})",
                    self._at(q.start, q.end))

    def _indicator(self, claim: Claim) -> Iterable[Step]:
        name = claim.indicator
        if not name or claim.quantity is None:
            return
        at = self.text.rfind(name, claim.start, claim.quantity.start)
        if at < 0:
            at = self.text.find(name, claim.quantity.end, claim.end)
        if at >= 0:
            yield Step("indicator", f"{name} stands in the evidence", self._at(at, at + len(name)))
            return
        for size in range(len(name), 1, -1):
            at = self.text.rfind(name[:size], 0, claim.quantity.start)
            if at >= 0:
                inside = "in the evidence" if at >= claim.start else "before it"
                yield Step("indicator", f"{name} is put together; it begins {inside}", self._at(at, at + size))
                return
        yield Step("indicator", f"{name} is put together from words around the number")

    def _context(self, claim: Claim, clause: ScopedClause | None) -> Iterable[Step]:
        period, region, actor, speaker = claim.period, claim.region, claim.actor, claim.speaker
        if period is not None:
            place = self._at(*period.place) if period.place else None
            told = {"stated": "stated in the evidence", "context": "inherited", "document": "of the publication date"}
            yield Step("period", f"{period.text or ''} {_days(period.start_date, period.end_date)}, "
                                 f"{told[period.source]}".strip(), place)
        if region is not None:
            yield Step("region", region.name, self._entity(region.name, claim.end))
        if actor is not None:
            yield Step("actor", actor.text if actor.name == actor.text else f"{actor.text}: {actor.name}",
                       self._entity(actor.name, claim.end) or self._word(actor.text, claim.end))
        if speaker is not None:
            yield Step("speaker", " ".join(filter(None, (speaker.org, speaker.title, speaker.name))),
                       self._entity(speaker.name, len(self.text)))
        if clause is not None and clause.scope.tense:
            yield Step("tense", f"{clause.scope.tense} ({clause.scope.tense_rule or 'of the words around'})",
                       self._tense_place(clause))

    def _tense_place(self, clause: ScopedClause) -> Place | None:
        """The nearest clause or heading up to this one in which the rule of the tense finds its mark."""
        rules = scope_rules(self.doc.book)
        found: tuple[int, int] | None = None
        for rule, pattern in rules.clauses:
            if rule.id == clause.scope.tense_rule:
                for sentence in self.doc.sentences:
                    for c in sentence.clauses:
                        if c.start > clause.clause.start:
                            break
                        m = pattern.search(self.text[c.start:c.end + 1])
                        found = (c.start + m.start(), c.start + max(m.end(), m.start() + 1)) if m else found
        for rule, pattern in rules.headings:
            if rule.id == clause.scope.tense_rule:
                for block in self.doc.view.blocks:
                    if block.start <= clause.clause.start and pattern.search(self.text[block.start:block.end]):
                        found = (block.start, min(block.end, block.start + 20))
        return self._at(*found) if found else None

    def _weights(self, claim: Claim) -> Iterable[Step]:
        for feature, weight in weighed_features(self.doc, claim)[:_FEATURES]:
            yield Step("weight", f"{weight:+.2f}  {feature}")

    def _clause_of(self, claim: Claim) -> ScopedClause | None:
        at = claim.quantity.start if claim.quantity else claim.start
        return next((c for c in self.clauses if c.clause.start <= at < c.clause.end), None)

    # --- words --------------------------------------------------------------------------------------------------

    def _of_span(self, start: int, end: int) -> Iterable[Step]:
        for block in self.doc.view.blocks:
            if block.kind == "furniture" and block.start < end and start < block.end:
                yield Step("text", "page furniture: it never makes a record", self._at(block.start, block.end))
        heard = [c for c in self.clauses if c.clause.start < end and start < c.clause.end]
        for sentence in self.doc.sentences:
            for clause in sentence.clauses:
                if clause.start < end and start < clause.end and not any(c.clause is clause for c in heard):
                    yield Step("text", "muted: it tells what somebody thinks or demands, not what this text claims",
                               self._at(clause.start, clause.end))
        claims = [(c, r) for c, r in self.made if c.start < end and start < c.end
                  and (c.quantity is None or (c.quantity.start < end and start < c.quantity.end))]
        for claim, record in claims:
            yield Step("record", f"{record.id} {_title(record)}", self._at(claim.start, claim.end))
        told = [c.quantity for c, _ in self.made if c.quantity]
        for scoped in heard:
            yield from self._numbers_of(scoped, start, end, told)
            yield from self._verbs_of(scoped, [c for c, _ in claims if c.action is not None])

    def _numbers_of(self, clause: ScopedClause, start: int, end: int, told: Sequence[Quantity]) -> Iterable[Step]:
        for q in clause.quantities:
            if q not in told and q.start < end and start < q.end:
                yield Step("number", f"{q.text} made no record: {self._why_not(clause, q)}", self._at(q.start, q.end))

    def _why_not(self, scoped: ScopedClause, q: Quantity) -> str:
        lex, clause = lexicon(self.doc.book), scoped.clause
        reason = keep.refusal(self.text, clause.start, clause.end, q, lex)
        if reason:
            return reason
        if keep.is_size(self.text, clause.end, q, lex):
            return "it only says how large the thing after it is"
        before = max((o.end for o in scoped.quantities if o.end <= q.start), default=clause.start)
        after = min((o.start for o in scoped.quantities if o.start >= q.end), default=clause.end)
        if keep.is_set(self.text[before:q.start], q, self.text[q.end:after], lex, scoped.scope):
            return "it tells how many members a known set has"
        if q.category == "rank":
            return "no rank of something stands around it"
        named = after < clause.end
        return "it helps to name what another number measures" if named else "nothing says what it measures"

    def _verbs_of(self, clause: ScopedClause, claims: Sequence[Claim]) -> Iterable[Step]:
        start, end = clause.clause.start, clause.clause.end
        if any(c.start < end and start < c.end for c in claims):
            return
        seen = [s for c, s in self._weighed if c is None and start <= s.reading.object[0] < end]
        for weighed in seen:
            yield Step("verb", f"{weighed.reading.verb} weighs {weighed.weight:+.1f}, too little for a record: "
                               + ", ".join(weighed.rules), self._at(*weighed.reading.object))
        if not seen and not clause.quantities:
            yield Step("verb", "no verb that tells an action or an outcome opens or ends this clause",
                       self._at(start, end))

    @cached_property
    def _weighed(self) -> list[Any]:
        taken = sorted({(c.start, c.end) for c, _ in self.made if c.quantity is not None})
        return list(_judged(self.doc, self.clauses, taken))

    # --- places -------------------------------------------------------------------------------------------------

    def _at(self, start: int, end: int) -> Place:
        first, last = self.doc.view.span(start, max(end, start + 1))
        original = self.article.text
        line = original.count("\n", 0, first) + 1
        column = first - (original.rfind("\n", 0, first) + 1) + 1
        left, right = max(0, start - _SNIPPET), min(len(self.text), end + _SNIPPET)
        snippet = f"{self.text[left:start]}[{self.text[start:end]}]{self.text[end:right]}".replace("\n", " ")
        return Place(first, last, line, column, snippet)

    def _entity(self, name: str, before: int) -> Place | None:
        """The last entity of that name up to an offset."""
        found: Entity | None = None
        for entity in self.doc.entities:
            if entity.start < before and name in (entity.name, entity.text):
                found = entity
        return self._at(found.start, found.end) if found else None

    def _word(self, text: str, before: int) -> Place | None:
        at = self.text.rfind(text, 0, before)
        return self._at(at, at + len(text)) if at >= 0 else None


def _title(record: Record) -> str:
    if record.indicator is not None and record.value is not None:
        return f"{record.type} {record.kind}: {record.indicator.text} {record.value.text}"
    action = record.action
    return f"{record.type}: {action.verb} {action.object} ({action.status})" if action else record.type


def _days(start: Any, end: Any) -> str:
    return f"{start or ''}..{end}" if end else "not dated"
