"""Names by construction: a head (…行动, …峰会, …研究院) and what it is about before it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from extractor.mentions.entity_edges import TextEdges, opener_pattern
from extractor.mentions.entity_head_rule import HeadRule, head_rule
from extractor.mentions.entity_lexicon import Lexicon
from extractor.mentions.model import Entity
from extractor.rulebook.model import Rulebook
from extractor.text.words import Hit

PLANT = "entities.project"
"""The rule of plants and bases: a company's plant acts as the company does, its project does not."""
_REACH = 12
"""How far before a name the verb that governs it may begin, with what leads in the name between."""
_AFTER_QUOTATION = 10
"""How far before the head a quotation may end that a programme's name begins with."""
_TOPIC = 8
"""How many characters of a body's topic may stand before its place."""
_FIRST = 10
"""How far before the last opener the verb may stand that a name begins with."""

_CLAUSE = "，。；：\n"
"""Marks after which a name can begin a clause."""
_ITEM = "、，。；："
"""Marks after which a company without a known name may begin a project's name."""

Anchor = tuple[int, int]
"""The span of a place or body that is known by name: what makes a run before a head a name."""


class Heads:
    """The compiled constructions."""

    def __init__(self, book: Rulebook) -> None:
        self._levels = book.words("level")
        self._clause = re.compile(book.alternation("not_in_name"))
        self._counted = re.compile(rf"\d(?<![第\d].)\d*{book.alternation('inner_measure')}")
        self._said = re.compile(book.alternation("not_topic"))
        self._version = re.compile(rf"\d\.\d{book.alternation('version')}")
        self._joins = book.words("joins")
        self._join_begins = book.words("join_begins")
        self._join_inside = book.words("join_inside")
        self._on_the_way = frozenset(book.words("on_the_way"))
        self._openers = opener_pattern(book)
        heads: dict[str, list[HeadRule]] = {word: [] for word in book.words("head_guard")}
        generic = frozenset(book.words("generic"))
        for rule in book.layer("entities").rules:
            if isinstance(rule.match, dict) and rule.match.get("kind") == "suffix":
                made = head_rule(rule, book, generic)
                for word in book.words(rule.match["heads"]):
                    heads.setdefault(word, []).append(made)
        self.lexicon = Lexicon(heads)

    def find(self, text: str, anchors: Sequence[Anchor], edges: TextEdges, hits: Sequence[Hit]) -> Iterator[Entity]:
        """Candidates in `text`; `anchors` are spans by rising start (offsets in code points, half-open).

        `hits` are those of the `lexicon`.
        """
        short: list[tuple[int, int, HeadRule]] = []
        full: dict[str, str] = {}
        skip = 0
        last = (0, 0, "")
        for start, end, rules in self.lexicon.longest(hits):
            if end <= skip:  # inside a longer head or a guarded word
                continue
            skip = end
            for rule in rules:
                if rule.also and self._goes_on(text, last, start, rule, edges):
                    left: int | None = last[0]
                else:
                    continued = self._continued(text, last[1:], (start, end), rule, edges)
                    left = self._left(text, start, end, rule, anchors, edges, continued)
                if left is not None and _balanced(text, left, start):
                    stop = self._right(text, end, anchors)
                    name = text[left:stop]
                    full.setdefault(text[start:end], name)
                    last = (left, stop, rule.label)
                    yield Entity(left, stop, name, rule.label, name, rule=rule.id)
                elif end - start >= 5 and not rule.anchored:
                    short.append((start, end, rule))
        for start, end, rule in short:
            head = text[start:end]
            if head in full:  # 三年攻坚行动, after 城市更新和城市建设三年攻坚行动
                yield Entity(start, end, head, rule.label, full[head], rule=rule.id)

    def _goes_on(self, text: str, last: tuple[int, int, str], head: int, rule: HeadRule, edges: TextEdges) -> bool:
        """Whether the `last` name, its begin, end and label, ends only here (甲大会|暨乙展览会)."""
        _, end, label = last
        return (label == rule.label and text.startswith(rule.also, end, head)
                and edges.run(head, rule.most) < end)

    def _continued(self, text: str, last: tuple[int, str], head: Anchor, rule: HeadRule,
                   edges: TextEdges) -> tuple[int, int]:
        """The begin of a name after 和 and the `last` one, its end and label (甲高铁和|乙高铁), or 0.

        And the same in a row of one label (甲行动、|拓展乙行动) or before what is said of it, or -1.
        """
        end, label = last
        start, stop = head
        if rule.said is not None and rule.said.match(text, stop) is not None:
            run = edges.run(start, rule.most)
            return 0, run if run == 0 or text[run - 1] in _CLAUSE else -1
        joined = end < start and self._joined(text, end)
        row = end < start and label == rule.label and (joined or text.startswith("、", end))
        return end + 1 if joined else 0, end + 1 if row else -1

    def _joined(self, text: str, end: int) -> bool:
        """Whether 和 or the like follows at `end`, as a word of its own."""
        return text.startswith(self._joins, end) and not text.startswith(self._join_begins, end)

    def _left(self, text: str, start: int, end: int, rule: HeadRule, anchors: Sequence[Anchor],
              edges: TextEdges, continued: tuple[int, int]) -> int | None:
        """Where the name with the head at `start` begins, or None where there is no name; see `_continued`."""
        after, row = continued
        if text[start:end] in rule.whole:
            left = self._after_join(text, edges.run(start, rule.most), start, anchors, named=True)
            begins = text.startswith(self._levels, left) or _begins(anchors, left)
            if begins and self._is_name(text[left:start], end - start, rule):
                return left
        found = edges.start(start, rule.most, verbs=rule.verbs)
        if found is None:  # too long for one name: it may be two
            edge = start - rule.most
            found = self._after_join(text, edge, start, anchors, named=False) if rule.label == "FAC" else edge
            if found == edge:
                return None
        left = max(self._from_edition(text, found, start, rule, edges, row), after)
        if rule.across is not None and (across := rule.across.match(text, left, start)) is not None:
            left = across.end()
        if rule.parts:
            left = self._after_part(text, left, start, rule)
        if rule.label in ("FAC", "ZONE", "LOC", "ORG"):
            left = self._after_join(text, left, start, anchors, named=rule.label in ("ZONE", "ORG"))
            if text[left] in self._on_the_way and _begins(anchors, left + 1):
                left += 1
        if rule.after:
            left = edges.after_leads(self._after_verb(text, left, start, rule), start)
        core = text[left:start]
        if rule.needs is not None and not rule.holds(rule.needs, text, left, start):
            return None
        if rule.counted is not None and rule.counted.match(text, end) is not None:
            return None
        if rule.unless is not None and rule.holds(rule.unless, text, left, end):
            return None
        named = self._version.match(text, end) is not None or _is_governed(text, left, start, rule, row)
        if not self._is_name(core, end - start, rule, governed=named):
            return None
        if left == row and len(core) >= (rule.after_least if rule.after else 2) and (rule.after or rule.label == "ORG"):
            return left
        return self._anchored(text, left, start, end, rule, anchors) if rule.anchored else left

    def _from_edition(self, text: str, left: int, start: int, rule: HeadRule, edges: TextEdges, row: int) -> int:
        """`left`, or where the last edition in the run begins, or the verb that a name begins with."""
        if rule.edition is not None:
            editions = list(rule.edition.finditer(text, edges.run(start, rule.most), start))
            if editions:
                return min(left, editions[-1].start())
        if rule.first is not None:
            closed = text.rfind("”", left, start) if rule.edition is None else -1
            join = next((i for i in range(closed + 1, start) if text[i] in self._joins), -1) if closed >= 0 else -1
            if join >= 0 and made_of(text[closed + 1:join], rule.generic):  # “甲”和|乙改革, “甲”建设和|乙行动
                return join + 1
            if closed >= max(0, start - _AFTER_QUOTATION):  # 农村|“三块地”改革试点: the quotation begins it
                return max(left, text.rfind("“", left, closed))
            run = edges.run(start, rule.most)
            verbs = [m.end() for m in rule.first.finditer(text, max(run, left - _FIRST), left)]
            if not verbs and run <= row:
                verbs = [row]
            if verbs and all(m[0] in rule.inside for m in self._openers.finditer(text, verbs[-1], start)):
                begin = edges.after_leads(verbs[-1], start)
                quoted = text.find("“", begin, start)  # 打造|“甲乙”品牌行动: what is built begins it
                return quoted if quoted > begin and text[begin:quoted] in rule.inside else begin
        return left

    def _is_name(self, core: str, head: int, rule: HeadRule, *, governed: bool = False) -> bool:
        """Whether the run says something particular, and is no pair of which only the second has the head."""
        if len(core) < rule.least or self._clause.search(core) or self._counted.search(core):
            return False
        if core[-1:] in self._joins and not core.endswith(self._join_inside):
            return False
        if rule.label in ("PROGRAMME", "DOCUMENT") and core[-3:-2] in self._joins and made_of(core[-2:], rule.generic):
            return False
        numbered = rule.edition is not None and rule.edition.match(core) is not None
        return governed or numbered or not made_of(core, rule.generic) or len(core) >= rule.enough

    def _after_join(self, text: str, left: int, start: int, anchors: Sequence[Anchor], *, named: bool) -> int:
        """After the last 和 of the run that is no part of an anchor (呼和浩特): two facilities, not one.

        With `named` only where an anchor follows the 和: names of zones hold 和 themselves.
        """
        for i in range(start - 1, left, -1):
            if text[i] in self._joins:
                k = bisect_left(anchors, (i + 1, 0)) - 1
                follows = k + 1 < len(anchors) and anchors[k + 1][0] == i + 1
                if (k < 0 or anchors[k][1] <= i) and (follows or not named):
                    return i + 1
        return left

    def _after_part(self, text: str, left: int, start: int, rule: HeadRule) -> int:
        """After the last 和 that another thing of the kind stands before (各类赛事和|甲马拉松)."""
        found = left
        for join in self._joins:
            i = text.rfind(join, left + 1, start)
            while i >= found and not text.endswith(rule.parts, left, i):
                i = text.rfind(join, left + 1, i)
            found = max(found, i + 1)
        return found

    def _after_verb(self, text: str, left: int, start: int, rule: HeadRule) -> int:
        """After the last of the rule's verbs in the run, where enough is left for a name."""
        ends = [at + len(verb) for verb in rule.after if (at := text.rfind(verb, left, start)) >= 0]
        return max([left, *(end for end in ends if start - end > 1)])

    def _anchored(self, text: str, left: int, start: int, end: int, rule: HeadRule,
                  anchors: Sequence[Anchor]) -> int | None:
        k = bisect_left(anchors, (left, 0))
        while k < len(anchors) and anchors[k][1] <= start:
            begin, stop = anchors[k]
            if k + 1 < len(anchors) and anchors[k + 1][0] == begin and anchors[k + 1][1] <= start:
                k += 1  # of one place the longest
                continue
            if stop < start and self._joined(text, stop):  # 商务部和海关总署: the name comes after 和
                left = stop + 1
                k = bisect_left(anchors, (left, 0))
                continue
            if begin == left or text[begin - 1] == "（":  # 中日（青岛）地方发展合作示范区
                return left
            if rule.instead is not None and rule.instead.search(text, left, begin) is not None:
                return left  # 环岛高速三亚段扩容工程
            whole = rule.label in ("ORG", "ZONE") or (rule.label == "PROJECT" and text[left - 1:left] in _ITEM)
            if whole and 1 < begin - left <= _TOPIC and (
                    self._said.search(text, left, begin) is None):
                return left  # 数智|北京创新中心
            return left if rule.levels and text.startswith(self._levels, left) else begin
        core = text[left:start]
        if rule.levels:
            for level in self._levels:
                if core.startswith(level) and len(core) > len(level) and self._is_name(
                        core[len(level):], end - start, rule):
                    return left
        if text[start:end] in rule.alone and 1 < len(core) <= 12 and not any(join in core for join in self._joins):
            return left
        if rule.instead is not None and rule.instead.search(core) is not None:
            return left
        if rule.after and text.endswith(rule.after, max(0, left - 4), left) and len(core) >= rule.after_least:
            return left
        return None

    def _right(self, text: str, end: int, anchors: Sequence[Anchor]) -> int:
        """`end`, or the end of what may follow a head: a place in brackets (…中心（青岛）), a version (…行动2.0版)."""
        version = self._version.match(text, end)
        if version is not None:
            return version.end()
        if text[end:end + 1] != "（":
            return end
        k = bisect_left(anchors, (end + 1, 0))
        if k < len(anchors) and anchors[k][0] == end + 1 and text[anchors[k][1]:anchors[k][1] + 1] == "）":
            return anchors[k][1] + 1
        return end


