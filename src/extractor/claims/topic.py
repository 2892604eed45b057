"""What the last number was about: the next one often leaves it out (进出口6407亿元、增长8.2%, 其中出口3876.76亿元)."""

from __future__ import annotations

from collections.abc import Callable

from extractor.claims.lexicon import Lexicon
from extractor.claims.model import Region
from extractor.claims.reading import Reading
from extractor.mentions.model import Quantity
from extractor.values import value


@value(frozen=True, slots=True)
class Topic:
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


def topic_of(name: str, start: int, q: Quantity, names: tuple[str, ...], reading: Reading | None,
             lex: Lexicon) -> Topic:
    """The topic that a number with the indicator `name` leaves behind.

    Args:
        name: the indicator.
        start: where the clause that names it begins.
        q: the number.
        names: the indicators of all the numbers that share its head, where there are several.
        reading: what the words before it said, where that matters for the next.
        lex: the words of the layer.
    """
    m = lex.count_verb.match(name)
    verb = m.group("verb") if m else ""
    inside = lex.verb_inside.search(name) if not verb else None
    if inside is not None and 2 <= inside.start() <= 14 and inside.end() < len(name):
        verb = name[:inside.end()]
    scope = lex.scope.match(name[len(verb):]) if verb else None
    share = reading.share if reading is not None else ""
    name = name.removesuffix(share) if share else name
    owner_end = lex.owner_end.search(name)
    owner = name[:owner_end.start()] if owner_end and owner_end.start() else name
    cut = lex.outcome.search(owner)
    if cut is not None and cut.start() >= 2:
        owner = owner[:cut.start()]
    keep_verb = verb if q.category != "percent" else ""
    return Topic(name, owner, start, keep_verb, scope.group() if scope else "", q.category,
                 q.base.unit, reading.kind if reading is not None else "", share, names)


def topic_of_words(words: str, rest: Callable[[], str], start: int, lex: Lexicon, *, known: bool) -> Topic | None:
    """The topic that a clause without numbers names, if any: X超级工厂建成, before 年产能20万台.

    Args:
        words: the clause without the place that it opens with.
        rest: gives the same without its opening time.
        start: where the clause begins.
        lex: the words of the layer.
        known: whether an earlier clause of the sentence has named a topic.
    """
    if lex.board_end.search(words):
        return Topic(words[:-1], "", start, board=True)
    if lex.measure_end.search(words) and len(words) <= 24 and not lex.comparison.match(words):
        waiting = rest()
        return Topic(waiting, waiting, start, waiting=waiting)
    m = lex.measure_head.match(words) if not known else None
    if m is not None:
        return Topic(m.group(), m.group(), start)
    m = lex.outcome.search(words)
    return Topic("", words[:m.start()], start) if m is not None and m.start() >= 3 else None
