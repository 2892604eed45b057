"""Numbers to claims: for every number of a clause its indicator, kind, type, time and place, or no claim at all.

The clauses of a sentence are read in order. What one number is about is remembered as the `_Topic`, because the next
one often leaves it out (进出口6407亿元、增长8.2%, 其中出口3876.76亿元).
"""

from __future__ import annotations

from dataclasses import replace

from extractor.claims import heads, keep
from extractor.claims.lexicon import Lexicon, lexicon
from extractor.claims.model import Analysis, Claim, Region, ScopedClause
from extractor.claims.pieces import Piece, pieces
from extractor.claims.reading import Reading, read_before
from extractor.claims.settle import Draft, Settler
from extractor.mentions.model import Entity, Quantity
from extractor.values import value


@value(frozen=True, slots=True)
class _Topic:
    """What the last number was about."""

    indicator: str
    owner: str
    """Whose measure it is: the indicator without its measure noun, for 总投资 and other relational heads."""
    start: int
    """Where the clause that names it begins."""
    verb: str = ""
    """The verb of doing that the members of a list share (新增)."""
    scope: str = ""
    category: str = ""
    unit: str = ""
    kind: str = ""
    share: str = ""
    """What its indicator of share names (占GDP比重)."""
    names: tuple[str, ...] = ()
    region: Region | None = None
    board: bool = False
    """Whether it is a list in which a rank follows (…榜单中)."""
    waiting: str = ""
    """What a clause without a number named to be measured together with the next."""

    @property
    def object(self) -> str:
        """The indicator without its verb of doing."""
        return self.indicator.removeprefix(self.verb) if self.verb else self.indicator


