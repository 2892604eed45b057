"""The verb of a piece with its adverbs and the verbs that are joined to it (争取和用足用好)."""

from __future__ import annotations

from extractor.claims.action_lexicon import Lexicon
from extractor.claims.action_words import Beginnings, Here
from extractor.values import value


@value(frozen=True, slots=True)
class Group:
    """Adverbs and one verb, or several joined ones."""

    verb: str
    head: str
    after: int
    """Where its object begins."""
    there: Here
    """What begins there."""
    adverbs: tuple[str, ...]
    modals: tuple[str, ...]
    well: bool
    """Whether 好 follows the verb, which makes it one (服务好企业)."""


class Groups:
    """Reads the groups of one document."""

    def __init__(self, text: str, words: Lexicon, begins: Beginnings) -> None:
        self.text = text
        self.lex = words
        self.begins = begins

    def at(self, i: int, end: int) -> Group | None:
        """The group that begins at `i`, or None where no verb follows the adverbs."""
        lex = self.lex
        adverbs: list[str] = []
        modals: list[str] = []
        i, verb, fallback = self._before_verb(i, end, adverbs, modals)
        if not verb or (fallback is not None and (
                i + len(verb) >= end or (lex.verbs[verb].noun and self.text[i + len(verb)] in lex.adverb_joins))):
            if fallback is None or fallback[1] not in lex.verbs:
                return None
            i, verb = fallback
            adverbs = [a for a in adverbs if a != verb]
        head = verb
        verb, j, there = self._joined(verb, i + len(verb), end)
        particle = there.particle
        after = j + len(particle) if particle and not there.not_particle else j
        well = not particle and len(head) > 1 and self.text[j:j + 1] == lex.done_well
        after += well
        if after > j:
            there = self.begins.at(after, end)
        return Group(verb, head, after, there, tuple(adverbs), tuple(modals), well)

    def verb_after(self, i: int, end: int) -> bool:
        """Whether a verb stands at `i` after adverbs."""
        while adverb := self.begins.at(i, end).adverb:
            i += len(adverb)
        verb = self.begins.at(i, end).head
        return bool(verb) and not self.lex.verbs[verb].noun

    def _before_verb(self, i: int, end: int, adverbs: list[str],
                     modals: list[str]) -> tuple[int, str, tuple[int, str] | None]:
        """The place and the verb after adverbs and modals, which are collected; the last adverb that may be a verb."""
        text, lex = self.text, self.lex
        fallback: tuple[int, str] | None = None
        here = self.begins.at(i, end)
        while i < end:
            verb, adverb, modal = here.verb, here.adverb, here.modal
            if verb and len(verb) > len(adverb) and len(verb) > len(modal):
                break
            word = here.dual_verb
            if word and len(adverb) <= len(word):
                fallback = (i, word)
            if adverb and len(adverb) >= len(modal):
                adverbs.append(adverb)
                i += len(adverb)
            elif modal:
                modals.append(modal)
                i += len(modal)
            elif (m := lex.ize.match(text, i, end)) and self.verb_after(m.end(), end):
                adverbs.append(m.group())
                i = m.end()
            else:
                break
            while i < end and text[i] in lex.adverb_joins:
                i += 1
            here = self.begins.at(i, end)
        return i, here.verb, fallback

    def _joined(self, verb: str, j: int, end: int) -> tuple[str, int, Here]:
        """A verb with those that are joined to it, where they end, and what begins there."""
        begins = self.begins
        there = begins.at(j, end)
        while join := there.join:
            while adverb := begins.at(j + len(join), end).adverb:
                join += adverb
            more = begins.at(j + len(join), end).head
            rest = j + len(join) + len(more)
            beyond = begins.at(rest, end)
            if len(more) < 2 or rest + 2 > end or beyond.join or beyond.not_after:
                break
            verb, j, there = verb + join + more, rest, beyond
        return verb, j, there
