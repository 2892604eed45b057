"""Persons with title and body: after titles, before verbs of saying, in bylines, and met again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from extractor.mentions.model import Entity
from extractor.mentions.person_names import Names
from extractor.rulebook.model import Rulebook
from extractor.text.words import Hit

TITLED, NAME_TITLE, SPEAKER, BYLINE, AGAIN, APPOINTED, BEHIND = (
    "people.titled", "people.name-title", "people.speaker", "people.byline", "people.again", "people.appointed",
    "people.title-behind")
_REACH = 80
"""How far before a name its titles are looked for."""
Span = tuple[int, int]
_CLAUSE_START = "，。；：\n"
_OFFICE_END = "，。；、（\n"
_OFFICE_CLAUSE = re.compile("[^，。；：、\n]{0,40}")
_CHAIN_STOP = re.compile(r"[。！？；：”“（）《》\n□■◆●…—]")


class People:
    """The compiled rules for persons."""

    def __init__(self, book: Rulebook) -> None:
        alternation = book.alternation
        self.names = Names(book)
        heads = alternation("title_head")
        self._head = re.compile(heads)
        self._office = re.compile(
            f"(?P<body>.*?)(?P<title>{alternation('title_modifier')}*{heads})$")
        self._stop_at_start = re.compile(alternation("title_stop"))
        self._stop_within = re.compile(f"{alternation('title_stop')}(?={alternation('body_start')})")
        self._say = re.compile(f"(?:{alternation('say_before')})?{alternation('say')}")
        self._taken = re.compile(alternation("office_taken"))
        self._lost, self._of = book.words("office_lost"), book.words("office_of")
        self._behind = frozenset(book.words("title_behind"))
        self.lists = {"byline": book.words("byline"), "title": book.words("title_head"),
                      "appointing": book.words("office_given"),
                      "leader": book.words("leader"), "saying": (*book.words("say_before"), *book.words("say"))}
        """Words that tell of persons; see `find_all`."""
        self._guard = re.compile(alternation("name_guard"))
        self._before_paper = " \u3000|" + "".join(book.words("before_paper"))
        self._rules = {rule.id for rule in book.layer("people").rules}

    def find_all(self, texts: Sequence[str], signs: Sequence[Mapping[str, Sequence[Hit]]]) -> list[list[Entity]]:
        """All mentions of persons in each text (offsets in code points, half-open), in order.

        `signs` tell for each text what of the `lists` stands in it.
        """
        if not self._rules:
            return [[] for _ in texts]
        met: list[dict[int, Entity]] = [{} for _ in texts]
        for kind, finder in (("byline", self._byline), ("title", self._titled), ("leader", self._name_title),
                             ("saying", self._speaker), ("title", self._appointed), ("appointing", self._given),
                             ("title", self._before_title)):
            for text, hits, found in zip(texts, signs, met, strict=True):
                if kind not in hits:
                    continue
                for entity in finder(text, [(start, end) for _, start, end in hits[kind]]):
                    if entity.rule in self._rules and not _covered(entity, found):
                        found[entity.start] = entity
        if AGAIN in self._rules:
            for text, found in zip(texts, met, strict=True):
                if found:
                    self._again(text, found)
        return [[found[start] for start in sorted(found)] for found in met]

    # --- the ways a person is met ---------------------------------------------------------------------------

    def _titled(self, text: str, titles: Sequence[Span]) -> Iterator[Entity]:
        for start, end in _longest(titles):
            name = self.names.at(text, end)
            if name is None:
                continue
            org, title = self._org_and_title(text, end) or (None, text[start:end])
            yield Entity(end, name, text[end:name], "PERSON", text[end:name], None, title, org, TITLED)
            while text.startswith("、", name):  # 市领导甲、|乙
                start, after = name + 1, self.names.at(text, name + 1)
                if after is None or not self.names.strong(text[start:after]):
                    break
                name = after
                yield Entity(start, name, text[start:name], "PERSON", text[start:name], None, title, org, TITLED)

    def _appointed(self, text: str, titles: Sequence[Span]) -> Iterator[Entity]:
        for start, end in _longest(titles):
            lost = text.startswith(self._lost, end)
            if not lost and end < len(text) and text[end] not in _OFFICE_END:
                continue
            begin = 1 + max(text.rfind(mark, max(0, start - _REACH), start) for mark in _CLAUSE_START)
            for stop in self.names.opening(text, begin):
                yield from self._office_of(text, begin, stop, end, lost=lost)

    def _given(self, text: str, verbs: Sequence[Span]) -> Iterator[Entity]:
        for _, begin in _longest(verbs):
            clause = _OFFICE_CLAUSE.match(text, begin)
            heads = list(self._head.finditer(text, begin, clause.end())) if clause else []
            if heads:
                end = heads[-1].end()
                for stop in self.names.opening(text, begin):
                    yield from self._office_of(text, begin, stop, end, lost=text.startswith(self._lost, end))

    def _office_of(self, text: str, begin: int, stop: int, end: int, *, lost: bool) -> Iterator[Entity]:
        """The person at `begin` if what follows, up to `end`, is the office taken or lost."""
        taken = self._taken.match(text, stop)
        left = taken.end() if taken else stop + 1 if lost and text.startswith(self._of, stop) else end
        office = self._office.match(text, left, end)
        if office is not None:
            name = text[begin:stop]
            yield Entity(begin, stop, name, "PERSON", name, None, office["title"], office["body"] or None, APPOINTED)

    def _before_title(self, text: str, titles: Sequence[Span]) -> Iterator[Entity]:
        for start, end in _longest(titles):
            stop, title = start, text[start:end]
            while title in self._behind and (begin := self.names.ending(text, stop)) is not None:
                yield Entity(begin, stop, text[begin:stop], "PERSON", text[begin:stop], None, title, None, BEHIND)
                if not text.endswith("、", 0, begin):
                    break
                stop = begin - 1

    def _name_title(self, text: str, leaders: Sequence[Span]) -> Iterator[Entity]:
        for start, end in _longest(leaders):
            if self._guard.match(text, start):
                continue
            name, title = text[start:end], self._head.match(text, end)
            before = text[max(0, start - 12):start]
            named = title or (self._head.search(before) and not before[-1:].isspace())
            if named or self.names.boundary(text, end):
                yield Entity(start, end, name, "PERSON", name, None, title.group() if title else None, None, NAME_TITLE)

    def _speaker(self, text: str, sayings: Sequence[Span]) -> Iterator[Entity]:
        last = 0
        for end in sorted({start for start, _ in sayings}):
            said = self._say.match(text, end) if end >= last else None
            if said is None:
                continue
            start, last = end, said.end()
            while start > 0 and end - start < 5 and "\u4e00" <= text[start - 1] <= "\u9fff":
                start -= 1
            if start > 0 and text[start - 1] not in "。，；！？”：\n":
                continue
            name = text[start:end]
            if self.names.whole(name) and self.names.strong(name):
                yield Entity(start, end, name, "PERSON", name, None, None, None, SPEAKER)

    def _byline(self, text: str, bylines: Sequence[Span]) -> Iterator[Entity]:
        org, before = None, ""
        openers = list(_longest(bylines))
        for (begin, stop), (after, _) in zip(openers, [*openers[1:], (len(text), 0)], strict=True):
            line_end = text.find("\n", stop)
            line_end = len(text) if line_end < 0 else line_end
            names = self.names.row(text, stop, min(line_end, stop + 200, after))
            head = _CHAIN_STOP.split(text[max(0, begin - 30):begin])[-1].strip(self._before_paper)
            same = before and before in head  # 记者 甲 |通讯员 乙: of the same paper
            before = text[begin:stop]
            if not names:
                continue
            if not same:
                org = head if len(head) > 1 else None
            for part in re.finditer(r"[^/、]{2,}", "" if same else org or ""):
                start = text.rfind(part.group(), 0, begin)
                yield Entity(start, start + len(part.group()), part.group(), "ORG", part.group(), rule=BYLINE)
            for start, end in names:
                plain = re.sub(r"\s", "", text[start:end])
                yield Entity(start, end, text[start:end], "PERSON", plain, None, text[begin:stop].strip(), org, BYLINE)

    def _again(self, text: str, found: dict[int, Entity]) -> None:
        known: dict[str, Entity] = {}
        for start in sorted(found):
            entity = found[start]
            if entity.label != "PERSON":
                continue
            before = known.get(entity.name)
            if before is None or (before.org is None and entity.org is not None):
                known[entity.name] = entity
        if not known:
            return
        pattern = re.compile("|".join(map(re.escape, sorted(known, key=lambda n: (-len(n), n)))))
        for m in pattern.finditer(text):
            first = known[m.group()]
            if m.start() in found:
                if found[m.start()].org is None and first.org is not None and found[m.start()].rule == SPEAKER:
                    found[m.start()] = Entity(m.start(), m.end(), m.group(), "PERSON", m.group(), None, first.title,
                                              first.org, SPEAKER)
                continue
            if (len(m.group()) > 2 or self.names.boundary(text, m.end())) and not self._guard.match(text, m.start()):
                found[m.start()] = Entity(m.start(), m.end(), m.group(), "PERSON", m.group(), None, first.title,
                                          first.org, AGAIN)

    # --- titles ---------------------------------------------------------------------------------------------

    def _org_and_title(self, text: str, end: int) -> tuple[str | None, str] | None:
        """Body and title of the chain of titles that ends at `end`.

        Of several bodies the one with the most offices, the first of equals. Where it comes first the title goes on
        from there (工委副书记、管委常务副主任，城阳区委副书记); where it comes later the title keeps the bodies.
        """
        segment = _CHAIN_STOP.split(text[max(0, end - _REACH):end])[-1]
        pieces = re.split(r"([、，])", segment)
        chain, words = "", ""
        bodies: list[str] = []
        for k in range(len(pieces) - 1, -1, -2):
            piece = self._cut(pieces[k])
            m = self._office.match(piece)
            if m is None:
                break
            bodies.insert(0, m.group("body").strip())
            words = m.group("title")
            chain = piece + chain
            if piece != pieces[k] or k < 2 or (pieces[k - 1] == "，" and not bodies[0]):
                break
            chain = pieces[k - 1] + chain
        if not bodies:
            return None
        chain = chain.lstrip("、， ")
        for k in range(1, len(bodies)):
            bodies[k] = bodies[k] or bodies[k - 1]
        main = max(dict.fromkeys(bodies), key=bodies.count)
        if not main:
            return None, chain
        return main, chain[len(main):] if chain.startswith(main) else chain or words

    def _cut(self, piece: str) -> str:
        """`piece` from after its last stop word: one at its start, or one before the start of a body.

        Elsewhere 和 and 经 are parts of bodies (工业和信息化局, 民营经济局).
        """
        start = 0
        for m in self._stop_within.finditer(piece):
            start = m.end()
        while (m2 := self._stop_at_start.match(piece, start)) and len(piece) - m2.end() > 1:
            start = m2.end()
        return piece[start:]


def _longest(spans: Sequence[Span]) -> Iterator[Span]:
    """The longest at the leftmost place, then on from its end."""
    last = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= last:
            last = end
            yield start, end


def _covered(entity: Entity, found: dict[int, Entity]) -> bool:
    return any(e.start < entity.end and entity.start < e.end for e in (
        found.get(start) for start in range(max(0, entity.start - 5), entity.end)) if e is not None)


def people(book: Rulebook) -> People:
    """The rulebook's rules for persons, compiled once."""
    return book.made("people", People)
