"""A clause as verb and object, as thing and outcome, or as subject, verb and complement.

Readings are looked for at the ends of a clause, where Chinese puts its verbs: after the adverbs that open it, or after
the thing that opens it. Offsets count code points of the clean text, half-open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from extractor.claims.action_lexicon import Lexicon
from extractor.claims.model import ScopedClause

_OPEN, _CLOSE = "“‘《（(【", "”’》）)】"
_ENUMERATION = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}(?:是要?|要|[）)]、?|、)|\d{1,2}[.．、](?!\d)|[①-⑳]|——|[-—●■◆·]+")
_IZE = re.compile(r"(?:[\u4e00-\u9fff]{2,3}化、?)+(?:地)?")
_JOIN = ("和", "、", "并", "与", "及", "并且", "同时")
_AFTER_VERB = ("了", "起", "出", "着")


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a piece of a clause."""

    form: str
    """`verb`, `about`, `outcome`, `brought`, `attain`, `ongoing` or `state`: the rule that it belongs to."""
    verb: str
    """As written, without adverbs; several where they are joined (争取和用足用好)."""
    head: str
    """The verb of the lexicon that decides (the first of several)."""
    object: tuple[int, int]
    subject: tuple[int, int] | None = None
    """Where the words of its own subject stand."""
    thing: bool = False
    """Whether the object is the thing that the clause is about (地铁4号线开通运营)."""
    expected: bool = False
    """Whether 力争, 确保 or their like stand before it."""
    adverbs: tuple[str, ...] = ()
    modals: tuple[str, ...] = ()
    start: int = 0
    """Where the piece begins."""


@dataclass(frozen=True, slots=True)
class _Lead:
    """What stands before the verb of a piece."""

    at: int
    subject: tuple[int, int] | None
    modals: tuple[str, ...]