def _is_governed(text: str, left: int, head: int, rule: HeadRule, row: int) -> bool:
    """Whether a verb said of programmes, or a row of them, governs the run, and it tells more than its kind."""
    return (rule.governed is not None and head - left >= rule.governed_least
            and (left == row or rule.governed.search(text, max(0, left - _REACH), left) is not None)
            and not made_of(text[left:head], rule.kinds))


def _begins(anchors: Sequence[Anchor], at: int) -> bool:
    """Whether an anchor begins at `at`."""
    k = bisect_left(anchors, (at, 0))
    return k < len(anchors) and anchors[k][0] == at


def made_of(run: str, words: frozenset[str]) -> bool:
    """Whether `run` can be parted into words of the list and digits alone (true for the empty run)."""
    reached = [True] + [False] * len(run)
    for i in range(len(run)):
        if not reached[i]:
            continue
        if run[i].isdigit() or run[i] in ".-—":
            reached[i + 1] = True
        for j in range(i + 1, min(i + 6, len(run)) + 1):
            if run[i:j] in words:
                reached[j] = True
    return reached[len(run)]


def _balanced(text: str, left: int, head: int) -> bool:
    """Whether brackets come in pairs in the run, which begins with none."""
    run = text[left:head]
    return run.count("（") == run.count("）") and not run.startswith(("（", "）"))