class NumberReader:
    """Reads the numbers of one document; feed it the clauses in order."""

    def __init__(self, analysis: Analysis) -> None:
        self.doc = analysis
        self.text = analysis.text
        self.lex: Lexicon = lexicon(analysis.book)
        self.settler = Settler(analysis, self.lex)
        self.topic: _Topic | None = None
        self.sentence = -1
        self.group = 0
        self.open = False
        self.hidden: tuple[tuple[int, int], ...] = ()
        self.owner = ""
        """What the sentence is about, for a bare measure."""
        self.recent: list[str] = []
        """The indicators of the last clause that had any, for 分别 in the next."""

    def read(self, scoped: ScopedClause) -> list[Claim]:
        """The claims of a clause's numbers, in order."""
        if scoped.clause.sentence != self.sentence:
            if not self.open:
                self.topic = None
                self.recent = []
                self.owner = ""
            self.sentence = scoped.clause.sentence
            self.open = scoped.sentence.closer == "；"
            if not self.open or self.topic is None:
                self.group = scoped.sentence.start
        start, end = scoped.clause.start, scoped.clause.end
        quantities = self._telling(scoped) if scoped.quantities else []
        if not scoped.quantities:
            self.hidden = tuple(sorted((p.start, p.end) for p in scoped.periods))
        owners = [m.group("owner") for m in self.lex.owner.finditer(self.text, start, end)]
        if owners:
            self.owner = heads.strip_verbs(owners[-1], self.lex)
        if not quantities:
            self._remember_subject(scoped)
            return []
        drafts: list[Draft] = []
        for n, piece in enumerate(pieces(self.text, start, end, quantities, self.lex)):
            drafts += self._read_piece(scoped, piece, first=n == 0)
        if drafts:
            self.recent = [d.indicator for d in drafts]
        return [self.settler.claim(scoped, d, self.group) for d in drafts]

    def _telling(self, scoped: ScopedClause) -> list[Quantity]:
        """The numbers of a clause that may be told for their own sake; what the others cover is `hidden`."""
        start, end = scoped.clause.start, scoped.clause.end
        may = [keep.may_claim(self.text, start, end, q, self.lex) for q in scoped.quantities]
        pairs = list(zip(scoped.quantities, may, strict=True))
        lost = [(q.start, q.end) for q, told in pairs if not told and q.category == "time"]
        self.hidden = tuple(sorted([(p.start, p.end) for p in scoped.periods] + lost))
        found = [q for q, told in pairs if told and not keep.is_size(self.text, end, q, self.lex)]
        if sum(q.number == 1 and q.category == "count" for q in found) >= 3:
            found = [q for q in found if q.number != 1]  # a row of ones is a figure of speech
        return found

    # --- a piece ----------------------------------------------------------------------------------------------

    def _read_piece(self, scoped: ScopedClause, piece: Piece, *, first: bool) -> list[Draft]:
        groups = list(piece.groups)
        left = self._after_opening(scoped, piece.start) if first else piece.start
        if len(groups) > 1 and groups[-1][0].category == "rank" and groups[-2][-1].category == "count" and (
                groups[-1][0].op == "<=" and not heads.strip_lead(self._words(left, groups[0][0].start), self.lex)
                and self.lex.outcome.search(self._words(groups[-2][-1].end, groups[-1][0].start))):
            groups.pop()  # 7个设区市跻身全国前十: told is how many
        elif len(groups) == 2 and self._is_bar_of_count(groups, left, piece.end):
            groups.pop()  # 60家企业营业收入超百亿元: told is how many
        pair = self._from_to(groups, left)
        if pair is not None:
            return self._draft_pair(scoped, pair, left)
        out: list[Draft] = []
        index = 0
        lead = ""
        nouns: list[tuple[tuple[Quantity, ...], str]] = []
        while index < len(groups):
            group = groups[index]
            stop = groups[index + 1][0].start if index + 1 < len(groups) else piece.end
            before = self._words(left, group[0].start)
            after = self._words(group[-1].end, stop)
            following = groups[index + 1] if index + 1 < len(groups) else None
            if following is not None:
                last = index + 2 == len(groups) and following[-1].end >= piece.end
                joint = self._is_part_of_head(before, group, after, following, last=last)
                if joint:
                    if last and group[0].unit == following[0].unit:
                        left = group[-1].end  # 50项任务已完成46项: the whole is no part of what is told
                    groups[index:index + 2] = [following]
                    continue
                verb = self.lex.verb_inside.search(after)
                owned = self.lex.relational_end.search(before)
                if owned is not None and after == self.lex.particle and following[0].category == "count":
                    noun = heads.strip_after(self._words(following[-1].end, piece.end), self.lex)
                    noun = noun.split(self.lex.particle)[0]
                    out += self._draft_group(scoped, group, noun + owned.group(), "", left)
                    if keep.is_set(before[:owned.start()], following[0], noun, self.lex, scoped.scope):
                        return out
                    left, before = following[0].start, ""
                elif self.lex.dative_end.match(before) and verb is not None and verb.start() > 0:
                    doing = heads.strip_trail(after[verb.start():], self.lex)
                    out += self._draft_group(scoped, group, doing, after[:verb.start()], left)
                    left = group[-1].end + verb.start()
                elif self._belongs_to_next(before, after, following):
                    out += self._draft_group(scoped, group, lead + before, "", left)
                    left = group[-1].end
                else:
                    nouns.append((group, after))
                    lead = lead or before
                    left = stop
            else:
                if after[:1] in "、，" and after[:1]:
                    after = ""
                if nouns:
                    out += self._draft_nouns(scoped, lead, [*nouns, (group, after)], piece)
                    nouns = []
                else:
                    out += self._draft_group(scoped, group, before, after, left)
            index += 1
        return out

    def _is_bar_of_count(self, groups: list[tuple[Quantity, ...]], left: int, end: int) -> bool:
        """Whether the second number is the bar that so many of something have passed."""
        count, bar = groups[0][0], groups[1][0]
        between = self._words(count.end, bar.start)
        return (count.category == "count" and bar.category in ("money", "percent") and bar.op in (">", ">=")
                and bar.end >= end and len(groups[1]) == 1 and self.lex.measure_end.search(between) is not None
                and not heads.strip_lead(self._words(left, count.start), self.lex)
                and not self._is_doing(between))

    def _words(self, start: int, end: int) -> str:
        """The text of a span without the periods and passing durations that lie in it."""
        out, at = [], start
        for first, last in self.hidden:
            if at <= first and last <= end:
                out.append(self.text[at:first])
                at = last
        out.append(self.text[at:end])
        return "".join(out)

    def _after_opening(self, scoped: ScopedClause, start: int) -> int:
        """Where a clause begins once its opening time and place are left out."""
        moved = True
        while moved:
            moved = False
            while start < scoped.clause.end and self.text[start] in "，、 ：":
                start += 1
            for p in scoped.periods:
                if p.start == start and p.end < scoped.clause.end:
                    start, moved = p.end, True
            rest = self.text[start:scoped.clause.end]
            m = self.lex.lead.match(rest)
            if m and any(p.start == start + m.end() for p in scoped.periods):
                start, moved = start + m.end(), True
        return start

    def _is_part_of_head(self, before: str, group: tuple[Quantity, ...], after: str,
                         following: tuple[Quantity, ...], *, last: bool) -> bool:
        """Whether a number only helps to name what the next one measures: a threshold or a counted set."""
        if len(group) > 1 or not after.strip():
            return False
        q, nxt = group[0], following[0]
        reading = read_before(after, nxt, self.lex)
        if q.category in ("money", "measure") and nxt.category == "count" and keep.is_threshold(q, after, self.lex):
            return True
        if q.category == "rank" and nxt.category == "count" and q.op == "<=":
            return True
        if q.category == "count" and nxt.category == "rank" and not self.lex.outcome.search(after):
            return True
        plain = heads.strip_lead(before, self.lex)
        if last and q.category == "count" and not plain and q.unit == nxt.unit and self._is_doing(after):
            return True  # 50项任务已完成46项: told is how many of them
        if q.category == "count" and not plain and nxt.category in ("money", "percent") and (
                self.lex.measure_end.search(after)):
            return True
        named = heads.strip_trail(reading.head, self.lex)
        return q.category == "count" and not plain and bool(named) and reading.verbal and len(named) >= 2

    def _belongs_to_next(self, before: str, after: str, following: tuple[Quantity, ...]) -> bool:
        """Whether the text between two numbers is the head of the second, not the object of the first."""
        if not after.strip("，、 "):
            return True
        reading = read_before(after, following[0], self.lex)
        if reading.kind != "level" or reading.verbal:
            return True
        if after[0] in "，、；" or self.lex.partial.match(after):
            return True
        plain = self.lex.rank_field_end.sub("", heads.strip_lead(before, self.lex))
        return bool(plain) and not self._is_doing(before) and after[0] != self.lex.particle

    def _is_doing(self, before: str) -> bool:
        return self.lex.doing_end.search(before) is not None

    def _from_to(self, groups: list[tuple[Quantity, ...]], left: int) -> tuple[Quantity, Quantity] | None:
        """The numbers of 从A提高到B, where the piece is one."""
        if len(groups) != 2 or len(groups[0]) != 1:
            return None
        a, b = groups[0][0], groups[1][0]
        before = self._words(left, a.start)
        between = self._words(a.end, b.start)
        if self.lex.from_end.search(before) and self.lex.to_verb.match(between):
            return a, b
        return None

    def _draft_pair(self, scoped: ScopedClause, pair: tuple[Quantity, Quantity], left: int) -> list[Draft]:
        a, b = pair
        before = self._words(left, a.start)
        m = self.lex.from_end.search(before)
        assert m is not None
        head = before[:m.start()]
        between = self.lex.to_verb.match(self._words(a.end, b.start))
        if between is not None and between.group("head"):
            head += between.group("head").removeprefix(self.lex.particle)
        kind = "rank" if b.category == "rank" else "level"
        reading = read_before(head, b, self.lex)
        if self.lex.share.search(head):
            reading = replace(read_before(head, b, self.lex), kind=kind)
        else:
            reading = replace(reading, head=head, kind=kind, negative=False, basis=None)
        start, name, region = self._indicator(scoped, reading, "", b)
        if not name:
            return []
        self._remember(scoped, name, start, b, head, reading=reading)
        first, second = replace(reading, rule="claims.from-to"), replace(reading, rule="claims.from-to")
        return [Draft(a, name, first, start, base_period=True, region=region),
                Draft(b, name, second, start, end_state=True, region=region)]

    def _draft_group(self, scoped: ScopedClause, group: tuple[Quantity, ...], before: str, after: str,
                     left: int) -> list[Draft]:
        reading = read_before(before, group[0], self.lex, has_object=bool(heads.strip_after(after, self.lex)))
        if keep.is_set(before, group[0], after, self.lex, scoped.scope):
            return []
        if reading.kind == "rank" and not reading.ranked:
            return []
        start, name, region = self._indicator(scoped, reading, after, group[0])
        if not name or not keep.is_indicator(name, group[0], self.lex):
            return []
        topic_before = self.topic
        if len(group) > 1:
            found = self._distributed(reading, name, len(group), topic_before)
            if found is not None:
                names, rule = found
                self._remember(scoped, name, start, group[-1], before, tuple(names))
                return [Draft(q, n, replace(reading, rule=rule), start, region=region)
                        for q, n in zip(group, names, strict=True)]
        elif reading.distributes and topic_before is not None and topic_before.waiting:
            self._remember(scoped, name, start, group[0], before, (topic_before.waiting, name))
            return [Draft(group[0], n, replace(reading, rule="claims.distribute"), topic_before.start, region=region)
                    for n in (topic_before.waiting, name)]
        elif reading.distributes and reading.kind in ("rank", "level", "change"):
            members = heads.split_list(heads.strip_lead(reading.head, self.lex), self.lex)
            found = heads.distribute(heads.strip_trail(heads.strip_lead(reading.head, self.lex), self.lex),
                                     len(members), self.lex, ()) if len(members) > 1 else None
            if found is not None:
                self._remember(scoped, name, start, group[0], before, tuple(found[0]))
                return [Draft(group[0], n, replace(reading, rule=found[1]), start, region=region) for n in found[0]]
        self._remember(scoped, name, start, group[-1], before, reading=reading)
        return [Draft(q, name, reading, start, region=region) for q in group]

    def _distributed(self, reading: Reading, name: str, count: int, topic: _Topic | None
                     ) -> tuple[list[str], str] | None:
        head = heads.strip_trail(heads.strip_lead(reading.head, self.lex), self.lex)
        if not head and len(self.recent) >= count > 1 and (topic is None or len(topic.names) != count):
            return [reading.dress(n, self.lex) for n in self.recent[-count:]], "claims.distribute"
        if not head and topic is not None and len(topic.names) == count:
            return [reading.dress(n, self.lex) for n in topic.names], "claims.distribute"
        found = heads.distribute(head or (topic.indicator if topic else ""), count, self.lex, self.lex.splits)
        return ([reading.dress(n, self.lex) for n in found[0]], found[1]) if found is not None else None

    def _draft_nouns(self, scoped: ScopedClause, lead: str, groups: list[tuple[tuple[Quantity, ...], str]],
                     piece: Piece) -> list[Draft]:
        """8所院校12个专业入选…: every number takes its own noun and the predicate at the end."""
        last = groups[-1][1]
        m = self.lex.outcome.search(last)
        tail = last[m.start():] if m is not None and m.start() > 0 and not heads.strip_lead(lead, self.lex) else ""
        if keep.is_set(lead, groups[0][0][0], groups[-1][1], self.lex, scoped.scope):
            return []
        out: list[Draft] = []
        shared = _shared_noun([noun for _, noun in groups], self.lex)
        for group, noun in groups:
            own = heads.strip_joiners(noun, self.lex)
            if noun is not last:
                own += shared if len(own) <= 4 else ""
                own += tail
            reading = read_before(lead, group[0], self.lex, has_object=True)
            if reading.verbal and not self._is_doing(lead):
                reading = replace(reading, head=heads.strip_trail(lead, self.lex))
            start, name, region = self._indicator(scoped, reading, own, group[0])
            if name and keep.is_indicator(name, group[0], self.lex):
                out += [Draft(q, name, reading, start, region=region) for q in group]
        if out:
            self._remember(scoped, out[-1].indicator, out[-1].start, groups[-1][0][-1], lead)
        return out

    # --- the indicator ----------------------------------------------------------------------------------------

    def _indicator(self, scoped: ScopedClause, reading: Reading, after: str, q: Quantity
                   ) -> tuple[int, str, Region | None]:
        """Start of the evidence, the indicator, and the region that its head names."""
        start = scoped.clause.start
        obj = heads.strip_after(self._unit_noun(q) + after, self.lex)
        head, region = self._without_place(scoped, reading.head)
        if reading.kind == "rank" and any(e.text == head and e.label in ("GPE", "LOC") for e in scoped.entities):
            head, region = "", None  # 居全省第4位、苏北第1位
        partial = bool(self.lex.partial.search(reading.head))
        topic = self.topic
        if obj and reading.kind == "level" and not reading.share:
            name = self._counted(head, obj)
            generic = self.lex.generic.match(name)
            if generic and topic is not None and topic.owner.endswith(generic.group()) and topic.owner != name:
                name, start = topic.owner.removesuffix(generic.group()) + name, topic.start
        else:
            name = heads.strip_trail(heads.strip_lead(head, self.lex), self.lex)
            m = self.lex.numbered_enumeration.match(name)
            name = name[m.end():] if m else name
            m = self.lex.enumeration.match(name) if q.category == "count" else None
            name = m.group("verb") + m.group("noun") if m else name
        if reading.pulls:
            name += reading.pulls
            if topic is not None and topic.indicator and self.lex.pull.match(name):
                name, start = topic.indicator + name, topic.start
        elif topic is not None and topic.board and reading.kind == "rank":
            name, start = topic.indicator, topic.start
        elif topic is not None and not obj:
            if not name:
                name, start, region = topic.indicator, topic.start, region or topic.region
                name += topic.share if q.category == "points" else ""
            elif self.lex.bare_verb.match(name) and topic.unit == q.base.unit and topic.object:
                name, start = name + topic.object, topic.start
            elif topic.start == scoped.clause.start and self.lex.measure_end.fullmatch(name) and (
                    self.lex.measure_end.search(topic.owner) and not self.lex.standalone.match(name)):
                name = self._owned(name, topic, partial=partial)
            elif self.lex.relational.match(name) and (
                    topic.start == scoped.clause.start or self.lex.amount.match(name) or not (
                    self.lex.count_verb.match(name) or self.lex.standalone.match(name))):
                name, start = self._owned(name, topic, partial=partial), topic.start
                region = region or topic.region
            elif topic.verb and self._shares_verb(name, q, topic, scoped):
                scope = topic.scope if topic.scope and not self.lex.scope.match(name) else ""
                name, start = topic.verb + scope + name, topic.start
            elif partial and topic.unit == q.base.unit and len(name) <= 4 and reading.kind == "level" and (
                    q.category == "count" and not topic.object.endswith(name[-2:])):
                name, start = name + topic.object, topic.start
            elif (inner := self._inside(name, topic.indicator)) and topic.start != start:
                name, start = inner, topic.start
            elif (partial or topic.start == scoped.clause.start) and not self.lex.measure_end.search(name) and (
                    q.category == "money" == topic.category or (partial and reading.kind == "change")):
                name, start = self._with_measure(name, topic.indicator), topic.start
        elif topic is None and not obj and self.owner and self.lex.bare_measure.match(name):
            name = _join(self.owner, name)
        return start, reading.dress(name, self.lex), region

    def _inside(self, name: str, indicator: str) -> str:
        """清洁能源发电装机规模, then 装机占比: the second names a measure of what the first opened with."""
        m = self.lex.amount_end.search(name)
        if m is None or not 2 <= m.start() <= 6:
            return ""
        at = indicator.find(name[:m.start()])
        return indicator[:at] + name if at > 0 else ""

    def _with_measure(self, name: str, indicator: str) -> str:
        """其中农村居民, after 居民人均可支配收入: the measure of the whole belongs to its part."""
        for size in range(min(len(name), len(indicator) - 1), 0, -1):
            if name.endswith(indicator[:size]):
                return name + indicator[size:]
        m = self.lex.measure_end.search(indicator)
        return name + m.group() if m else name

    def _owned(self, name: str, topic: _Topic, *, partial: bool) -> str:
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

    def _counted(self, head: str, obj: str) -> str:
        """The phrase around a number that stands before what it counts, without the number."""
        before = heads.strip_lead(head, self.lex)
        m = self.lex.light_end.search(before)
        before = before[:m.start()] if m else before
        subject = self.lex.subject.match(before)
        before = before[subject.end():] if subject else before
        if self.lex.relational.match(before):
            cut = self.lex.outcome.search(obj)
            return (obj[:cut.start()] if cut is not None and cut.start() >= 2 else obj) + before
        verb = self.lex.count_verb.match(before)
        if self.lex.enumeration_end.search(before):
            before = verb.group("verb") if verb else ""
        elif "、" in before and not verb:
            before = ""
        measured = self.lex.relational_of.match(obj)
        if measured is not None:
            return obj[measured.end():] + measured.group("head")  # 发布1000亿元规模的某基金
        return before.rstrip(self.lex.edge) + obj

    def _shares_verb(self, name: str, q: Quantity, topic: _Topic, scoped: ScopedClause) -> bool:
        alike = q.category == topic.category or {q.category, topic.category} <= {"count", "measure"}
        if self.lex.verb_inside.search(name) or not alike:
            return False
        plain = self.lex.count_verb.match(topic.verb) is not None
        return topic.start == scoped.clause.start or (plain and not self.lex.measure_end.search(name))

    def _without_place(self, scoped: ScopedClause, head: str) -> tuple[str, Region | None]:
        """`head` without the place it opens with, and that place."""
        rest = heads.strip_lead(head, self.lex)
        for entity in scoped.entities:
            if self._is_region(entity) and rest.startswith(entity.text) and len(rest) > len(entity.text):
                return rest[len(entity.text):], Region(entity.text, entity.name)
            if entity.label in ("ORG", "FAC") and rest.startswith(entity.text):
                after = rest[len(entity.text):]
                if self.lex.count_verb.match(after) or self.lex.trail_end.fullmatch(after):
                    return after, None
        return rest, None

    def _is_region(self, entity: Entity) -> bool:
        if entity.label == "ZONE":
            return bool(self.lex.region_end.search(entity.name)) and not (
                self.lex.no_region_end.search(entity.name) or self.lex.generic_zone.match(entity.name))
        return entity.label == "GPE"

    # --- memory -----------------------------------------------------------------------------------------------

    def _remember(self, scoped: ScopedClause, name: str, start: int, q: Quantity, before: str,
                  names: tuple[str, ...] = (), reading: Reading | None = None) -> None:
        m = self.lex.count_verb.match(name)
        verb = m.group("verb") if m else ""
        inside = self.lex.verb_inside.search(name) if not verb else None
        if inside is not None and 2 <= inside.start() <= 14 and inside.end() < len(name):
            verb = name[:inside.end()]
        scope = self.lex.scope.match(name[len(verb):]) if verb else None
        share = reading.share if reading is not None else ""
        name = name.removesuffix(share) if share else name
        owner_end = self.lex.owner_end.search(name)
        owner = name[:owner_end.start()] if owner_end and owner_end.start() else name
        cut = self.lex.outcome.search(owner)
        if cut is not None and cut.start() >= 2:
            owner = owner[:cut.start()]
        keep_verb = verb if q.category != "percent" else ""
        self.topic = _Topic(name, owner, start, keep_verb, scope.group() if scope else "", q.category,
                            q.base.unit, reading.kind if reading is not None else "", share, names)

    def _remember_subject(self, scoped: ScopedClause) -> None:
        """A clause without numbers may name whose measure comes next (X超级工厂建成, 年产能20万台)."""
        words, _ = self._without_place(scoped, self.text[scoped.clause.start:scoped.clause.end])
        if self.lex.board_end.search(words):
            self.topic = _Topic(words[:-1], "", scoped.clause.start, board=True)
            return
        if self.lex.measure_end.search(words) and len(words) <= 24:
            left = self._after_opening(scoped, scoped.clause.start)
            rest, _ = self._without_place(scoped, self.text[left:scoped.clause.end])
            self.topic = _Topic(rest, rest, scoped.clause.start, waiting=rest)
            return
        m = self.lex.measure_head.match(words) if self.topic is None else None
        if m is not None:
            self.topic = _Topic(m.group(), m.group(), scoped.clause.start)
            return
        m = self.lex.outcome.search(words)
        if m is not None and m.start() >= 3:
            self.topic = _Topic("", words[:m.start()], scoped.clause.start)


def _shared_noun(nouns: list[str], lex: Lexicon) -> str:
    """10个市级、36个区级示范片区: the noun after the last modifier of the same form belongs to all."""
    first, last = heads.strip_joiners(nouns[0], lex), nouns[-1]
    at = last.find(first[-1], 0, 7) if first and len(first) <= 4 else -1
    return last[at + 1:] if at >= 0 else ""


def _join(owner: str, name: str) -> str:
    """Owner and measure without saying twice what both hold: 低空经济 + 产业规模, 新能源产业 + 产业投资."""
    for size in range(min(len(owner), len(name) - 1), 0, -1):
        if owner.endswith(name[:size]):
            return owner + name[size:]
    return owner + name
