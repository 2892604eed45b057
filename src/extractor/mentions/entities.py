"""Named things in a text: places, zones, bodies, persons, documents, programmes, projects, events.

Every way of finding names proposes candidates; where they overlap the longest stays, then the one of the rule that is
more certain. So a place inside a longer name (青岛 in 青岛港) is no mention of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import repeat
from operator import attrgetter

from extractor.mentions.entity_bodies import LISTED, Bodies
from extractor.mentions.entity_edges import Edges
from extractor.mentions.entity_extensions import Extensions
from extractor.mentions.entity_heads import Heads
from extractor.mentions.entity_places import find_places
from extractor.mentions.entity_quotes import Quotes
from extractor.mentions.entity_rows import Rows
from extractor.mentions.model import Entity
from extractor.mentions.pattern_set import PatternSet
from extractor.mentions.people import people
from extractor.mentions.places import place_lexicon
from extractor.rulebook.model import Rulebook
from extractor.text.words import Hit, WordLists

_CERTAINTY = {"PERSON": 0, "DOCUMENT": 1, "EVENT": 2, "PROGRAMME": 3, "PROJECT": 4, "ZONE": 5, "FAC": 6, "ORG": 7,
              "LOC": 8, "GPE": 9}

_LESS_CERTAIN = {"entities.project-row": 2, "entities.company-row": 1, "entities.line-row": 1,
                 "entities.line-list": 1, "entities.feature": 2, "entities.road": 1,
                 "entities.programme-work": 1}
"""Rules that label a name by its row, its last character or what is not in it; what is known of it goes before.

Least certain are a row of projects, any item of which may be something else that is built, and a last character.
"""


def find_entities(text: str, book: Rulebook, region: str | None = None) -> list[Entity]:
    """All named things in `text`, by position, never overlapping.

    Args:
        text: clean text (`View.clean`); offsets of the result count its code points, half-open.
        book: the rulebook with the layers `entities`, `places` and `people`.
        region: the document's region (青岛市, 浙江省), against which short forms are resolved; None where unknown.

    Persons carry title and body, Chinese places their GB/T 2260 code; `name` is the canonical full form.
    """
    return find_all_entities([text], book, [region], [entity_words(book).find(text)])[0]


def entity_words(book: Rulebook) -> WordLists:
    """All words that tell of names; what is called `place` are those of `place_lexicon`."""
    return book.made("entity grammar", Grammar).words


def find_all_entities(texts: Sequence[str], book: Rulebook, regions: Sequence[str | None],
                      hits: Sequence[Mapping[str, Sequence[Hit]]]) -> list[list[Entity]]:
    """`find_entities` of some texts, step by step over all of them; `hits` are those of `entity_words` in each."""
    places = list(map(find_places, texts, repeat(book), regions, [found.get("place", ()) for found in hits]))
    persons = people(book).find_all(texts, hits)
    others = book.made("entity grammar", Grammar).find(texts, places, persons, book, regions, hits)
    return [_longest([*a, *b, *c]) for a, b, c in zip(places, persons, others, strict=True)]


class Grammar:
    """All constructions of the layer `entities`, compiled once per rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self._bodies = Bodies(book)
        self._edges = Edges(book)
        self._heads = Heads(book)
        self._rows = Rows(book)
        self._quotes = Quotes(book)
        self._extensions = Extensions(book)
        rules = [rule for rule in book.layer("entities").rules if isinstance(rule.match, str)]
        self._named = [(rule.id, str(rule.yields["label"])) for rule in rules]
        self._patterns = PatternSet([*(book.expand(rule.match) for rule in rules), *self._rows.tails])
        self.words = WordLists({"place": place_lexicon(book).words, "body": self._bodies.lexicon.words,
                                "head": self._heads.lexicon.words, "need": self._patterns.words, **people(book).lists})

    def find(self, texts: Sequence[str], places: Sequence[list[Entity]], persons: Sequence[list[Entity]],
             book: Rulebook, regions: Sequence[str | None],
             hits: Sequence[Mapping[str, Sequence[Hit]]]) -> list[list[Entity]]:
        """Candidates of each text, overlapping ones too; `places` and `persons` are its, `hits` those of `words`."""
        found = [list(self._bodies.find(text, near, book, region, words.get("body", ())))
                 for text, near, region, words in zip(texts, places, regions, hits, strict=True)]
        listed = [[e for e in bodies if e.rule == LISTED] for bodies in found]
        anchors = [sorted({(e.start, e.end) for e in (*near, *(e for e in known if e.label in ("ORG", "LOC", "ZONE")))})
                   for near, known in zip(places, found, strict=True)]
        edges = [self._edges.of(text, [e.end for e in found]) for text, found in zip(texts, persons, strict=True)]
        for text, at, begins, words, out in zip(texts, anchors, edges, hits, found, strict=True):
            if "head" in words:
                out.extend(self._heads.find(text, at, begins, words["head"]))
        for text, known, at, begins, words, out in zip(texts, listed, anchors, edges, hits, found, strict=True):
            stops = {e.end for e in known if e.label == "LOC"}  # 大美|青海湖: what is listed is no part of another name
            for n, m in self._patterns.find(text, words.get("need", ())):
                if n < len(self._named):
                    entity = _match(m, *self._named[n])
                    if entity.rule not in _LESS_CERTAIN or entity.end not in stops:
                        out.append(entity)
                else:
                    out.extend(self._rows.before(text, n - len(self._named), m, at, begins))
        for text, near, at, out in zip(texts, places, anchors, found, strict=True):
            out.extend(list(self._extensions.find(text, [*near, *out], at)))
        for text, near, known, out in zip(texts, places, listed, found, strict=True):
            out.extend(self._quotes.find(text, [*near, *known]))
        return found


