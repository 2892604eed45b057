"""What each clause inherits: time, place, actor, speaker, and whether it looks forward or back.

The walk goes once through the document, block by block, sentence by sentence, clause by clause. State lies in three
frames - section, paragraph, sentence - and a clause sees the innermost that says anything. What sets a frame, and how
far it reaches, is told by the rules of the layer `scopes`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date

from extractor.claims.around import Around, zones
from extractor.claims.model import Actor, Analysis, ClaimPeriod, Region, Scope, ScopedClause, Speaker
from extractor.mentions.model import Entity, Period
from extractor.mentions.pattern_starts import any_of
from extractor.mentions.places import resolve_place
from extractor.rulebook.model import Rule, Rulebook
from extractor.text.segment import Clause, Sentence
from extractor.text.view import Block
from extractor.values import value

_LEVELS = ((re.compile(r"[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]+[章部编]"), 1),
           (re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]"), 3),
           (re.compile(r"\d{1,2}[.．、](?!\d)"), 5))
_OPENER_LEVEL = 2
_SUBJECTS = ("GPE", "ZONE", "ORG", "FAC", "LOC")
_PLAIN_HEADING = 1


@value(frozen=True, slots=True)
class _Frame:
    """What a section, a paragraph or a sentence has said so far."""

    tense: str | None = None
    tense_rule: str = ""
    period: ClaimPeriod | None = None
    region: Region | None = None
    actor: Actor | None = None
    speaker: Speaker | None = None
    muted: bool = False
    narrow: ClaimPeriod | None = None
    """A narrow time (1—10月) of an earlier sentence of the paragraph; only statistics inherit it."""
    second: ClaimPeriod | None = None
    """The second time that a heading names; a list with dashes under it looks back on it."""


@value(frozen=True, slots=True)
class _Rules:
    """The compiled rules of the layer."""

    headings: tuple[tuple[Rule, re.Pattern[str]], ...]
    clauses: tuple[tuple[Rule, re.Pattern[str]], ...]
    any_clause: Callable[[str], object]
    """Whether one of the rules of `clauses` speaks of the words of a clause; most clauses say nothing."""
    speech: re.Pattern[str]
    leader_name: re.Pattern[str]
    leader: re.Pattern[str]
    leader_act: re.Pattern[str]
    dash: re.Pattern[str]
    not_time: re.Pattern[str]
    time_lead: re.Pattern[str]
    streak: re.Pattern[str]
    plan_lead: re.Pattern[str]
    copula: re.Pattern[str]
    company: re.Pattern[str]
    companies: frozenset[str]
    zone: re.Pattern[str]
    generic_zone: re.Pattern[str]
    no_zone: re.Pattern[str]
    home_word: re.Pattern[str]
    anaphor: re.Pattern[str]
    wide_region: re.Pattern[str]


def _compile(book: Rulebook) -> _Rules:
    rules = book.layer("scopes").rules
    pairs = tuple((r, book.compile(r.match)) for r in rules)
    clauses = tuple(p for p in pairs if p[0].yields.get("where") == "clause")
    return _Rules(tuple(p for p in pairs if p[0].yields.get("where") == "heading"),
                  clauses, any_of([pattern.pattern for _, pattern in clauses]),
                  book.compile("[^，。；：“”]{0,6}?{scope_speech_verb}"),
                  book.compile("{quoted_leader}"),
                  book.compile("(?:[^，。；：“”]{0,8}，)?{quoted_leader}[^，。；：]{0,24}{quoting_verb}"),
                  book.compile("(?:{quoted_leader})+(?!{leader_act_guard})"),
                  book.compile("——|[—－-]{2}"), book.compile("”?{time_owner}"),
                  book.compile("(?:{time_lead}|[，、—“])*"), book.compile("{streak_word}"), book.compile("{plan_lead}"),
                  book.compile("{time_copula}"),
                  book.compile("{company_end}$"),
                  frozenset(row["name"] for row in book.rows("companies")),
                  book.compile("{region_end}$"), book.compile("{generic_zone_start}"),
                  book.compile("{no_region_end}$"), book.compile("(?:{time_lead})*{home_word}"),
                  book.compile("{company_anaphor}"),
                  book.compile("{wide_region_end}$"))


def compiled(book: Rulebook) -> _Rules:
    """The rules of the layer `scopes`, compiled once per rulebook."""
    return book.made("claims.context", _compile)


def scoped_clauses(analysis: Analysis) -> Iterator[ScopedClause]:
    """The clauses of a document with what they inherit, in order. Clauses that only quote a leader are left out."""
    return _Walk(analysis).clauses()


class _Walk:
    """One pass over a document."""

    def __init__(self, analysis: Analysis) -> None:
        self.doc = analysis
        self.text = analysis.text
        self.rules = compiled(analysis.book)
        self.sections: list[tuple[int, _Frame]] = []
        self.paragraph = self.sentence = _Frame()
        self.own_region: Region | None = None
        self.leader_acts = False
        self.item: tuple[Sentence, str, str] | None = None
        """What holds up to the next semicolon: the forecast of 建成后可年产…，带动就业…."""
        self.numbered = any(_level(self.text[b.start:b.start + 8]) == 1 for b in analysis.view.blocks)
        home = analysis.region
        place = resolve_place(home, analysis.book, None) if home else None
        self.provincial = place is not None and (place.code or "").endswith("0000")
        self.home = Region(None, home) if home else None
        self.periods, self.entities = Around(analysis.periods), Around(analysis.entities)
        self.persons = Around(e for e in analysis.entities if e.label == "PERSON" and (e.title or e.org))
        self.zones = zones(analysis.entities, home)
        self.leaders = [m.start() for m in self.rules.leader_name.finditer(self.text)]
        self.scope: Scope | None = None
        """The last one; most clauses inherit the same as the one before."""

    def clauses(self) -> Iterator[ScopedClause]:
        quantities = Around(self.doc.quantities)
        by_block: dict[int, list[Sentence]] = {}
        for sentence in self.doc.sentences:
            by_block.setdefault(sentence.block, []).append(sentence)
        for index, block in enumerate(self.doc.view.blocks):
            if block.kind == "furniture":
                continue
            sentences = by_block.get(index, [])
            if block.kind == "heading" or _level(self.text[block.start:block.start + 8]):
                self._enter_heading(block)
            self.paragraph = self._first_frame(sentences)
            if self.sections and self.sections[-1][1].second and self.rules.dash.match(self.text, block.start):
                self.paragraph = replace(self.paragraph, period=self.sections[-1][1].second)
            closed = True
            for sentence in sentences:
                if closed:
                    self._enter_sentence(sentence)
                closed = sentence.closer not in ("；", ";")
                for clause in sentence.clauses:
                    found = self.periods.within(clause.start, clause.end)
                    named = self.entities.within(clause.start, clause.end)
                    scope = self._enter_clause(clause, sentence, found, named)
                    if scope is not None and block.kind != "furniture":
                        yield ScopedClause(clause, sentence, scope, quantities.within(clause.start, clause.end),
                                           found, named)

    # --- headings and paragraphs ------------------------------------------------------------------------------

    def _enter_heading(self, block: Block) -> None:
        words = self.text[block.start:block.end]
        level = _level(words[:8]) or _PLAIN_HEADING
        if not _level(words[:8]) and self.numbered:
            level = 4
        title = re.split("[。：]", words, maxsplit=1)[0] if block.kind != "heading" else words
        frame = self._heading_frame(title, block.start)
        if frame is None and level == 1 and self.numbered and self.sections and self.sections[0][1].tense == "future":
            frame = self.sections[0][1]  # after the plans of a report come more plans
        if block.kind == "heading" or frame is not None or level == 1:
            self._push(level, frame or _Frame())

    def _past_year(self) -> ClaimPeriod | None:
        """A report of the first months looks back on the year before, where it names no time."""
        published = self.doc.published
        if published is None or published.month > 3:
            return None
        year = published.year - 1
        return ClaimPeriod(None, date(year, 1, 1), date(year, 12, 31), "document")

    def _heading_frame(self, title: str, start: int) -> _Frame | None:
        period = self._heading_period(start, start + len(title))
        tenses = {rule.yields["tense"] for rule, pattern in self.rules.headings if pattern.search(title)}
        if len(tenses) > 1:
            return _Frame(period=period, second=self._second_period(start, title))
        for rule, pattern in self.rules.headings:
            if pattern.search(title):
                if period is None and rule.yields["tense"] == "past" and self.numbered:
                    period = self._past_year()
                return _Frame(rule.yields["tense"], rule.id, period, second=self._second_period(start, title))
        if period is not None and period.end_date and self.doc.published and _level(title[:8]):
            tense = "past" if period.end_date < self.doc.published else "future"
            return _Frame(tense, "scopes.heading-year", period) if len(title) <= 40 else None
        return None

    def _heading_period(self, start: int, end: int) -> ClaimPeriod | None:
        spans = [p for p in self.periods.within(start, end) if p.shape in ("span", "duration")
                 and not self.rules.not_time.match(self.text, p.end)]
        return _claim_period(spans[0], "context") if spans else None

    def _second_period(self, start: int, title: str) -> ClaimPeriod | None:
        spans = [p for p in self.periods.within(start, start + len(title)) if p.shape == "span"]
        return _claim_period(spans[1], "context") if len(spans) == 2 else None

    def _push(self, level: int, frame: _Frame) -> None:
        while self.sections and self.sections[-1][0] >= level:
            self.sections.pop()
        self.sections.append((level, frame))

    def _first_frame(self, sentences: list[Sentence]) -> _Frame:
        """A paragraph whose speech comes before its speaker is named takes the first speaker."""
        if not sentences:
            return _Frame()
        start, end = sentences[0].start, sentences[-1].end
        speaker = self._speaker(start, end)
        if speaker is None:
            return _Frame(region=self._topic_zone(sentences[0]))
        return _Frame(speaker=speaker, actor=_body(speaker), region=self._zone_of(speaker))

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
            return (entity.code or "00")[4:] != "00"
        return bool(self.rules.zone.search(entity.name)) and not (
            self.rules.generic_zone.match(entity.name) or self.rules.no_zone.search(entity.name))

    def _enter_sentence(self, sentence: Sentence) -> None:
        self.sentence = _Frame()
        self.leader_acts = False
        if self._names_leader(sentence.start, sentence.end):
            if any(self.rules.leader.match(self.text, c.start, sentence.end) for c in sentence.clauses):
                self.paragraph = replace(self.paragraph, muted=True)
            self.leader_acts = any(self.rules.leader_act.match(self.text, c.start, c.end) for c in sentence.clauses)
        speaker = self._speaker(sentence.start, sentence.end)
        if speaker is not None:
            self.paragraph = replace(self.paragraph, speaker=speaker, actor=_body(speaker) or self.paragraph.actor,
                                     region=self._zone_of(speaker) or self.paragraph.region, muted=False)

    def _names_leader(self, start: int, end: int) -> bool:
        i = bisect_left(self.leaders, start)
        return i < len(self.leaders) and self.leaders[i] < end

    # --- clauses ----------------------------------------------------------------------------------------------

    def _enter_clause(self, clause: Clause, sentence: Sentence, periods: tuple[Period, ...],
                      entities: tuple[Entity, ...]) -> Scope | None:
        opens = self.text[clause.end:clause.end + 1] in ("：", ":")
        words = self.text[clause.start:clause.end + opens]
        tense, rule_id = self._own_tense(words, clause, sentence)
        opening = self._opening_period(clause, periods, entities)
        if opening is not None:
            if self.rules.plan_lead.match(words) or self.rules.copula.match(self.text, opening.end):
                self.sentence = replace(self.sentence, period=_claim_period(opening, "context"))
            else:
                self._set_period(opening, alone=clause.end - opening.end <= 1)
            if self._is_over(opening) and tense is None and self.paragraph.tense == "future":
                self.paragraph = replace(self.paragraph, tense=None)
                self.sentence = replace(self.sentence, tense="past", tense_rule="scopes.time-over")
        self.own_region = None
        self._set_place_and_actor(clause, entities, periods)
        if self.leader_acts:
            return None
        if self.paragraph.muted and opening is None and tense != "past":
            return None
        if opening is not None and self.paragraph.muted:
            self.paragraph = replace(self.paragraph, muted=False)
        own = tense is not None
        if tense is None and self.item is not None and self.item[0] is sentence:
            tense, rule_id = self.item[1:]
        if tense is None:
            tense, rule_id = self._inherited_tense()
        period = self.sentence.period or self.paragraph.period or self._section_period()
        if tense is None and self._section_lies_ahead():
            tense, rule_id = "future", "scopes.section-ahead"
        if tense == "past" and not own and self._is_ahead(period):
            tense, rule_id = "future", "scopes.time-ahead"
        if tense == "future" and period is not None and self.sentence.period is None and self._is_past(period):
            period = None  # 新的一年 after a look back of 五年来
        region = self.own_region or self.sentence.region or self.paragraph.region or self.home
        if region is not None and not region.name:
            region = None
        return self._scope(tense, period, region, rule_id)

    def _scope(self, tense: str | None, period: ClaimPeriod | None, region: Region | None, rule: str) -> Scope:
        paragraph, last = self.paragraph, self.scope
        actor = self.sentence.actor or paragraph.actor
        if last is not None and (last.tense == tense and last.tense_rule == rule and last.period is period
                                 and last.region is region and last.actor is actor
                                 and last.speaker is paragraph.speaker and last.narrow is paragraph.narrow):
            return last
        self.scope = Scope(tense, period, region, actor, paragraph.speaker, rule, paragraph.narrow)
        return self.scope

    def _inherited_tense(self) -> tuple[str | None, str]:
        for frame in (self.sentence, self.paragraph):
            if frame.tense:
                return frame.tense, frame.tense_rule
        for _, frame in reversed(self.sections):
            if frame.tense:
                return frame.tense, frame.tense_rule
        return None, ""

    def _section_period(self) -> ClaimPeriod | None:
        for _, frame in reversed(self.sections):
            if frame.period:
                return frame.period
        return None

    def _is_ahead(self, period: ClaimPeriod | None) -> bool:
        """Whether a time of several years reaches beyond the year of publication and begins no earlier than it."""
        published = self.doc.published
        if published is None or period is None or period.end_date is None or period.end_date.year <= published.year:
            return False
        return period.start_date is None or period.start_date.year >= published.year

    def _is_past(self, period: ClaimPeriod) -> bool:
        return period.end_date is not None and self.doc.published is not None and (
            period.end_date < self.doc.published)

    def _is_over(self, period: Period) -> bool:
        return period.end_date is not None and self.doc.published is not None and (
            period.end_date <= self.doc.published)

    def _section_lies_ahead(self) -> bool:
        """Whether the section's own time has hardly begun on the day of publication."""
        published = self.doc.published
        period = self._section_period()
        if period is None or published is None or period.end_date is None or period.start_date is None:
            return False
        return period.end_date > published and (
            (published - period.start_date).days < 0.3 * (period.end_date - period.start_date).days)

    def _own_tense(self, words: str, clause: Clause, sentence: Sentence) -> tuple[str | None, str]:
        """The tense that the clause itself marks; sets the frames as far as the rule reaches."""
        own: tuple[str | None, str] = (None, "")
        if not self.rules.any_clause(words):
            return own
        for rule, pattern in self.rules.clauses:
            if not pattern.search(words):
                continue
            tense, reach = rule.yields["tense"], rule.yields.get("reach", "clause")
            if self._yields_way(rule):
                continue
            if own[0] is None or (own[0] == "past" and tense == "future"):
                own = (tense, rule.id)
            if reach == "section":
                stated = self._opener_period(clause, tense)
                if stated is None and rule.yields.get("period") == "year":
                    stated = self._year(tense)
                self._push(_OPENER_LEVEL, _Frame(tense, rule.id, stated))
            elif reach == "paragraph":
                self.paragraph = replace(self.paragraph, tense=tense, tense_rule=rule.id)
            elif reach == "item":
                self.item = (sentence, tense, rule.id)
            elif reach == "sentence":
                self.sentence = replace(self.sentence, tense=tense, tense_rule=rule.id)
                if self.paragraph.speaker is not None and tense == "future":
                    self.paragraph = replace(self.paragraph, tense=tense, tense_rule=rule.id)
        return own

    def _yields_way(self, rule: Rule) -> bool:
        """Whether a weak mark says another tense than the section (or, for `weak: any`, anything around) has set."""
        weak = rule.yields.get("weak")
        if not weak:
            return False
        frames = [f for _, f in reversed(self.sections)]
        if weak == "any":
            frames = [self.sentence, self.paragraph, *frames]
        inherited = next((f.tense for f in frames if f.tense), None)
        everywhere = (self.sentence, self.paragraph, *(f for _, f in reversed(self.sections)))
        if rule.yields["tense"] == "future" and self._is_ahead(next((f.period for f in everywhere if f.period), None)):
            return False
        return inherited is not None and inherited != rule.yields["tense"]

    def _opener_period(self, clause: Clause, tense: str) -> ClaimPeriod | None:
        for period in self.periods.within(clause.start, clause.end):
            if period.shape in ("span", "duration"):
                return _claim_period(period, "context")
        frames: tuple[_Frame, ...] = tuple(f for _, f in reversed(self.sections))
        if tense == "past":
            frames = (self.sentence, self.paragraph, *frames)
        return next((f.period for f in frames if f.period and (tense == "past" or f.tense == tense)), None)

    def _year(self, tense: str) -> ClaimPeriod | None:
        """Targets whose year is not named are those of the year of publication."""
        known = next((f.period for _, f in reversed(self.sections) if f.period and f.tense == tense), None)
        published = self.doc.published
        if known is not None or published is None:
            return known
        return ClaimPeriod(None, date(published.year, 1, 1), date(published.year, 12, 31), "document")

    def _opening_period(self, clause: Clause, periods: tuple[Period, ...],
                        entities: tuple[Entity, ...]) -> Period | None:
        """The period that a clause opens with, or has right after its subject, and hands on to what follows."""
        if not periods:
            return None
        subject = next((e for e in entities if e.start == clause.start and e.label in _SUBJECTS), None)
        for period in periods:
            if subject is not None and period.start == subject.end and period.shape in ("span", "asof") and (
                    not self.rules.streak.match(period.text)):
                return period
            lead = self.text[clause.start:period.start]
            if period.shape in ("base", "recurring") or self.rules.not_time.match(self.text, period.end, clause.end):
                continue
            if self.rules.time_lead.fullmatch(lead) and not self.rules.streak.match(period.text):
                return period
        return None

    def _set_period(self, period: Period, *, alone: bool) -> None:
        """A broad time (a year, an as-of day, a deadline) holds for the paragraph, a narrow one for its sentence.

        A time of several years that stands alone (五年来，…) holds for the section, one inside its clause
        (“十五五”时期新增人口100万) for its sentence.
        """
        made = _claim_period(period, "context")
        days = (period.end_date - period.start_date).days if period.start_date and period.end_date else None
        long = days is not None and days > 700 and period.shape != "deadline"
        broad = period.shape in ("deadline", "asof", "duration") or (days is not None and days >= 360) or (
            period.end_date is not None and period.end_date == self.doc.published and (days or 0) > 31)
        self.sentence = replace(self.sentence, period=made)
        if long and not alone and self.sections:
            return
        if not broad:
            self.paragraph = replace(self.paragraph, narrow=made,
                                     period=None if period.shape == "span" else self.paragraph.period)
            return
        self.paragraph = replace(self.paragraph, period=made)
        if long and self.sections:
            level, frame = self.sections[-1]
            tense = "past" if self._is_over(period) else "future" if self._is_ahead(made) else frame.tense
            rule = frame.tense_rule if tense == frame.tense else "scopes.long-time"
            self._push(max(level, _OPENER_LEVEL), replace(frame, period=made, tense=tense, tense_rule=rule))

    def _set_place_and_actor(self, clause: Clause, entities: tuple[Entity, ...],
                             periods: tuple[Period, ...]) -> None:
        """A clause that opens with a place or a body takes it as its subject; the rest of the sentence inherits."""
        start = next((p.end for p in periods if p.start <= clause.start + 2), clause.start)
        if self.rules.home_word.match(self.text, start, clause.end):
            self.sentence = replace(self.sentence, region=self.home)
            self.paragraph = replace(self.paragraph, region=self.home)
        if self.rules.anaphor.match(self.text, start, clause.end):
            self.sentence = replace(self.sentence, region=Region(None, ""))
        for entity in entities:
            if entity.start - clause.start > 24:
                break
            if entity.label not in ("GPE", "LOC", "ZONE", "ORG", "PROJECT"):
                continue
            if not self._is_light(clause.start, entity.start, periods):
                break
            self._take_subject(clause, entity, entities)
            break

    def _is_light(self, start: int, end: int, periods: Iterable[Period]) -> bool:
        """Whether only a period or a connective stands before a subject."""
        for p in periods:
            if start <= p.start and p.end <= end and self.rules.time_lead.fullmatch(self.text, start, p.start):
                start = p.end
        return self.rules.time_lead.fullmatch(self.text, start, end) is not None

    def _take_subject(self, clause: Clause, entity: Entity, entities: tuple[Entity, ...]) -> None:
        actor = Actor(entity.text, entity.name)
        listed = self.text[entity.end:entity.end + 1] in ("、", "和", "与") and any(
            e.label == entity.label and e.start > entity.end for e in entities)
        if entity.label in ("ORG", "PROJECT"):
            if self._is_company(entity):
                self.sentence = replace(self.sentence, actor=actor)
                self.own_region = Region(None, "")
                if not self.provincial:
                    self.sentence = replace(self.sentence, region=self.own_region)
            elif entity.label == "ORG":
                self.sentence = replace(self.sentence, actor=actor)
            return
        place = Region(entity.text, entity.name)
        if entity.label == "LOC":
            if not self.provincial and not listed and self.rules.wide_region.search(entity.name):
                self.sentence = replace(self.sentence, region=place)
            return
        self._take_actor(actor)
        if entity.name == self.doc.region:
            self.sentence = replace(self.sentence, region=self.home)
            self.paragraph = replace(self.paragraph, region=self.home)
        elif listed or (entity.label == "GPE" and entity.code is None) or (
                entity.label == "ZONE" and not self._is_own_zone(entity)):
            return
        elif not self.provincial and (entity.label == "ZONE" or (entity.code or "00")[4:] != "00"):
            self.sentence = replace(self.sentence, region=place)
            self.paragraph = replace(self.paragraph, region=place)
        else:
            self.own_region = place

    def _take_actor(self, actor: Actor) -> None:
        """A subject holds for its sentence, and for the paragraph unless somebody speaks there."""
        self.sentence = replace(self.sentence, actor=actor)
        if self.paragraph.speaker is None:
            self.paragraph = replace(self.paragraph, actor=actor)

    def _is_company(self, entity: Entity) -> bool:
        if entity.label == "ORG":
            return entity.name in self.rules.companies or entity.text in self.rules.companies or bool(
                self.rules.company.search(entity.text))
        return entity.text.startswith(tuple(self.rules.companies))

    # --- speakers ---------------------------------------------------------------------------------------------

    def _speaker(self, start: int, end: int) -> Speaker | None:
        for entity in self.persons.beginning(start, end):
            if self.rules.leader.match(self.text, entity.start, end):
                continue
            if self.rules.speech.match(self.text, entity.end, min(end + 1, entity.end + 12)):
                return Speaker(entity.name, entity.title, entity.org)
        return None

    def _zone_of(self, speaker: Speaker) -> Region | None:
        if not speaker.org:
            return None
        heads = (speaker.org[:length] for length in range(len(speaker.org) + 1))
        named = [self.zones[head] for head in heads if head in self.zones]
        if not named:
            return None
        _, first = min(named, key=lambda found: found[0])
        return Region(first.text, first.name)


def _body(speaker: Speaker) -> Actor | None:
    return Actor(speaker.org, speaker.org) if speaker.org else None


def _claim_period(period: Period, source: str) -> ClaimPeriod:
    return ClaimPeriod(period.text, period.start_date, period.end_date, source, (period.start, period.end))


def _level(words: str) -> int:
    return next((level for pattern, level in _LEVELS if pattern.match(words)), 0)
