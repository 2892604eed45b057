"""The verb of a piece with its adverbs and the verbs that are joined to it (争取和用足用好)."""

from __future__ import annotations

from extractor.claims.action_lexicon import Lexicon
from extractor.values import value


@value(frozen=True, slots=True)
class Group:
    """Adverbs and one verb, or several joined ones."""

    verb: str
    head: str
    after: int
    """Where its object begins."""
    adverbs: tuple[str, ...]
    modals: tuple[str, ...]
    well: bool
    """Whether 好 follows the verb, which makes it one (服务好企业)."""


class Groups:
    """Reads the groups of one document."""

    def __init__(self, text: str, words: Lexicon) -> None:
        self.text = text
        self.lex = words

    def at(self, i: int, end: int) -> Group | None:
        """The group that begins at `i`, or None where no verb follows the adverbs."""
        lex = self.lex
        adverbs: list[str] = []
        modals: list[str] = []
        i, fallback = self._before_verb(i, end, adverbs, modals)
        verb = lex.verb_at(self.text, i, end)
        if not verb or (fallback is not None and (
                i + len(verb) >= end or (lex.verbs[verb].noun and self.text[i + len(verb)] in lex.adverb_joins))):
            if fallback is None or fallback[1] not in lex.verbs:
                return None
            i, verb = fallback
            adverbs = [a for a in adverbs if a != verb]
        head = verb
        verb, j = self._joined(verb, i + len(verb), end)
        particle = lex.lists["particle"].at(self.text, j, end)
        if particle and not lex.lists["not_particle"].at(self.text, j, end):
            j += len(particle)
        well = not particle and len(head) > 1 and self.text[j:j + 1] == lex.done_well
        return Group(verb, head, j + well, tuple(adverbs), tuple(modals), well)

    def verb_after(self, i: int, end: int) -> bool:
        """Whether a verb stands at `i` after adverbs."""
        while adverb := self.lex.lists["adverb"].at(self.text, i, end):
            i += len(adverb)
        verb = self.lex.verb_at(self.text, i, end, self.lex.heads)
        return bool(verb) and not self.lex.verbs[verb].noun

    def _before_verb(self, i: int, end: int, adverbs: list[str],
                     modals: list[str]) -> tuple[int, tuple[int, str] | None]:
        """Where the verb stands after adverbs and modals, which are collected; the last adverb that may be the verb."""
        text, lex = self.text, self.lex
        fallback: tuple[int, str] | None = None
        while i < end:
            verb = lex.verb_at(text, i, end)
            adverb = lex.lists["adverb"].at(text, i, end)
            modal = lex.lists["modal"].at(text, i, end)
            if verb and len(verb) > len(adverb) and len(verb) > len(modal):
                break
            word = lex.lists["dual_verb"].at(text, i, end)
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
        return i, fallback

    def _joined(self, verb: str, j: int, end: int) -> tuple[str, int]:
        """A verb with those that are joined to it, and where they end."""
        text, lex = self.text, self.lex
        while True:
            join = lex.lists["join"].at(text, j, end)
            while join and (adverb := lex.lists["adverb"].at(text, j + len(join), end)):
                join += adverb
            more = lex.verb_at(text, j + len(join), end, lex.heads) if join else ""
            rest = j + len(join) + len(more)
            if (len(more) < 2 or rest + 2 > end or lex.lists["join"].at(text, rest, end)
                    or lex.lists["not_after"].at(text, rest, end)):
                return verb, j
            verb, j = verb + join + more, rest
