"""Numbers to claims: for every number of a clause its indicator, kind, type, time and place, or no claim at all.

The clauses of a sentence are read in order. What one number is about is remembered as the `Topic`, because the next
one often leaves it out (进出口6407亿元、增长8.2%, 其中出口3876.76亿元).
"""

from __future__ import annotations

from dataclasses import replace

from extractor.claims import heads, keep
from extractor.claims.clause_text import ClauseText
from extractor.claims.indicator import Namer
from extractor.claims.lexicon import Lexicon, lexicon
from extractor.claims.model import Analysis, Claim, ScopedClause
from extractor.claims.neighbours import (
    belongs_to_next,
    is_bar_of_count,
    is_doing,
    is_from_to,
    is_part_of_head,
    is_set_of_rank,
)
from extractor.claims.pieces import Piece, pieces
from extractor.claims.reading import Reading, read_before
from extractor.claims.settle import Draft, Settler
from extractor.claims.topic import Topic, topic_of, topic_of_words
from extractor.mentions.model import Quantity


class NumberReader:
    """Reads the numbers of one document; feed it the clauses in order."""

    def __init__(self, analysis: Analysis) -> None:
        self.doc = analysis
        self.text = analysis.text
        self.lex: Lexicon = lexicon(analysis.book)
        self.clauses = ClauseText(self.text, self.lex)
        self.namer = Namer(self.text, self.lex)
        self.settler = Settler(analysis, self.lex)
        self.topic: Topic | None = None
        self.sentence = -1
        self.group = 0
        self.open = False
        self.owner = ""
        """What the sentence is about, for a bare measure."""
        self.subject = ""
        """What the paragraph is about: the industry that a sentence of it opened with."""
        self.block = -1
        self.recent: list[str] = []
        """The indicators of the last clause that had any, for 分别 in the next."""
        self.waiting: list[ScopedClause] = []
        """Clauses without numbers, to be read only if a number follows that they may have to do with."""

    def read(self, scoped: ScopedClause) -> list[Claim]:
        """The claims of a clause's numbers, in order."""
        self._note_subject(scoped)
        if self.waiting and self.waiting[-1].sentence is not scoped.sentence and (
                self.waiting[-1].sentence.closer != "；"):
            self.waiting, self.open = [], False
        if not scoped.quantities:
            self.waiting.append(scoped)
            return []
        for before in self.waiting:
            self._read(before)
        self.waiting = []
        return self._read(scoped)

    def _read(self, scoped: ScopedClause) -> list[Claim]:
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
            self.clauses.hide((p.start, p.end) for p in scoped.periods)
        owners = [m.group("owner") for m in self.lex.owner.finditer(self.text, start, end)]
        if owners:
            self.owner = heads.strip_verbs(owners[-1], self.lex)
        if not quantities:
            self._remember_words(scoped)
            return []
        drafts: list[Draft] = []
        for n, piece in enumerate(pieces(self.text, start, end, quantities, self.lex)):
            drafts += self._read_piece(scoped, piece, first=n == 0)
        if drafts:
            self.recent = [d.indicator for d in drafts]
        return [self.settler.claim(scoped, d, self.group) for d in drafts]

    def _note_subject(self, scoped: ScopedClause) -> None:
        """An industry that opens a sentence is what the bare measures of its paragraph are of."""
        if scoped.sentence.block != self.block:
            self.block, self.subject = scoped.sentence.block, ""
        if scoped.clause.start == scoped.sentence.start:
            opened = self.lex.subject_owner.match(self.text[scoped.clause.start:scoped.clause.end])
            self.subject = opened.group("owner") if opened is not None else self.subject

    def _telling(self, scoped: ScopedClause) -> list[Quantity]:
        """The numbers of a clause that may be told for their own sake; what the others cover is hidden."""
        start, end = scoped.clause.start, scoped.clause.end
        may = [keep.may_claim(self.text, start, end, q, self.lex) for q in scoped.quantities]
        pairs = list(zip(scoped.quantities, may, strict=True))
        lost = [(q.start, q.end) for q, told in pairs if not told and q.category == "time"]
        self.clauses.hide([(p.start, p.end) for p in scoped.periods] + lost)
        found = [q for q, told in pairs if told and not keep.is_size(self.text, end, q, self.lex)]
        if sum(q.number == 1 and q.category == "count" for q in found) >= 3:
            found = [q for q in found if q.number != 1]  # a row of ones is a figure of speech
        return found

    def _read_piece(self, scoped: ScopedClause, piece: Piece, *, first: bool) -> list[Draft]:
        groups = list(piece.groups)
        left = self.clauses.after_opening(scoped, piece.start) if first else piece.start
        opening = self.clauses.words(left, groups[0][0].start)
        if len(groups) > 1:
            between = self.clauses.words(groups[-2][-1].end, groups[-1][0].start)
            if is_set_of_rank(groups, opening, between, self.lex) or (
                    len(groups) == 2 and is_bar_of_count(groups, opening, between, piece.end, self.lex)):
                groups.pop()
        if len(groups) == 2:
            between = self.clauses.words(groups[0][-1].end, groups[1][0].start)
            if is_from_to(groups, opening, between, self.lex):
                return self._draft_pair(scoped, groups, opening, between)
        out: list[Draft] = []
        index = 0
        lead = ""
        nouns: list[tuple[tuple[Quantity, ...], str]] = []
        while index < len(groups):
            group = groups[index]
            stop = groups[index + 1][0].start if index + 1 < len(groups) else piece.end
            before = self.clauses.words(left, group[0].start)
            after = self.clauses.words(group[-1].end, stop)
            following = groups[index + 1] if index + 1 < len(groups) else None
            if following is not None:
                last = index + 2 == len(groups) and following[-1].end >= piece.end
                joint = is_part_of_head(before, group, after, following, self.lex, last=last)
                if joint:
                    if last and group[0].unit == following[0].unit:
                        left = group[-1].end  # 50项任务已完成46项: the whole is no part of what is told
                    groups[index:index + 2] = [following]
                    continue
                verb = self.lex.verb_inside.search(after)
                owned = self.lex.relational_end.search(before)
                if owned is not None and after == self.lex.particle and following[0].category == "count":
                    noun = heads.strip_after(self.clauses.words(following[-1].end, piece.end), self.lex)
                    noun = noun.split(self.lex.particle)[0]
                    out += self._draft_group(scoped, group, noun + owned.group(), "", left)
                    if keep.is_set(before[:owned.start()], following[0], noun, self.lex, scoped.scope):
                        return out
                    left, before = following[0].start, ""
                elif self.lex.dative_end.match(before) and verb is not None and verb.start() > 0:
                    doing = heads.strip_trail(after[verb.start():], self.lex)
                    out += self._draft_group(scoped, group, doing, after[:verb.start()], left)
                    left = group[-1].end + verb.start()
                elif belongs_to_next(before, after, following, self.lex):
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

    def _draft_pair(self, scoped: ScopedClause, groups: list[tuple[Quantity, ...]], before: str,
                    between: str) -> list[Draft]:
        """从A提高到B: two states of one indicator."""
        a, b = groups[0][0], groups[1][0]
        m = self.lex.from_end.search(before)
        assert m is not None
        head = before[:m.start()]
        to = self.lex.to_verb.match(between)
        if to is not None and to.group("head"):
            head += to.group("head").removeprefix(self.lex.particle)
        kind = "rank" if b.category == "rank" else "level"
        reading = read_before(head, b, self.lex)
        if self.lex.share.search(head):
            reading = replace(read_before(head, b, self.lex), kind=kind)
        else:
            reading = replace(reading, head=head, kind=kind, negative=False, basis=None)
        named = self.namer.named(scoped, reading, "", b, self.topic, self.subject or self.owner)
        start, name, region = named.start, named.name, named.region
        if not name:
            return []
        self._remember(name, start, b, reading=reading)
        first, second = replace(reading, rule="claims.from-to"), replace(reading, rule="claims.from-to")
        return [Draft(a, name, first, start, base_period=True, region=region),
                Draft(b, name, second, start, end_state=True, region=region, behind=a.end)]

    def _draft_group(self, scoped: ScopedClause, group: tuple[Quantity, ...], before: str, after: str,
                     left: int) -> list[Draft]:
        reading = read_before(before, group[0], self.lex, has_object=bool(heads.strip_after(after, self.lex)))
        if keep.is_set(before, group[0], after, self.lex, scoped.scope):
            return []
        if reading.kind == "rank" and not reading.ranked:
            return []
        named = self.namer.named(scoped, reading, after, group[0], self.topic, self.subject or self.owner)
        start, name, region = named.start, named.name, named.region
        if not name or not keep.is_indicator(name, group[0], self.lex):
            return []
        topic_before = self.topic
        if len(group) > 1:
            found = self._distributed(reading, name, len(group), topic_before)
            if found is not None:
                names, rule = found
                self._remember(name, start, group[-1], tuple(names))
                return [Draft(q, n, replace(reading, rule=rule), start, region=region)
                        for q, n in zip(group, names, strict=True)]
        elif reading.distributes and reading.kind == "rank" and len(self.recent) > 1 and (
                not heads.strip_trail(heads.strip_lead(reading.head, self.lex), self.lex)):
            return [Draft(group[0], n, replace(reading, rule="claims.distribute"), start, region=region)
                    for n in self.recent]
        elif reading.distributes and topic_before is not None and topic_before.waiting:
            self._remember(name, start, group[0], (topic_before.waiting, name))
            return [Draft(group[0], n, replace(reading, rule="claims.distribute"), topic_before.start, region=region)
                    for n in (topic_before.waiting, name)]
        elif reading.distributes and reading.kind in ("rank", "level", "change"):
            members = heads.split_list(heads.strip_lead(reading.head, self.lex), self.lex)
            found = heads.distribute(heads.strip_trail(heads.strip_lead(reading.head, self.lex), self.lex),
                                     len(members), self.lex, ()) if len(members) > 1 else None
            if found is not None:
                self._remember(name, start, group[0], tuple(found[0]))
                return [Draft(group[0], n, replace(reading, rule=found[1]), start, region=region) for n in found[0]]
        self._remember(name, start, group[-1], reading=reading)
        return [Draft(q, name, reading, start, region=region) for q in group]

    def _distributed(self, reading: Reading, name: str, count: int, topic: Topic | None
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
            if reading.verbal and not is_doing(lead, self.lex):
                reading = replace(reading, head=heads.strip_trail(lead, self.lex))
            named = self.namer.named(scoped, reading, own, group[0], self.topic, self.subject or self.owner)
            start, name, region = named.start, named.name, named.region
            if name and keep.is_indicator(name, group[0], self.lex):
                out += [Draft(q, name, reading, start, region=region) for q in group]
        if out:
            self._remember(out[-1].indicator, out[-1].start, groups[-1][0][-1])
        return out

    def _remember(self, name: str, start: int, q: Quantity, names: tuple[str, ...] = (),
                  reading: Reading | None = None) -> None:
        self.topic = topic_of(name, start, q, names, reading, self.lex)

    def _remember_words(self, scoped: ScopedClause) -> None:
        """A clause without numbers may name whose measure comes next."""
        clause = scoped.clause

        def rest() -> str:
            left = self.clauses.after_opening(scoped, clause.start)
            return self.namer.without_place(scoped, self.text[left:clause.end])[0]

        words, _ = self.namer.without_place(scoped, self.text[clause.start:clause.end])
        self.topic = topic_of_words(words, rest, clause.start, self.lex, known=self.topic is not None) or self.topic


def _shared_noun(nouns: list[str], lex: Lexicon) -> str:
    """10个市级、36个区级示范片区: the noun after the last modifier of the same form belongs to all."""
    first, last = heads.strip_joiners(nouns[0], lex), nouns[-1]
    at = last.find(first[-1], 0, 7) if first and len(first) <= 4 else -1
    return last[at + 1:] if at >= 0 else ""
