"""Named things in a text: places, zones, bodies, persons, documents, programmes, projects, events.

Every way of finding names proposes candidates; where they overlap the longest stays, then the one of the rule that is
more certain. So a place inside a longer name (青岛 in 青岛港) is no mention of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from extractor.mentions.entity_bodies import LISTED, Bodies
from extractor.mentions.entity_edges import Edges
from extractor.mentions.entity_heads import Heads
from extractor.mentions.entity_places import find_places
from extractor.mentions.entity_quotes import Quotes
from extractor.mentions.entity_rows import Rows
from extractor.mentions.model import Entity
from extractor.mentions.pattern_starts import Triggered
from extractor.mentions.people import people
from extractor.rulebook.model import Rulebook

_CERTAINTY = {"PERSON": 0, "DOCUMENT": 1, "EVENT": 2, "PROGRAMME": 3, "PROJECT": 4, "ZONE": 5, "FAC": 6, "ORG": 7,
              "LOC": 8, "GPE": 9}

_LESS_CERTAIN = frozenset(("entities.project-row", "entities.line-row", "entities.line-list"))
"""Rules that label a name by the row it stands in; what the name itself says goes before."""


def find_entities(text: str, book: Rulebook, region: str | None = None) -> list[Entity]:
    """All named things in `text`, by position, never overlapping.

    Args:
        text: clean text (`View.clean`); offsets of the result count its code points, half-open.
        book: the rulebook with the layers `entities`, `places` and `people`.
        region: the document's region (青岛市, 浙江省), against which short forms are resolved; None where unknown.

    Persons carry title and body, Chinese places their GB/T 2260 code; `name` is the canonical full form.
    """
    places = find_places(text, book, region)
    grammar = book.made("entity grammar", Grammar)
    return _longest([*places, *people(book).find(text), *grammar.find(text, places, book, region)])


class Grammar:
    """All constructions of the layer `entities`, compiled once per rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self._bodies = Bodies(book)
        self._edges = Edges(book)
        self._heads = Heads(book)
        self._rows = Rows(book)
        self._quotes = Quotes(book)
        self._patterns = [(rule.id, str(rule.yields["label"]), Triggered(book.expand(rule.match)))
                          for rule in book.layer("entities").rules if isinstance(rule.match, str)]

    def find(self, text: str, places: list[Entity], book: Rulebook, region: str | None) -> Iterator[Entity]:
        """Candidates, overlapping ones too."""
        bodies = list(self._bodies.find(text, places, book, region))
        yield from bodies
        known = [e for e in bodies if e.rule == LISTED and e.label in ("ORG", "LOC")]
        anchors = sorted({(e.start, e.end) for e in (*places, *known)})
        edges = self._edges.of(text)
        yield from self._heads.find(text, anchors, edges)
        yield from self._rows.find(text, anchors, edges)
        yield from self._quotes.find(text, [*places, *(e for e in bodies if e.rule == LISTED)])
        for rule, label, pattern in self._patterns:
            for m in pattern.finditer(text):
                yield Entity(m.start(), m.end(), m.group(), label, m.group(), rule=rule)


def probe(book: Rulebook, text: str, reference: date | None = None,
          region: str | None = None) -> list[tuple[str, str]]:
    """What the rules make of `text`, for `rulebook.check`: pairs of a rule's id and a brief.

    A brief is the name as found, its label and its canonical name with the code (青岛 GPE 青岛市 370200); for a person
    the plain name, body and title, `-` where there is none (卞成 PERSON 市发展改革委 党组书记、主任).
    """
    return [(e.rule, _brief(e)) for e in find_entities(text, book, region)]


def _brief(entity: Entity) -> str:
    if entity.label == "PERSON":
        return f"{entity.name} PERSON {entity.org or '-'} {entity.title or '-'}"
    return " ".join(part for part in (entity.text, entity.label, entity.name, entity.code) if part)


def _longest(candidates: Iterable[Entity]) -> list[Entity]:
    """The longest candidates that do not overlap, by position."""
    ordered = sorted(candidates, key=lambda e: (e.start - e.end, e.rule in _LESS_CERTAIN,
                                                _CERTAINTY.get(e.label, 9), e.start, e.rule))
    taken: set[int] = set()
    kept: list[Entity] = []
    for entity in ordered:
        if entity.start in taken or entity.end - 1 in taken:
            continue
        taken.update(range(entity.start, entity.end))
        kept.append(entity)
    return sorted(kept, key=lambda e: e.start)