class Parser:
    """Reads the pieces of one document."""

    def __init__(self, text: str, words: Lexicon) -> None:
        self.text = text
        self.lex = words

    def read(self, clause: ScopedClause, start: int, end: int) -> list[Reading]:
        """The readings of one piece, most often one or none."""
        lead = self._lead(clause, start, end)
        found = self._verb_first(lead, end, start)
        if not found and lead.subject is not None:
            found = self._nominal(start, end, lead.modals)
            if not found:
                lead = replace(lead, subject=None)
        if not found:
            found = self._about(lead, end, start) or self._nominal(self._bare(start, end), end, lead.modals)
        return [replace(r, start=start) for r in found]

    # --- what stands before the verb ----------------------------------------------------------------------------

    def _bare(self, start: int, end: int) -> int:
        """`start` after enumeration and connectives."""
        i = start
        while True:
            m = _ENUMERATION.match(self.text, i, end)
            step = len(m.group()) if m else len(self.lex.connectives.at(self.text, i, end))
            if not step:
                return i
            i += step
            while i < end and self.text[i] in "，、 ":
                i += 1

    def _lead(self, clause: ScopedClause, start: int, end: int) -> _Lead:
        text, lex = self.text, self.lex
        i, subject, modals = start, None, []
        while i < end:
            if (j := self._bare(i, end)) > i:
                i = j
                continue
            period = next((p for p in clause.periods if p.start == i), None)
            if period is not None and period.end < end:
                i = period.end
            elif subject is None and (entity := next((e for e in clause.entities if e.start == i and e.label in
                                                      ("GPE", "ZONE", "ORG", "LOC")), None)) is not None:
                subject, i = (entity.start, entity.end), entity.end
            elif word := lex.subjects.at(text, i, end):
                if subject is None:
                    subject = (i, i + len(word))
                i += len(word)
            elif (word := lex.modals.at(text, i, end)) and len(word) >= len(lex.heads.at(text, i, end)):
                modals.append(word)
                i += len(word)
            else:
                break
            while i < end and text[i] in "，、 ":
                i += 1
        return _Lead(i, subject, tuple(modals))

    # --- verb first ---------------------------------------------------------------------------------------------

    def _verb_first(self, lead: _Lead, end: int, start: int) -> list[Reading]:
        group = self._group(lead.at, end)
        if group is None:
            return []
        verb, head, after, adverbs, modals = group
        modals = (*lead.modals, *modals)
        kind = self.lex.verbs[head].kind
        if head in self.lex.expects.words or head in self.lex.causatives.words:
            inner = self._caused(after, end, head in self.lex.expects.words)
            if inner:
                return [replace(r, subject=lead.subject, adverbs=adverbs, modals=modals) for r in inner]
        if after >= end:
            return []
        form = {"outcome": "brought", "attain": "attain", "state": "state"}.get(kind, "verb")
        if form == "attain" and lead.subject is None and head in ("保持",):
            return []
        return [Reading(form, verb, head, (after, end), lead.subject, adverbs=adverbs, modals=modals)]

    def _group(self, i: int, end: int) -> tuple[str, str, int, tuple[str, ...], tuple[str, ...]] | None:
        """Adverbs, then one verb or several joined ones: (verb, its head, where its object begins, adverbs, modals)."""
        text, lex = self.text, self.lex
        adverbs: list[str] = []
        modals: list[str] = []
        fallback: tuple[int, str] | None = None
        while i < end:
            verb = lex.all_verbs.at(text, i, end)
            adverb = lex.adverbs.at(text, i, end)
            modal = lex.modals.at(text, i, end)
            if verb and len(verb) > max(len(adverb), len(modal)):
                break
            if word := lex.dual.at(text, i, end):
                if not (adverb and len(adverb) > len(word)):
                    fallback = (i, word)
            if adverb and len(adverb) >= len(modal):
                adverbs.append(adverb)
                i += len(adverb)
            elif modal:
                modals.append(modal)
                i += len(modal)
            elif (m := _IZE.match(text, i, end)) and lex.all_verbs.at(text, m.end(), end):
                i = m.end()
            elif verb:
                break
            else:
                break
            while i < end and text[i] in "、地":
                i += 1
        verb = lex.all_verbs.at(text, i, end)
        if not verb or (i + len(verb) >= end and fallback is not None):
            if fallback is None or fallback[1] not in lex.verbs:
                return None
            i, verb = fallback
            adverbs = [a for a in adverbs if a != verb]
        if lex.verbs[verb].kind == "slogan":
            return None
        head, j = verb, i + len(verb)
        while True:
            join = next((w for w in _JOIN if text.startswith(w, j)), "")
            more = lex.heads.at(text, j + len(join), end) if join else ""
            rest = j + len(join) + len(more)
            if not more or rest + 2 > end or text[rest:rest + 1] in ("、", "和", "等") or len(more) < len(head) - 1:
                break
            verb, j = verb + join + more, rest
        while j < end and text[j] in _AFTER_VERB and text[j:j + 2] not in ("出口", "出行", "起步", "出生", "出租", "出境"):
            j += 1
        if text[j:j + 1] == "好" and len(head) > 1:
            j += 1
        return verb, head, j, tuple(adverbs), tuple(modals)

    def _caused(self, i: int, end: int, expected: bool) -> list[Reading]:
        """力争X建成通车, 推动X进入Y: a thing and its outcome after the verb."""
        found = self._nominal(i, end, ())
        return [replace(r, expected=expected) for r in found if r.form in ("outcome", "attain", "state")]

    # --- the thing first ----------------------------------------------------------------------------------------

    def _nominal(self, start: int, end: int, modals: tuple[str, ...]) -> list[Reading]:
        return (self._thing_last(start, end, modals) or self._attained(start, end, modals)
                or self._compared(start, end, modals) or self._acted(start, end, modals))

    def _thing_last(self, start: int, end: int, modals: tuple[str, ...]) -> list[Reading]:
        """地铁4号线开通运营, X工程加快建设: the verb ends the piece."""
        text, lex = self.text, self.lex
        if verb := lex.outcomes.before(text, start, end):
            cut, adverbs = self._strip_adverbs(start, end - len(verb))
            if cut - start >= 2:
                return [Reading("outcome", verb, verb, (start, cut), (start, cut), True, False, adverbs, modals)]
        verb = lex.acts.before(text, start, end)
        if len(verb) >= 2:
            cut, adverbs = self._strip_adverbs(start, end - len(verb))
            if adverbs and cut - start >= 3 and not lex.verbs[verb].kind == "effect":
                return [Reading("ongoing", verb, verb, (start, cut), (start, cut), True, False, adverbs, modals)]
        return []

    def _strip_adverbs(self, start: int, end: int) -> tuple[int, tuple[str, ...]]:
        """Where a thing ends before the adverbs of its verb, and these adverbs."""
        text, lex = self.text, self.lex
        adverbs: list[str] = []
        while True:
            word = lex.adverbs.before(text, start, end)
            loose = lex.thing_ends.before(text, start, end)
            if word and len(word) >= len(loose):
                adverbs.append(word)
                end -= len(word)
            elif loose:
                end -= len(loose)
            elif end > start and text[end - 1] in "，、":
                end -= 1
            else:
                return end, tuple(adverbs)

    def _attained(self, start: int, end: int, modals: tuple[str, ...]) -> list[Reading]:
        """X入选Y, X落户Y, X获批(建设): the verb stands between."""
        text, lex = self.text, self.lex
        for i, verb in lex.attains.inside(text, start + 1, end - 1):
            j = i + len(verb)
            if not self._outside(start, i) or lex.all_verbs.at(text, i, end) != verb or j + 2 > end:
                continue
            cut, adverbs = self._strip_adverbs(start, i)
            if cut - start < 2:
                continue
            while j < end and text[j] in _AFTER_VERB:
                j += 1
            return [Reading("attain", verb, verb, (j, end), (start, cut), False, False, adverbs, modals)]
        for i, verb in lex.outcomes.inside(text, start + 2, end - 1):
            j = i + len(verb)
            if self._outside(start, i) and end - j <= 8 and len(verb) >= 2:
                cut, adverbs = self._strip_adverbs(start, i)
                if cut - start >= 2:
                    return [Reading("outcome", verb, verb, (start, cut), (start, cut), True, False, adverbs, modals)]
        return []

    def _compared(self, start: int, end: int, modals: tuple[str, ...]) -> list[Reading]:
        text, lex = self.text, self.lex
        for i, verb in lex.states.inside(text, start + 2, end):
            j = i + len(verb)
            if not self._outside(start, i):
                continue
            return [Reading("state", verb, verb, (j, end) if j < end else (start, i), (start, i), j >= end, False, (),
                            modals)]
        return []

    def _acted(self, start: int, end: int, modals: tuple[str, ...]) -> list[Reading]:
        """A body that is no known entity, and what it does."""
        text, lex = self.text, self.lex
        for i, verb in lex.acts.inside(text, start + 2, min(end - 2, start + 24)):
            if len(verb) < 2 or not self._outside(start, i):
                continue
            cut, adverbs = self._strip_adverbs(start, i)
            if cut - start >= 2 and lex.subject_tails.before(text, start, cut):
                group = self._group(i, end)
                if group is None or group[2] >= end:
                    return []
                return [Reading("verb", group[0], group[1], (group[2], end), (start, cut), False, False, adverbs,
                                modals)]
        return []

    # --- 对X进行Y, 以X为Y推进Z ----------------------------------------------------------------------------------

    def _about(self, lead: _Lead, end: int, start: int) -> list[Reading]:
        """A noun phrase under a preposition stands before the verb."""
        text, lex = self.text, self.lex
        word = lex.about.at(text, lead.at, end)
        if not word:
            return []
        begin = lead.at + len(word)
        for i, verb in lex.heads.inside(text, begin + 2, end):
            if len(verb) < 2 or not self._outside(lead.at, i):
                continue
            light = lex.verbs[verb].kind == "light"
            cut, adverbs = self._strip_adverbs(begin, i)
            closed = bool(adverbs) or bool(lex.about_ends.before(text, begin, cut)) or light or text[cut - 1] in "，”》"
            if word == "对" and i + len(verb) >= end:
                return [Reading("about", verb, verb, (begin, cut), lead.subject, False, False, adverbs, lead.modals)]
            if not closed and word not in ("围绕", "在", "以", "为", "通过", "向", "从", "按照"):
                continue
            if not closed and (lex.verbs[verb].weight < 0.7 or i - begin < 2):
                continue
            group = self._group(i, end)
            if group is None or group[2] >= end:
                continue
            if word == "对" and light:
                inner = self._inner(group[2], end)
                if inner:
                    return [Reading("about", inner, inner, (begin, cut), lead.subject, False, False, adverbs,
                                    lead.modals)]
            return [Reading("about" if word == "对" else "verb", group[0], group[1], (group[2], end), lead.subject,
                            False, False, (*adverbs, *group[3]), lead.modals)]
        return []

    def _inner(self, start: int, end: int) -> str:
        """The verb that is all there is after a light verb (进行补贴, 进行总部署), or an empty string."""
        verb = self.lex.acts.before(self.text, start, end)
        return verb if verb and end - start - len(verb) <= 1 else ""

    def _outside(self, start: int, i: int) -> bool:
        """Whether `i` lies outside quotation marks, book marks and brackets that open after `start`."""
        depth = 0
        for char in self.text[start:i]:
            depth += (char in _OPEN) - (char in _CLOSE)
        return depth <= 0
