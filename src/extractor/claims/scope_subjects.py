"""Who and where: the place, the body or the speaker that a clause opens with and the next ones inherit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from extractor.claims.around import Around, zones
from extractor.claims.model import Actor, Analysis, Region, Speaker
from extractor.claims.scope_frames import BLANK, Frame, Frames
from extractor.claims.scope_rules import ScopeRules
from extractor.mentions.entity_heads import PLANT
from extractor.mentions.model import Entity, Period
from extractor.mentions.places import resolve_place
from extractor.text.segment import Clause, Sentence


class Subjects:
    """Reads places, actors and speakers of one document into its frames."""

    def __init__(self, doc: Analysis, rules: ScopeRules, frames: Frames, entities: Around[Entity]) -> None:
        self.doc, self.rules, self.frames, self.entities = doc, rules, frames, entities
        self.text = doc.text
        home = doc.region
        place = resolve_place(home, doc.book, None) if home else None
        self.provincial = place is not None and (place.code or "").endswith("0000")
        self.home = Region(None, home) if home else None
        self.persons = Around(e for e in doc.entities if e.label == "PERSON" and (e.title or e.org))
        self.zones = zones(doc.entities, home)

    def first_frame(self, sentences: list[Sentence]) -> Frame:
        """A paragraph whose speech comes before its speaker is named takes the first speaker."""
        if not sentences:
            return BLANK
        start, end = sentences[0].start, sentences[-1].end
        speaker = self.speaker(start, end)
        if speaker is None:
            return Frame(region=self._topic_zone(sentences[0]))
        return Frame(speaker=speaker, actor=speaking_body(speaker), region=self.zone_of(speaker))

    def at_home(self, sentence: Sentence) -> bool:
        """Whether a sentence tells what the text's own place or a body does, after a thought that was quoted."""
        return self.rules.resumes.match(self.text, sentence.start, sentence.end) is not None or any(
            self.acts_at_home(clause) for clause in sentence.clauses)

    def acts_at_home(self, clause: Clause) -> bool:
        """Whether a clause opens with the text's own place or a body of which nothing is demanded."""
        end = next((e.end for e in self.entities.beginning(clause.start, clause.start + 1)
                    if e.label in ("ORG", "ZONE", "FAC", "PROJECT") or e.name == self.doc.region), clause.start)
        if end == clause.start and (own := self.rules.home_word.match(self.text, clause.start, clause.end)):
            end = own.end()
        return end > clause.start and not self.rules.demanded.match(self.text, end, clause.end)

    def _topic_zone(self, first: Sentence) -> Region | None:
        """A paragraph whose first sentence names one zone or district and no other place is about it."""
        if self.provincial:
            return None
        named = {e.name: e for e in self.entities.beginning(first.start, first.end)
                 if e.label == "ZONE" or (e.label == "GPE" and e.name != self.doc.region)}
        only = next(iter(named.values())) if len(named) == 1 else None
        return Region(only.text, only.name) if only is not None and self._is_own_zone(only) else None

    def _is_own_zone(self, entity: Entity) -> bool:
        """Whether a zone is a place that figures are told of (上合示范区), or a district."""
        if entity.label == "GPE":
            return (entity.code or "000000")[4:] != "00"
        return bool(self.rules.zone.search(entity.name)) and not (
            self.rules.generic_zone.match(entity.name) or self.rules.no_zone.search(entity.name))

    def set_place_and_actor(self, clause: Clause, entities: tuple[Entity, ...],
                            periods: tuple[Period, ...]) -> None:
        """A clause that opens with a place or a body takes it as its subject; the rest of the sentence inherits."""
        start = clause.start
        if periods:
            start = next((p.end for p in periods if p.start <= clause.start + 2), start)
        if self.rules.home_word.match(self.text, start, clause.end):
            self.frames.sentence = replace(self.frames.sentence, region=self.home)
            self.frames.paragraph = replace(self.frames.paragraph, region=self.home)
        if self.rules.anaphor.match(self.text, start, clause.end):
            self.frames.sentence = replace(self.frames.sentence, region=Region(None, ""))
        for entity in entities:
            if entity.start - clause.start > 24:
                break
            if entity.label not in ("GPE", "LOC", "ZONE", "ORG", "PROJECT"):
                continue
            if not self._is_light(clause.start, entity.start, periods) or self._in_longer(entity, periods):
                break
            self._take_subject(clause, entity, entities)
            break

    def _is_light(self, start: int, end: int, periods: Iterable[Period]) -> bool:
        """Whether only a period or a connective stands before a subject."""
        for p in periods:
            if start <= p.start and p.end <= end and self.rules.time_lead.fullmatch(self.text, start, p.start):
                start = p.end
        return self.rules.time_lead.fullmatch(self.text, start, end) is not None

    def _in_longer(self, entity: Entity, periods: Iterable[Period]) -> bool:
        """Whether a company only begins the name of a project (甲公司150兆瓦工程): figures follow, and no period."""
        return (entity.label == "ORG" and self.text[entity.end:entity.end + 1].isdigit()
                and all(p.start != entity.end for p in periods))

    def _take_subject(self, clause: Clause, entity: Entity, entities: tuple[Entity, ...]) -> None:
        actor = self._acting(clause, entity, entities)
        listed = self.text[entity.end:entity.end + 1] in self.rules.joins and any(
            e.label == entity.label and e.start > entity.end for e in entities)
        if entity.label in ("ORG", "PROJECT"):
            if self._is_company(entity):
                self.frames.sentence = replace(self.frames.sentence, actor=actor or self.frames.sentence.actor)
                self.frames.own_region = Region(None, "")
                if not self.provincial:
                    self.frames.sentence = replace(self.frames.sentence, region=self.frames.own_region)
            elif entity.label == "ORG" and actor is not None:
                self.frames.sentence = replace(self.frames.sentence, actor=actor)
            return
        place = Region(entity.text, entity.name)
        if entity.label == "LOC":
            if not self.provincial and not listed and self.rules.wide_region.search(entity.name):
                self.frames.sentence = replace(self.frames.sentence, region=place)
            return
        if actor is not None:
            self._take_actor(actor)
        if entity.name == self.doc.region:
            self.frames.sentence = replace(self.frames.sentence, region=self.home)
            self.frames.paragraph = replace(self.frames.paragraph, region=self.home)
        elif listed or (entity.label == "GPE" and entity.code is None) or (
                entity.label == "ZONE" and not self._is_own_zone(entity)):
            return
        elif not self.provincial and (entity.label == "ZONE" or (entity.code or "000000")[4:] != "00"):
            self.frames.sentence = replace(self.frames.sentence, region=place)
            self.frames.paragraph = replace(self.frames.paragraph, region=place)
        else:
            self.frames.own_region = place

    def _acting(self, clause: Clause, entity: Entity, entities: tuple[Entity, ...]) -> Actor | None:
        """A subject with those that are listed beside it (市委、市政府); None where a preposition governs it."""
        if self.rules.governed.search(self.text, clause.start, entity.start):
            return None
        end = entity.end
        for other in entities:
            if other.start == end + 1 and other.label == entity.label and self.text[end] in self.rules.joins:
                end = other.end
        return Actor(self.text[entity.start:end], entity.name if end == entity.end else self.text[entity.start:end])

    def _take_actor(self, actor: Actor) -> None:
        """A subject holds for its sentence, and for the paragraph unless somebody speaks there."""
        self.frames.sentence = replace(self.frames.sentence, actor=actor)
        if self.frames.paragraph.speaker is None:
            self.frames.paragraph = replace(self.frames.paragraph, actor=actor)

    def _is_company(self, entity: Entity) -> bool:
        if entity.label == "ORG":
            return entity.name in self.rules.companies or entity.text in self.rules.companies or bool(
                self.rules.company.search(entity.text))
        return entity.rule == PLANT and entity.text.startswith(tuple(self.rules.companies))

    def speaker(self, start: int, end: int) -> Speaker | None:
        """Whoever is said to speak in a span, with title and body."""
        for entity in self.persons.beginning(start, end):
            if self.rules.leader.match(self.text, entity.start, end):
                continue
            if self.rules.speech.match(self.text, entity.end, min(end + 1, entity.end + 12)):
                return Speaker(entity.name, entity.title, entity.org)
        return None

    def zone_of(self, speaker: Speaker) -> Region | None:
        """The place in the name of the body that a speaker speaks for."""
        if not speaker.org:
            return None
        heads = (speaker.org[:length] for length in range(len(speaker.org) + 1))
        named = [self.zones[head] for head in heads if head in self.zones]
        if not named:
            return None
        _, first = min(named, key=lambda found: found[0])
        return Region(first.text, first.name)


def speaking_body(speaker: Speaker) -> Actor | None:
    """The body that a speaker speaks for."""
    return Actor(speaker.org, speaker.org) if speaker.org else None
