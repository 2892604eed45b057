"""The indicator of a number: the phrase around it, or what it leaves out taken from the number before."""

from __future__ import annotations

from extractor.claims import heads
from extractor.claims.lexicon import Lexicon
from extractor.claims.model import Region, ScopedClause
from extractor.claims.reading import Reading
from extractor.claims.topic import Topic
from extractor.mentions.model import Entity, Quantity
from extractor.values import value


@value(frozen=True, slots=True)
class Named:
    """An indicator with its place."""

    start: int
    """Where the evidence begins."""
    name: str
    region: Region | None
    """The region that its head names."""


class Namer:
    """Names the indicators of one document."""

    def __init__(self, text: str, lex: Lexicon) -> None:
        self.text, self.lex = text, lex

    def named(self, scoped: ScopedClause, reading: Reading, after: str, q: Quantity, topic: Topic | None,
              owner: str) -> Named:
        """The indicator of a number.

        Args:
            scoped: its clause.
            reading: what the words before it say.
            after: the words after it, up to the next number or the end of its piece.
            q: the number.
            topic: what the last number was about.
            owner: what the sentence is about, for a bare measure.
        """
        start = scoped.clause.start
        obj = heads.strip_after(self._unit_noun(q) + after, self.lex)
        head, region = self.without_place(scoped, reading.head)
        if reading.kind == "rank" and any(e.text == head and e.label in ("GPE", "LOC") for e in scoped.entities):
            head, region = "", None  # 居全省第4位、苏北第1位
        if obj and reading.kind == "level" and not reading.share:
            name = self._counted(head, obj, of=after.startswith(self.lex.particle))
            generic = self.lex.generic.match(name)
            if generic and topic is not None and topic.owner.endswith(generic.group()) and topic.owner != name:
                name, start = topic.owner.removesuffix(generic.group()) + name, topic.start
        else:
            name = self._phrase(head, q)
        if reading.pulls:
            name += reading.pulls
            if topic is not None and topic.indicator and self.lex.pull.match(name):
                name, start = topic.indicator + name, topic.start
        elif topic is not None and topic.board and reading.kind == "rank":
            name, start = topic.indicator, topic.start
        elif topic is not None and not obj:
            return self._completed(Named(start, name, region), scoped, reading, q, topic)
        elif topic is None and not obj and owner and self.lex.bare_measure.match(name):
            name = heads.joined(owner, name)
        return Named(start, reading.dress(name, self.lex), region)

    def _phrase(self, head: str, q: Quantity) -> str:
        """The words before a number without what is no part of an indicator."""
        name = heads.strip_trail(heads.strip_lead(head, self.lex), self.lex)
        m = self.lex.numbered_enumeration.match(name)
        name = name[m.end():] if m else name
        m = self.lex.enumeration.match(name) if q.category == "count" else None
        return m.group("verb") + m.group("noun") if m else name

    def _completed(self, found: Named, scoped: ScopedClause, reading: Reading, q: Quantity, topic: Topic) -> Named:
        """An indicator with what it leaves out, because the number before has just named it."""
        name, start, region = found.name, found.start, found.region
        partial = bool(self.lex.partial.search(reading.head))
        if not name or self.lex.against_end.match(name):
            name, start, region = topic.indicator, topic.start, region or topic.region
            name += topic.share if q.category == "points" else ""
        elif self.lex.bare_verb.match(name) and topic.unit == q.base.unit and topic.object:
            name, start = name + topic.object, topic.start
        elif topic.start == scoped.clause.start and self.lex.measure_end.fullmatch(name) and (
                self.lex.measure_end.search(topic.owner) and not self.lex.standalone.match(name)):
            name = self._owned(name, topic, partial=partial)
        elif self.lex.relational.match(name) and (
                topic.start == scoped.clause.start or self.lex.amount.match(name)
                or not (self.lex.count_verb.match(name) or self.lex.standalone.match(name))):
            name, start = self._owned(name, topic, partial=partial), topic.start
            region = region or topic.region
        elif topic.category == "count" and self.lex.spent.match(name) and self.lex.project_end.search(topic.object):
            name, start = topic.object + name, topic.start
        elif topic.verb and not reading.verbal and self._shares_verb(name, q, topic, scoped):
            scope = topic.scope if topic.scope and not self.lex.scoped.match(name) else ""
            name, start = topic.verb + scope + name, topic.start
        elif partial and topic.unit == q.base.unit and len(name) <= 4 and reading.kind == "level" and (
                q.category == "count" and not topic.object.endswith(name[-2:])):
            name, start = name + topic.object, topic.start
        elif (inner := self._inside(name, topic.indicator)) and topic.start != start:
            name, start = inner, topic.start
        elif (partial or topic.start == scoped.clause.start) and not self.lex.measure_end.search(name) and (
                q.category == "money" == topic.category or (partial and reading.kind == "change")):
            name, start = self._with_measure(name, topic.indicator), topic.start
        return Named(start, reading.dress(name, self.lex), region)

    def _inside(self, name: str, indicator: str) -> str:
        """清洁能源发电装机规模, then 装机占比: the second names a measure of what the first opened with."""
        m = self.lex.amount_end.search(name)
        if m is None or not 2 <= m.start() <= 6:
            return ""
        at = indicator.find(name[:m.start()])
        return indicator[:at] + name if at > 0 and not self.lex.increment.match(indicator[:at]) else ""

    def _with_measure(self, name: str, indicator: str) -> str:
        """其中农村居民, after 居民人均可支配收入: the measure of the whole belongs to its part."""
        for size in range(min(len(name), len(indicator) - 1), 0, -1):
            if name.endswith(indicator[:size]):
                return name + indicator[size:]
        m = self.lex.measure_end.search(indicator)
        return name + m.group() if m else name

    def _owned(self, name: str, topic: Topic, *, partial: bool) -> str:
        """A relational head with its owner: 签约项目 + 总投资."""
        if self.lex.amount.match(name):
            return topic.indicator + name
        if partial:
            return name
        owner = topic.owner
        if self.lex.increment.match(topic.verb) and self.lex.whole_start.match(name):
            owner = owner.removeprefix(topic.verb)
        m = self.lex.measure_end.search(owner)
        if m is not None and self.lex.measure_end.search(name):
            return (owner[:m.start()] if not owner[m.start():].endswith(name) else "") + name
        return owner + name

    def _unit_noun(self, q: Quantity) -> str:
        """What a unit gives to the noun after it: 3200万人口 counts 人口."""
        noun = self.lex.unit_noun.search(self.text, max(0, q.end - 1), q.end + 1)
        return noun.group()[:1] if noun is not None and noun.end() == q.end + 1 else ""

    def _counted(self, head: str, obj: str, *, of: bool) -> str:
        """The phrase around a number that stands before what it counts, without the number.

        Args:
            head: the words before the number.
            obj: what it counts, or what it is told of.
            of: whether the number is an attribute of that (引进了总投资3亿元的X).
        """
        before = heads.strip_lead(head, self.lex)
        m = self.lex.light_end.search(before)
        before = before[:m.start()] if m else before
        subject = self.lex.subject.match(before)
        before = before[subject.end():] if subject else before
        measure = self.lex.relational_end.search(before) if of else self.lex.relational.match(before)
        if measure is not None:
            cut = self.lex.outcome.search(obj)
            return (obj[:cut.start()] if cut is not None and cut.start() >= 2 else obj) + measure.group()
        verb = self.lex.count_verb.match(before)
        if self.lex.enumeration_end.search(before):
            before = verb.group("verb") if verb else ""
        elif "、" in before and not verb:
            before = ""
        measured = self.lex.relational_of.match(obj)
        if measured is not None:
            return obj[measured.end():] + measured.group("head")  # 发布1000亿元规模的某基金
        return before.rstrip(self.lex.edge) + obj

    def _shares_verb(self, name: str, q: Quantity, topic: Topic, scoped: ScopedClause) -> bool:
        alike = q.category == topic.category or {q.category, topic.category} <= {"count", "measure"}
        if len(name) < 2 or self.lex.verb_inside.search(name) or not alike:
            return False
        plain = self.lex.count_verb.match(topic.verb) is not None
        return topic.start == scoped.clause.start or (plain and not self.lex.measure_end.search(name))

    def without_place(self, scoped: ScopedClause, head: str) -> tuple[str, Region | None]:
        """`head` without the place it opens with, and that place."""
        rest = heads.strip_lead(head, self.lex)
        for entity in scoped.entities:
            if self._is_region(entity) and rest.startswith(entity.text) and len(rest) > len(entity.text):
                if self._in_list(rest[len(entity.text):]):
                    break  # 德国、日本等国的企业
                return rest[len(entity.text):], Region(entity.text, entity.name)
            if entity.label in ("ORG", "FAC") and rest.startswith(entity.text):
                after = rest[len(entity.text):]
                if self.lex.count_verb.match(after) or self.lex.trail_end.fullmatch(after):
                    return after, None
        return rest, None

    def _in_list(self, rest: str) -> bool:
        """Whether a joiner opens `rest`."""
        m = self.lex.joiner.match(rest)
        return m is not None and bool(m.group("joiner"))

    def _is_region(self, entity: Entity) -> bool:
        if entity.label == "ZONE":
            return bool(self.lex.region_end.search(entity.name)) and not (
                self.lex.no_region_end.search(entity.name) or self.lex.generic_zone.match(entity.name))
        return entity.label == "GPE"
