"""Clauses that a thing opens: what has become of it, what it has been chosen for, how it compares."""

from __future__ import annotations

from dataclasses import replace

from extractor.claims.action_lexicon import Lexicon
from extractor.claims.action_reading import Reading, outside
from extractor.claims.action_words import Beginnings


class Things:
    """Reads the pieces of one document that a noun phrase opens."""

    def __init__(self, text: str, words: Lexicon, begins: Beginnings, named: frozenset[int]) -> None:
        """`named`: the places inside names."""
        self.text = text
        self.lex = words
        self.begins = begins
        self.named = named

    def read(self, start: int, end: int, modals: tuple[str, ...]) -> list[Reading]:
        """The readings of `start..end`, most often one or none."""
        return (self.last(start, end, modals) or self.attained(start, end, modals)
                or self._compared(start, end, modals) or self._acted(start, end, modals))

    def caused(self, start: int, end: int, expected: bool) -> list[Reading]:
        """力争X建成通车, 推动X进入Y: a thing and its outcome after the verb."""
        found = self.last(start, end, ()) or self.attained(start, end, ()) or self._compared(start, end, ())
        return [replace(r, expected=expected, caused=True) for r in found if r.form in ("outcome", "attain", "state")
                and (expected or r.form != "outcome" or not self.lex.verbs[r.head].noun)]

    def last(self, start: int, end: int, modals: tuple[str, ...]) -> list[Reading]:
        """地铁4号线开通运营, X工程加快建设: the verb ends the piece."""
        text, lex = self.text, self.lex
        if start >= end or text[end - 1] not in lex.last_characters:
            return []
        verb = lex.outcomes.before(text, start, end)
        if len(verb) > 1 and len(lex.lists["no_outcome"].before(text, start, end)) <= len(verb):
            found = self._became(start, end, verb, modals)
            if found is not None:
                return [found]
        verb = lex.lists["held"].before(text, start, end)
        if verb:
            cut, adverbs = self._strip(start, end - len(verb))
            form = "outcome" if verb in lex.lists["founded"] else "held"
            if cut - start >= 4 and self._is_thing(start, cut):
                return [Reading(form, verb, verb, (start, cut), (start, cut), True, False, adverbs, modals)]
        verb = lex.lists["go"].before(text, start, end)
        if verb:
            cut, adverbs = self.strip_adverbs(start, end - len(verb))
            if (adverbs or len(verb) >= 4) and cut - start >= 3 and self._is_thing(start, cut):
                return [Reading("ongoing", verb, verb, (start, cut), (start, cut), True, False, adverbs, modals)]
        return []

    def _became(self, start: int, end: int, verb: str, modals: tuple[str, ...]) -> Reading | None:
        """A thing and its outcome, or two of them that follow one another (揭牌运行, 获批落地)."""
        text, lex = self.text, self.lex
        at = end - len(verb)
        first = lex.outcomes.before(text, start, at)
        if len(first) > 1 and at - len(first) - start >= 2 and (
                lex.verbs[first].weight >= 1 or not lex.verbs[first].noun):
            at -= len(first)
        cut, adverbs = self._strip(start, at)
        whole = text[at:end]
        by = self._by(start, cut)
        if by and verb in lex.lists["granted"]:
            cut, adverbs = self._strip(start, by[0])
            whole = by[1] + whole
        start = self._after_attribute(start, cut)
        if cut - start < 2 or not self._is_thing(start, cut) or any(
                cut - i - len(word) >= 3 for i, word in lex.lists["realise"].inside(text, start + 2, cut)):
            return None
        return Reading("outcome", whole, verb, (start, cut), (start, cut), True, False, adverbs, modals)

    def _after_attribute(self, start: int, end: int) -> int:
        """Where a thing begins whose attribute opens with a preposition (由商务局推出的|“快件中心”)."""
        lists = self.lex.lists
        if not lists["opens_attribute"].at(self.text, start, end):
            return start
        linkers = [i for i, _ in lists["linker"].inside(self.text, start, end) if outside(self.text, start, i)]
        return linkers[-1] + 1 if linkers and end - linkers[-1] > 3 else start

    def _by(self, start: int, end: int) -> tuple[int, str] | None:
        """Where a mark of the passive stands before a short agent that ends at `end` (获国务院批准, 被商务部评为)."""
        marks = self.lex.lists["by"]
        for i in range(end - 2, max(start - 1, end - 18), -1):
            mark = marks.at(self.text, i, end)
            if mark and outside(self.text, start, i) and not (
                    i > start and self.lex.lists["no_verb"].at(self.text, i - 1, end)):
                return i, mark
        return None

    def _strip(self, start: int, end: int) -> tuple[int, tuple[str, ...]]:
        """Like `strip_adverbs`, and before the place where it happens (大会在济南召开)."""
        text, lists = self.text, self.lex.lists
        end, adverbs = self.strip_adverbs(start, end)
        for i in range(end - 2, max(start + 1, end - 12), -1):
            if lists["at"].at(text, i, end) and outside(text, start, i) and not (
                    lists["at_word"].at(text, i, end) or lists["at_word"].at(text, i - 1, end)):
                end, more = self.strip_adverbs(start, i)
                return end, (*adverbs, *more)
        return end, adverbs

    def risen(self, start: int, end: int) -> list[Reading]:
        """X明显提升, Y稳步提高: a state to be reached, said without a number."""
        verb = self.lex.lists["rise"].before(self.text, start, end)
        cut, adverbs = self.strip_adverbs(start, end - len(verb))
        if not verb or not adverbs or cut - start < 4 or not self._is_thing(start, cut):
            return []
        return [Reading("state", verb, verb, (start, cut), (start, cut), True, False, adverbs)]

    def beside(self, start: int, number: int, end: int) -> list[Reading]:
        """X高铁和Y、Z等4条高速公路通车: what is named beside a counted list has the same outcome."""
        text, lex = self.text, self.lex
        verb = lex.outcomes.before(text, start, end)
        if len(verb) < 2 or not lex.lists["ends_thing"].before(text, start, number):
            return []
        for i in range(start + 2, number):
            join = lex.lists["beside"].at(text, i, number)
            if join and outside(text, start, i) and self._is_thing(start, i):
                return [Reading("outcome", verb, verb, (start, i), (start, i), True)]
        return []

    def _is_thing(self, start: int, end: int) -> bool:
        """Whether a noun phrase can be what a clause is about: no preposition, copula or verb of its own opens it."""
        text = self.text
        here = self.begins.at(start, end)
        if here.about or here.never:
            return False
        if self.lex.copula.search(text, start, end) or text[end - 1] in self.lex.linkers:
            return False
        i = start
        while adverb := self.begins.at(i, end).adverb:
            i += len(adverb)
        here = self.begins.at(i, end)
        if i > start and here.about:
            return False
        verb = here.verb
        if len(verb) < 2:
            return True
        return i == start and (self.lex.verbs[verb].noun or end - i - len(verb) >= 4)

    def strip_adverbs(self, start: int, end: int) -> tuple[int, tuple[str, ...]]:
        """Where a thing ends before the adverbs of its verb, and these adverbs."""
        text, lists = self.text, self.lex.lists
        adverbs: list[str] = []
        while True:
            word = lists["adverb"].before(text, start, end)
            if word in lists["noun_adverb"]:
                word = ""
            loose = lists["ends_thing"].before(text, start, end)
            if word and len(word) >= len(loose):
                adverbs.append(word)
                end -= len(word)
            elif loose:
                if loose in lists["will"]:
                    adverbs.append(loose)
                end -= len(loose)
            elif end > start and text[end - 1] in "，、":
                end -= 1
            else:
                return end, tuple(adverbs)

    def attained(self, start: int, end: int, modals: tuple[str, ...]) -> list[Reading]:
        """X入选Y, X落户Y, X获批(建设): the verb stands between."""
        text, lex = self.text, self.lex
        for i, verb in lex.attains.inside(text, start + 2, end - 1):
            j = i + len(verb)
            if verb in lex.lists["granted_to"]:
                break
            if self.begins.at(i, end).verb != verb or j + 2 > end or self._crossed(i) or not outside(text, start, i):
                continue
            cut, adverbs = self.strip_adverbs(start, i)
            by = self._by(start, cut) if verb in lex.lists["passive"] else None
            if by is not None:
                cut, adverbs = self.strip_adverbs(start, by[0])
            if by is not None and cut == start:
                j += len(self.begins.at(j, end).particle)
                return [Reading("attain", by[1] + verb, verb, (j, end), adverbs=adverbs, modals=modals)]
            whole_cut, (cut, _) = cut, self._before_phrase(start, cut, "disposal")
            if cut < whole_cut:
                modals = ()  # 将 marks what is dealt with
            if cut - start < 2 or not self._is_thing(start, cut):
                continue
            j += len(self.begins.at(j, end).particle)
            whole = by[1] + verb if by is not None else verb
            return [Reading("attain", whole, verb, (j, end), (start, cut), False, False, adverbs, modals)]
        for i, verb in lex.lists["midway"].inside(text, start + 2, end - 1):
            j = i + len(verb)
            granted = self._granted(start, i, verb, end, modals) if verb in lex.lists["granted_to"] else None
            if granted is not None:
                return [granted]
            if end - j > 14 or self.begins.at(i, end).verb != verb or self._crossed(i) or not outside(text, start, i):
                continue
            if self.begins.at(j, end).not_after:
                continue
            cut, adverbs = self.strip_adverbs(start, i)
            if cut - start >= 2 and self._is_thing(start, cut):
                if verb in lex.lists["fulfil"]:
                    form = "fulfil" if lex.is_task(text, j, end) else "attain"
                    return [Reading(form, verb, verb, (j, end), (start, cut), False, False, adverbs, modals)]
                return [Reading("outcome", verb, verb, (start, cut), (start, cut), True, False, adverbs, modals)]
        return []

    def raised(self, start: int, after: int, end: int, modals: tuple[str, ...]) -> list[Reading]:
        """建设X入选Y: what somebody did is itself the thing that was chosen or ranked."""
        text, lex = self.text, self.lex
        for i, verb in lex.attains.inside(text, after + 4, end - 1):
            if lex.verbs[verb].weight < 0.6 or self.begins.at(i, end).verb != verb or self._crossed(i):
                continue
            if not outside(text, start, i) or next(lex.lists["linker"].inside(text, i, end), None):
                continue
            cut, adverbs = self.strip_adverbs(start, i)
            return [Reading("attain", verb, verb, (i + len(verb), end), (start, cut), False, False, adverbs, modals)]
        return []

    def _granted(self, start: int, i: int, verb: str, end: int, modals: tuple[str, ...]) -> Reading | None:
        """X获批Y, X获批建设Y: what is granted follows, at most after a verb of its own."""
        more = self.lex.heads.at(self.text, i + len(verb), end)
        begin = i + len(verb) + len(more)
        cut, adverbs = self.strip_adverbs(start, i)
        if end - begin < 4 or cut - start < 2 or not outside(self.text, start, i) or not self._is_thing(start, cut):
            return None
        return Reading("attain", verb + more, verb, (begin, end), (start, cut), False, False, adverbs, modals)

    def blurred(self, i: int, verb: str, end: int) -> bool:
        """Whether a verb found at `i` is none: it stands in a name, a long adverb begins with its last character
        (牵引|进一步 holds no 引进), or a noun ends with it (上合组织).
        """
        j = i + len(verb)
        return i in self.named or len(self.lex.lists["adverb"].at(self.text, j - 1, end)) > 2 or (
            len(self.lex.lists["noun_end"].before(self.text, 0, j)) > len(verb))

    def _crossed(self, i: int) -> bool:
        """Whether a verb of two characters ends behind the character at `i` (创建|成效 holds no 建成)."""
        return self.text[i - 1:i + 1] in self.lex.verbs

    def _compared(self, start: int, end: int, modals: tuple[str, ...]) -> list[Reading]:
        """X高于Y, X与Y同步, X保持在Y以上: a state held against another."""
        text, lex = self.text, self.lex
        for i, verb in lex.states.inside(text, start + 2, end):
            j = i + len(verb)
            if outside(text, start, i) and self._is_thing(start, i):
                return [Reading("state", verb, verb, (j, end) if j < end else (start, i), (start, i), j >= end,
                                modals=modals)]
        return []

    def _acted(self, start: int, end: int, modals: tuple[str, ...]) -> list[Reading]:
        """A body that is no known entity, and what it does."""
        text, lex = self.text, self.lex
        for i, verb in lex.heads.inside(text, start + 2, min(end - 2, start + 24)):
            if len(verb) < 2 or self.begins.at(i, end).verb != verb or not outside(text, start, i):
                continue
            if self.blurred(i, verb, end):
                continue
            cut, adverbs = self.strip_adverbs(start, i)
            if lex.verbs[verb].kind in ("state", "effect") or (lex.verbs[verb].noun and not adverbs):
                continue
            modal = lex.lists["modal"].before(text, start, cut)
            if modal and lex.lists["subject_tail"].before(text, start, cut - len(modal)):
                cut, adverbs = cut - len(modal), (modal, *adverbs)
            j = i + len(verb)
            particle = self.begins.at(j, end).particle
            cut, more = self._before_phrase(start, cut, "of_manner")
            event = lex.verbs[verb].event and cut - start <= 12
            if cut - start < 2 or not self._is_thing(start, cut):
                continue
            made = verb in lex.lists["made"] and cut - start <= 8 and not lex.lists["linker"].at(text, cut - 1, cut)
            came = event and (more or particle in lex.lists["perfective"])
            if not made and not came and not lex.lists["subject_tail"].before(text, start, cut) and not (
                    adverbs and verb in lex.lists["go"] and cut - start <= 12):
                continue
            j += len(particle)
            if j + 2 > end or self.begins.at(j, end).not_after:
                return []
            form = {"outcome": "brought", "attain": "attain"}.get(lex.verbs[verb].kind, "verb")
            return [Reading(form, verb, verb, (j, end), (start, cut), False, False, adverbs, modals,
                            ended=particle in lex.lists["perfective"])]
        return []

    def _before_phrase(self, start: int, end: int, opens: str) -> tuple[int, bool]:
        """Where a subject ends before a phrase that a word of the list `opens` begins (青啤|纷纷在越南建成…).

        Also whether an adverb stands between.
        """
        lists = self.lex.lists
        for i in range(start + 2, end - 1):
            if self.begins.at(i, end).about in lists[opens] and outside(self.text, start, i) and not (
                    lists["at_word"].at(self.text, i - 1, end)):
                cut, _ = self.strip_adverbs(start, i)
                return cut, cut < i
        return end, False
