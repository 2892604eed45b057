"""What each clause inherits: time, place, actor, speaker, and whether it looks forward or back.

The walk goes once through the document, block by block, sentence by sentence, clause by clause. State lies in three
frames - section, paragraph, sentence - and a clause sees the innermost that says anything. What sets a frame, and how
far it reaches, is told by the rules of the layer `scopes`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from extractor.claims.action_lexicon import lexicon
from extractor.claims.around import Around
from extractor.claims.model import Analysis, ClaimPeriod, Region, Scope, ScopedClause
from extractor.claims.scope_frames import BLANK, Frame, Frames, claim_period, heading_level
from extractor.claims.scope_headings import Headings
from extractor.claims.scope_rules import scope_rules
from extractor.claims.scope_subjects import Subjects, speaking_body
from extractor.claims.scope_times import Times
from extractor.mentions.model import Entity, Period
from extractor.text.segment import Clause, Sentence
from extractor.text.view import Block


def scoped_clauses(analysis: Analysis) -> Iterator[ScopedClause]:
    """The clauses of a document with what they inherit, in order. Clauses that only quote a leader are left out."""
    return _Walk(analysis).clauses()


class _Walk:
    """One pass over a document."""

    def __init__(self, analysis: Analysis) -> None:
        self.doc = analysis
        self.text = analysis.text
        self.rules = scope_rules(analysis.book)
        self.frames = Frames()
        self.periods, self.entities = Around(analysis.periods), Around(analysis.entities)
        self.headings = Headings(analysis, self.rules, self.frames, self.periods)
        self.times = Times(analysis, self.rules, self.frames, self.periods)
        self.subjects = Subjects(analysis, self.rules, self.frames, self.entities)
        self.quantities = Around(analysis.quantities)
        self.block = -1
        """That of the last sentence."""
        self.names_leader = False
        """Whether the sentence names a leader."""
        self.leader_acts = False
        """Whether the clause tells what a leader does, not the text's own place or a body of it."""
        self.leaders = [m.start() for m in self.rules.leader_name.finditer(self.text)]
        self.scope: Scope | None = None
        """The last one; most clauses inherit the same as the one before."""

    def clauses(self) -> Iterator[ScopedClause]:
        by_block: dict[int, list[Sentence]] = {}
        for sentence in self.doc.sentences:
            by_block.setdefault(sentence.block, []).append(sentence)
        level = 0
        for index, block in enumerate(self.doc.view.blocks):
            if block.kind == "furniture":
                continue
            sentences = by_block.get(index, [])
            above, level = level, heading_level(self.text[block.start:block.start + 8])
            if block.kind == "heading" or level:
                self.headings.enter(block)
            self.frames.paragraph = self._going_on(block, self.frames.paragraph, self.subjects.first_frame(sentences))
            if above > 1 and self.rules.dash.match(self.text, block.start):
                self.times.turn_on()
            closed = True
            for sentence in sentences:
                if closed:
                    self._enter_sentence(sentence)
                closed = sentence.closer not in ("；", ";")
                for clause in sentence.clauses:
                    found = self.periods.within(clause.start, clause.end)
                    named = self.entities.within(clause.start, clause.end)
                    told = self.quantities.within(clause.start, clause.end)
                    scope = self._enter_clause(clause, sentence, found, named, told=bool(told))
                    if scope is not None and block.kind != "furniture":
                        yield ScopedClause(clause, sentence, scope, told, found, named)

    def _going_on(self, block: Block, before: Frame, frame: Frame) -> Frame:
        """A paragraph that goes on with the plans of the one before it takes over what that one has set.

        It opens with a number (一是…) or, after somebody spoke, with what that one will do (加快建设…).
        """
        if before.tense != "future":
            return frame
        if not self.rules.item_open.match(self.text, block.start, block.end) and (
                before.speaker is None or frame.speaker is not None or block.kind == "heading"
                or not lexicon(self.doc.book).opens_predicate(self.text, block.start, block.end)):
            return frame
        return replace(before, speaker=frame.speaker or before.speaker, actor=frame.actor or before.actor,
                       region=frame.region or before.region, muted=False)

    def _enter_sentence(self, sentence: Sentence) -> None:
        before, self.frames.sentence = self.frames.sentence, BLANK
        if self.block == sentence.block and lexicon(self.doc.book).opens_predicate(
                self.text, sentence.start, sentence.end):
            self.frames.sentence = self._going_on_in(sentence, before)
        self.block = sentence.block
        self.leader_acts = False
        self.names_leader = self._names_leader(sentence.start, sentence.end)
        if self.names_leader:
            if any(self.rules.leader.match(self.text, c.start, sentence.end) for c in sentence.clauses):
                self.frames.paragraph = replace(self.frames.paragraph, muted=True)
        elif self.frames.paragraph.muted and self.subjects.at_home(sentence):
            self.frames.paragraph = replace(self.frames.paragraph, muted=False)
        speaker = self.subjects.speaker(sentence.start, sentence.end)
        if speaker is not None:
            around = self.frames.paragraph
            self.frames.paragraph = replace(around, speaker=speaker, actor=speaking_body(speaker) or around.actor,
                                            region=self.subjects.zone_of(speaker) or around.region, muted=False)

    def _going_on_in(self, sentence: Sentence, before: Frame) -> Frame:
        """What a sentence without subject takes over: who acts and, unless it tells figures, that it is planned."""
        acts = before.actor is not None and self.rules.body.search(before.actor.text) is not None
        plans = before.tense == "future" and not self.quantities.within(sentence.start, sentence.end)
        if not acts and not plans:
            return BLANK
        return replace(BLANK, actor=before.actor if acts else None, tense=before.tense if plans else None,
                       tense_rule=before.tense_rule if plans else "")

    def _names_leader(self, start: int, end: int) -> bool:
        i = bisect_left(self.leaders, start)
        return i < len(self.leaders) and self.leaders[i] < end

    def _tells_of_leader(self, clause: Clause) -> bool:
        """Whether a clause tells what a leader does: from where he is named on, until another acts."""
        if self.rules.leader_act.match(self.text, clause.start, clause.end):
            self.leader_acts = True
        elif self.leader_acts and self.subjects.acts_at_home(clause):
            self.leader_acts = False
        return self.leader_acts

    def _enter_clause(self, clause: Clause, sentence: Sentence, periods: tuple[Period, ...],
                      entities: tuple[Entity, ...], *, told: bool) -> Scope | None:
        opens = self.text[clause.end:clause.end + 1] in ("：", ":")
        words = self.text[clause.start:clause.end + opens]
        tense, rule_id = self.times.own_tense(words, clause, sentence)
        opening = self.times.opening_period(clause, periods, entities)
        if opening is not None:
            self._take_opening(opening, clause, words, tense)
            if not told:
                self.times.turn_to(opening)
        frames = self.frames
        self.frames.own_region = None
        self.subjects.set_place_and_actor(clause, entities, periods)
        if self.names_leader and self._tells_of_leader(clause):
            return None
        if frames.paragraph.muted and opening is None and tense != "past":
            return None
        if opening is not None and frames.paragraph.muted:
            frames.paragraph = replace(frames.paragraph, muted=False)
        own = tense is not None
        if tense is None and frames.item is not None and frames.item[0] is sentence:
            tense, rule_id = frames.item[1:]
        if tense is None:
            tense, rule_id = frames.inherited_tense()
        period = frames.sentence.period or frames.paragraph.period or frames.section_period()
        if tense is None and self.times.section_lies_ahead():
            tense, rule_id = "future", "scopes.section-ahead"
        if tense == "past" and not own and self.times.is_ahead(period):
            tense, rule_id = "future", "scopes.time-ahead"
        if tense == "future" and period is not None and frames.sentence.period is None and self.times.is_past(period):
            period = None  # 新的一年 after a look back of 五年来
        region = frames.own_region or frames.sentence.region or frames.paragraph.region or self.subjects.home
        if region is not None and not region.name:
            region = None
        return self._scope(tense, period, region, rule_id)

    def _take_opening(self, opening: Period, clause: Clause, words: str, tense: str | None) -> None:
        """The time that a clause opens with holds for its sentence or further."""
        frames = self.frames
        if self.rules.plan_lead.match(words) or self.rules.copula.match(self.text, opening.end):
            frames.sentence = replace(frames.sentence, period=claim_period(opening, "context"))
        else:
            self.times.set_period(opening, alone=clause.end - opening.end <= 1)
        if self.times.is_over(opening) and tense is None and frames.paragraph.tense == "future":
            frames.paragraph = replace(frames.paragraph, tense=None)
            frames.sentence = replace(frames.sentence, tense="past", tense_rule="scopes.time-over")

    def _scope(self, tense: str | None, period: ClaimPeriod | None, region: Region | None, rule: str) -> Scope:
        paragraph, last = self.frames.paragraph, self.scope
        actor = self.frames.sentence.actor or paragraph.actor
        if last is not None and (last.tense == tense and last.tense_rule == rule and last.period is period
                                 and last.region is region and last.actor is actor
                                 and last.speaker is paragraph.speaker and last.narrow is paragraph.narrow):
            return last
        self.scope = Scope(tense, period, region, actor, paragraph.speaker, rule, paragraph.narrow)
        return self.scope
