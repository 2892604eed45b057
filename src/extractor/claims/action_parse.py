"""A clause as verb and object, as thing and outcome, or as subject, verb and complement.

Readings are looked for at the ends of a clause, where Chinese puts its verbs: after the adverbs that open it, or after
the thing that opens it. Offsets count code points of the clean text, half-open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from extractor.claims.action_groups import Group, Groups
from extractor.claims.action_lexicon import Lexicon
from extractor.claims.action_reading import Reading, outside
from extractor.claims.action_things import Things
from extractor.claims.action_words import Beginnings, Here
from extractor.claims.model import ScopedClause
from extractor.mentions.model import Entity, Quantity
from extractor.values import value

_PAUSE = "，、： "
_BODIES = ("GPE", "ZONE", "ORG", "LOC")
_PLACE_NAME = 5
"""Characters of a subject that may be a place; what is told of a longer one is told of a thing (X示范区加快推进)."""
_NAMES = (*_BODIES, "FAC", "PROJECT")


@value(frozen=True, slots=True)
class _Lead:
    """What stands before the verb of a piece."""

    at: int
    subject: tuple[int, int] | None
    modals: tuple[str, ...]


class Parser:
    """Reads the pieces of one document."""

    def __init__(self, text: str, words: Lexicon, entities: Iterable[Entity] = ()) -> None:
        self.text = text
        self.lex = words
        self.begins = Beginnings(text, words.together)
        named = frozenset(i for e in entities if e.label in _NAMES for i in range(e.start + 1, e.end))
        self.things = Things(text, words, self.begins, named)
        self.groups = Groups(text, words, self.begins)
        self.ize = words.ize
        self.enumeration = words.enumeration

    def read(self, clause: ScopedClause, start: int, end: int) -> list[Reading]:
        """The readings of one piece, most often one or none."""
        lists = self.lex.lists
        bare = self._bare(start, end)
        here = self.begins.at(bare, end)
        if (here.never and self._never(here)) or lists["speech_end"].before(self.text, start, end):
            return []
        if here.about and lists["about_end"].before(self.text, bare, end):
            return []
        plain = not here.own_subject and not here.modal and not clause.periods and not clause.entities
        lead = _Lead(bare, None, ()) if plain else self._lead(clause, bare, end)
        if lead.at != bare and self._never(self.begins.at(lead.at, end)):
            return []
        found = self._verb_first(lead, end, clause.scope.tense in self.lex.plans)
        if found is None:
            found = self._about(lead, end) or self.things.read(bare, end, lead.modals)
        if not found and clause.scope.tense_rule in self.lex.bars:
            found = self.things.risen(lead.at if lead.subject is None else bare, end)
        return found

    def beside(self, clause: ScopedClause, start: int, number: Quantity, end: int) -> list[Reading]:
        """What a counted piece tells beside its number: things before a counted list, what was done in so many days."""
        lists = self.lex.lists
        if lists["spent"].at(self.text, self._bare(start, end), end):
            return self.read(clause, number.end, end) if self.lex.opens_predicate(self.text, number.end, end) else []
        found = self.things.beside(start, number.start, end)
        if found or not lists["join"].before(self.text, start, number.start):
            return found
        return [r for r in self.read(clause, start, end) if r.opens and number.start - r.object[0] > 3]

    def again(self, earlier: Reading, start: int, end: int) -> list[Reading]:
        """A second outcome of the thing that the clause is about (点亮并顺利量产), a second state (高于X、高于Y)."""
        if earlier.form == "state" and (verb := self.lex.states.at(self.text, start, end)):
            return [replace(earlier, verb=verb, head=verb, object=(start + len(verb), end))]
        if not earlier.thing:
            return []
        verb = self.lex.outcomes.before(self.text, start, end)
        cut, adverbs = self.things.strip_adverbs(start, end - len(verb))
        if not verb or cut > start + 1:
            return []
        return [replace(earlier, verb=verb, head=verb, adverbs=adverbs)]

    # --- what stands before the verb ----------------------------------------------------------------------------

    def _bare(self, start: int, end: int) -> int:
        """`start` after enumeration and connectives."""
        i = start
        while True:
            m = self.enumeration.match(self.text, i, end)
            here = self.begins.at(i, end)
            step = len(m.group()) if m else len(here.connective)
            if not step or (not m and step < here.longest):
                return i
            i = self._pause(i + step, end)

    def _opens_action(self, i: int, end: int) -> bool:
        """Whether a verb that is hardly ever a noun stands at `i`: a name that is said to begin there does not."""
        verb = self.begins.at(i, end).act
        return len(verb) > 1 and not self.lex.verbs[verb].noun

    def _never(self, here: Here) -> bool:
        """Whether a word that makes no claim stands there (不 does, 不断 does not)."""
        return bool(here.never) and (len(here.never) > here.longest or here.never in self.lex.verbs)

    def _pause(self, i: int, end: int) -> int:
        while i < end and self.text[i] in _PAUSE:
            i += 1
        return i

    def _lead(self, clause: ScopedClause, start: int, end: int) -> _Lead:
        text, lists = self.text, self.lex.lists
        i, subject, modals = start, None, []
        while i < end:
            if i > start and (j := self._bare(i, end)) > i:
                i = j
                continue
            here = self.begins.at(i, end)
            period = next((p for p in clause.periods if p.start == i), None) if clause.periods else None
            entity = None
            if clause.entities and not self._opens_action(i, end):
                entity = next((e for e in clause.entities if e.start == i and e.label in _BODIES), None)
            word = here.own_subject
            joined = subject is not None and text[subject[1]:i] in lists["join"]
            if period is not None and period.end < end:
                i = period.end
            elif entity is not None and entity.end - entity.start > len(word) and (subject is None or joined):
                subject, i = (subject[0] if subject else i, entity.end), entity.end
            elif word and not self._is_ize(i, len(word), end):
                subject = subject or (i, i + len(word))
                i += len(word)
            elif here.modal and len(here.modal) >= len(here.verb):
                modals.append(here.modal)
                i += len(here.modal)
            else:
                break
            i = self._pause(i, end)
        return _Lead(i, subject, tuple(modals))

    def _is_ize(self, i: int, length: int, end: int) -> bool:
        """Whether a word of this length at `i` is the stem of an adverb (片区化推进)."""
        m = self.ize.match(self.text, i, end)
        return m is not None and m.end() > i + length

    # --- verb first ---------------------------------------------------------------------------------------------

    def _verb_first(self, lead: _Lead, end: int, planned: bool) -> list[Reading] | None:
        """The readings of a piece that opens with a verb; None where it does not."""
        group = self.groups.at(lead.at, end)
        if group is None:
            return None
        lex, head = self.lex, group.head
        verb = lex.verbs[head]
        modals = (*lead.modals, *group.modals)
        if verb.kind == "slogan":
            return [] if not self.begins.at(lead.at, end).about else None
        if verb.noun and not group.well and not group.adverbs and not modals and self._is_noun(group, end):
            return None
        if head in lex.lists["expect"] and self.groups.verb_after(group.after, end):
            return self._verb_first(_Lead(group.after, lead.subject, (*modals, head)), end, True)
        if head in lex.lists["expect"] or (head in lex.lists["causative"] and not planned):
            inner = self.things.caused(group.after, end, head in lex.lists["expect"])
            if inner:
                return [replace(r, adverbs=group.adverbs, modals=modals) for r in inner]
        if group.after + 2 > end or group.there.not_after:
            return None
        if self.text[group.after] in _PAUSE:
            return []
        if head not in lex.lists["clausal"] and head not in lex.lists["fulfil"]:
            thing = self.things.last(lead.at, end, modals) or self.things.raised(lead.at, group.after, end, modals)
            if thing and thing[0].form in ("outcome", "attain") and thing[0].object[1] - group.after >= 6:
                return thing
        rest = self.text[group.after:end]
        if lead.subject is not None and (head in lex.lists["settle"] or rest in lex.outcomes or (
                rest in lex.lists["go"] and lead.subject[1] - lead.subject[0] > _PLACE_NAME)):
            return None
        form = {"outcome": "brought", "attain": "attain", "state": "state"}.get(verb.kind, "verb")
        if form == "state":
            return None
        if head in lex.lists["fulfil"]:
            form = "fulfil" if lex.is_task(self.text, group.after, end) else "brought"
        cut = lex.object_end.search(self.text, group.after, end)
        ended = bool(lex.lists["perfective"].before(self.text, lead.at, group.after))
        return [Reading(form, group.verb, head, (group.after, cut.end() if cut else end), lead.subject,
                        adverbs=group.adverbs, modals=modals, opens=True, ended=ended)]

    def _is_noun(self, group: Group, end: int) -> bool:
        """Whether a verb that may be a noun is one here: another predicate ends the clause, or no object follows."""
        text, after = self.text, group.after
        return (end - after < 5 or bool(group.there.noun_after)
                or (group.head not in self.lex.lists["clausal"] and bool(self.things.last(after, end, ())))
                or bool(self.things.attained(after, end, ()))
                or bool(self.lex.attains.at(text, after, end)) or self.lex.stative.search(text, after, end) is not None)

    # --- 对X进行Y, 以X为Y推进Z ----------------------------------------------------------------------------------

    def _about(self, lead: _Lead, end: int) -> list[Reading]:
        """A noun phrase under a preposition stands before the verb."""
        text, lex, lists = self.text, self.lex, self.lex.lists
        word = self.begins.at(lead.at, end).about
        if not word:
            return []
        begin = lead.at + len(word)
        of_object, of_manner = word in lists["of_object"], word in lists["of_manner"]
        purpose = word in lists["of_purpose"]
        found: list[Reading] = []
        for i, verb in lex.heads.inside(text, begin + 2, end):
            if len(verb) < 2 or self.begins.at(i, end).verb != verb or not outside(text, lead.at, i) or (
                    self.things.blurred(i, verb, end)):
                continue
            kind = lex.verbs[verb]
            if (kind.noun and (i + len(verb) < end or not of_object)) or len(lists["adverb"].before(
                    text, begin, i + len(verb))) > len(verb):
                continue
            cut, adverbs = self.things.strip_adverbs(begin, i)
            ended = bool(lists["about_end"].before(text, begin, cut))
            closed = ended or bool(adverbs) or kind.kind == "light" or verb in lists["giving"]
            if found and not ended and not (of_object and kind.kind == "light"):
                continue
            if purpose and verb not in lists["giving"]:
                continue
            if of_object and i + len(verb) >= end:
                return [Reading("about", verb, verb, (begin, cut), lead.subject, adverbs=adverbs, modals=lead.modals)]
            if not closed and not ((of_manner or of_object) and kind.kind == "act" and kind.weight >= 0.7):
                continue
            group = self.groups.at(i, end)
            if group is None or group.after + 2 > end or group.there.not_after:
                continue
            if lists["about_end"].before(text, group.after, end) and not of_object:
                return found
            inner = self._inner(group.after, end) if of_object and kind.kind == "light" else ""
            if inner:
                return [Reading("about", inner, inner, (begin, cut), lead.subject, adverbs=adverbs, modals=lead.modals)]
            form = {"outcome": "brought", "attain": "attain"}.get(kind.kind, "verb")
            form = "about" if of_object and kind.kind == "light" else form
            found = [Reading(form, group.verb, group.head, (group.after, end), lead.subject,
                             adverbs=(*adverbs, *group.adverbs), modals=lead.modals, opens=True, purpose=purpose)]
            if ended:
                return found
        return found

    def _inner(self, start: int, end: int) -> str:
        """The verb that is all there is after a light verb (进行补贴, 进行总部署), or an empty string."""
        verb = self.lex.acts.before(self.text, start, end)
        return verb if verb and end - start - len(verb) <= 2 else ""


__all__ = ["Parser"]