def probe(book: Rulebook, text: str, reference: date | None = None,
          region: str | None = None) -> list[tuple[str, str]]:
    """What the rules make of `text`, for `rulebook.check`: pairs of a rule's id and a brief.

    A brief is the name as found, its label and its canonical name with the code (青岛 GPE 青岛市 370200); for a person
    the plain name, body and title, `-` where there is none (卞成 PERSON 市发展改革委 党组书记、主任).
    """
    return [(e.rule, _brief(e)) for e in find_entities(text, book, region)]


def _match(m: re.Match[str], rule: str, label: str) -> Entity:
    """What a pattern found; where it has a group `name`, the rest of it is only what stands around a name."""
    start, end = m.span("name" if "name" in m.re.groupindex else 0)
    name = m.string[start:end]
    return Entity(start, end, name, label, name, rule=rule)


def _brief(entity: Entity) -> str:
    if entity.label == "PERSON":
        return f"{entity.name} PERSON {entity.org or '-'} {entity.title or '-'}"
    return " ".join(part for part in (entity.text, entity.label, entity.name, entity.code) if part)


def _longest(candidates: Iterable[Entity]) -> list[Entity]:
    """The longest candidates that do not overlap, by position."""
    kept: list[Entity] = []
    rivals: list[Entity] = []
    end = 0
    for entity in sorted(candidates, key=_start):
        if entity.start >= end and rivals:
            kept += _best(rivals) if len(rivals) > 1 else rivals
            rivals = []
        rivals.append(entity)
        end = max(end, entity.end)
    return kept + _best(rivals)


def _best(rivals: list[Entity]) -> list[Entity]:
    """`_longest` of candidates of which each overlaps another."""
    taken: set[int] = set()
    kept: list[Entity] = []
    for entity in sorted(rivals, key=_rank):
        if entity.start in taken or entity.end - 1 in taken:
            continue
        taken.update(range(entity.start, entity.end))
        kept.append(entity)
    kept.sort(key=_start)
    return kept


_start = attrgetter("start")


def _rank(entity: Entity) -> tuple[int, int, int, int, str]:
    return (entity.start - entity.end, _LESS_CERTAIN.get(entity.rule, 0), _CERTAINTY.get(entity.label, 9), entity.start,
            entity.rule)
