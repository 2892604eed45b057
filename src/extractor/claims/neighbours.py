"""What two numbers of a piece have to do with one another: threshold and count, whole and part, from and to."""

from __future__ import annotations

from extractor.claims import heads, keep
from extractor.claims.lexicon import Lexicon
from extractor.claims.reading import read_before
from extractor.mentions.model import Quantity


def is_doing(words: str, lex: Lexicon) -> bool:
    """Whether words end in a verb of doing, whose object is counted (推出 113条创新举措)."""
    return lex.doing_end.search(words) is not None


def is_part_of_head(before: str, group: tuple[Quantity, ...], after: str, following: tuple[Quantity, ...],
                    lex: Lexicon, *, last: bool) -> bool:
    """Whether a number only helps to name what the next one measures: a threshold or a counted set."""
    if len(group) > 1 or not after.strip():
        return False
    q, nxt = group[0], following[0]
    reading = read_before(after, nxt, lex)
    if q.category in ("money", "measure") and nxt.category == "count" and keep.is_threshold(q, after, lex):
        return True
    if q.category == "rank" and nxt.category == "count" and q.op == "<=":
        return True
    if q.category == "count" and nxt.category == "rank" and not lex.outcome.search(after):
        return True
    plain = heads.strip_lead(before, lex)
    if last and q.category == "count" and not plain and q.unit == nxt.unit and is_doing(after, lex):
        return True  # 50项任务已完成46项: told is how many of them
    if q.category == "count" and not plain and nxt.category in ("money", "percent") and (
            lex.measure_end.search(after)):
        return True
    named = heads.strip_trail(reading.head, lex)
    return q.category == "count" and not plain and bool(named) and reading.verbal and len(named) >= 2


def belongs_to_next(before: str, after: str, following: tuple[Quantity, ...], lex: Lexicon) -> bool:
    """Whether the text between two numbers is the head of the second, not the object of the first."""
    if not after.strip("，、 "):
        return True
    reading = read_before(after, following[0], lex)
    if reading.kind != "level" or reading.verbal:
        return True
    if after[0] in "，、；" or lex.partial.match(after):
        return True
    plain = lex.rank_field_end.sub("", heads.strip_lead(before, lex))
    return bool(plain) and not is_doing(before, lex) and after[0] != lex.particle


def is_bar_of_count(groups: list[tuple[Quantity, ...]], before: str, between: str, end: int, lex: Lexicon) -> bool:
    """Whether the second number is the bar that so many of something have passed: 60家企业营业收入超百亿元."""
    count, bar = groups[0][0], groups[1][0]
    return (count.category == "count" and bar.category in ("money", "percent") and bar.op in (">", ">=")
            and bar.end >= end and len(groups[1]) == 1 and lex.measure_end.search(between) is not None
            and not heads.strip_lead(before, lex) and not is_doing(between, lex))


def is_set_of_rank(groups: list[tuple[Quantity, ...]], before: str, between: str, lex: Lexicon) -> bool:
    """Whether a rank at the end only says what so many of something have reached: 7个设区市跻身全国前十."""
    count, rank = groups[-2][-1], groups[-1][0]
    return (rank.category == "rank" and count.category == "count" and rank.op == "<="
            and not heads.strip_lead(before, lex) and lex.outcome.search(between) is not None)


def is_from_to(groups: list[tuple[Quantity, ...]], before: str, between: str, lex: Lexicon) -> bool:
    """Whether two numbers are those of 从A提高到B."""
    return (len(groups) == 2 and len(groups[0]) == 1 and lex.from_end.search(before) is not None
            and lex.to_verb.match(between) is not None)
