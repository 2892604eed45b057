"""What a claim is before it becomes a record. Plain data; offsets count code points of `View.clean`, half-open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from extractor.mentions.model import Entity, Period, Quantity
from extractor.rulebook.model import Rulebook
from extractor.text.segment import Clause, Sentence
from extractor.text.view import View
from extractor.values import value


@value(frozen=True, slots=True)
class Analysis:
    """A document with its mentions: all that the claims layer reads."""

    view: View
    sentences: tuple[Sentence, ...]
    quantities: tuple[Quantity, ...]
    periods: tuple[Period, ...]
    entities: tuple[Entity, ...]
    published: date | None
    region: str | None
    """Canonical name of the place that the document is about (青岛市)."""
    book: Rulebook

    @property
    def text(self) -> str:
        """The clean text."""
        return self.view.clean


@value(frozen=True, slots=True)
class ClaimPeriod:
    """The time of a claim; dates are inclusive and may be missing (RECORDS.md, `period`)."""

    text: str | None
    start_date: date | None
    end_date: date | None
    source: str
    """`stated` in the evidence, `context` inherited from earlier text, `document` taken from the publication date."""
    place: tuple[int, int] | None = None
    """Where its words stand in the clean text, for explanations."""


@value(frozen=True, slots=True)
class Region:
    """A place as written and resolved."""

    text: str | None
    name: str


@value(frozen=True, slots=True)
class Actor:
    """Who acts or answers for a claim, as written and in canonical form."""

    text: str
    name: str


@value(frozen=True, slots=True)
class Speaker:
    """Who says it, with the title, and the body that he or she speaks for."""

    name: str
    title: str | None
    org: str | None


@value(frozen=True, slots=True)
class Scope:
    """What a clause inherits from its paragraph, list, section or speaker."""

    tense: str | None
    """`future`, `past`, `ongoing` or None where nothing says."""
    period: ClaimPeriod | None
    region: Region | None
    actor: Actor | None
    """The subject named earlier in the sentence or the speaker's body; None where nothing says."""
    speaker: Speaker | None
    tense_rule: str = ""
    """The rule that set the tense, for `Record.rule`."""
    narrow: ClaimPeriod | None = None
    """A narrow time (1—10月) of an earlier sentence of the paragraph, inherited by statistics alone."""


@value(frozen=True, slots=True)
class Action:
    """What is done, without adverbs, with its whole object; `subject` where the thing itself is the subject."""

    verb: str
    object: str
    status: str
    """`planned`, `ongoing` or `done`."""
    subject: str | None = None


@value(frozen=True, slots=True)
class Basis:
    """Against what a change or gap is measured: `yoy`, `qoq`, `cagr`, `since`, `plan` or `peer`."""

    kind: str
    text: str | None


@value(frozen=True, slots=True)
class Claim:
    """One claim. Quantitative: `kind`, `indicator`, `quantity` are set; qualitative: `action` is."""

    type: str
    """`target`, `achievement` or `initiative`."""
    start: int
    """Start of the evidence in the clean text."""
    end: int
    rules: tuple[str, ...]
    kind: str | None = None
    """`level`, `change`, `gap` or `rank`; None for a qualitative claim."""
    indicator: str | None = None
    quantity: Quantity | None = None
    negative: bool = False
    """Whether the number is a fall (`change`) and gets a minus sign."""
    number: Decimal | None = None
    """Overrides the quantity's number where the construction says so (翻番), else None."""
    basis: Basis | None = None
    action: Action | None = None
    period: ClaimPeriod | None = None
    region: Region | None = None
    actor: Actor | None = None
    speaker: Speaker | None = None
    group: int = 0
    """Claims of one statement carry the same number (the offset where the statement begins)."""
    confidence: float | None = None
    """How sure it is, where its maker knows; else `claims.confidence` tells."""
    notes: Sequence[str] = ()
    """Steps for `explain`."""


@value(frozen=True, slots=True)
class ScopedClause:
    """A clause with its sentence and what it inherits."""

    clause: Clause
    sentence: Sentence
    scope: Scope
    quantities: tuple[Quantity, ...]
    """Quantities that lie inside the clause."""
    periods: tuple[Period, ...]
    entities: tuple[Entity, ...]
