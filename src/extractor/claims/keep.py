"""Which numbers are no claim: parts of names, thresholds, known sets, small ones, durations in passing."""

from __future__ import annotations

from extractor.claims import heads
from extractor.claims.lexicon import Lexicon
from extractor.claims.model import Scope
from extractor.mentions.model import Quantity

_STOP = "，、；：。）” "
_PAIRS = (("“", "”"), ("《", "》"), ("（", "）"), ("‘", "’"))


def may_claim(text: str, start: int, end: int, q: Quantity, lex: Lexicon) -> bool:
    """Whether a number of the clause `text[start:end]` may be told for its own sake."""
    return not refusal(text, start, end, q, lex)


def refusal(text: str, start: int, end: int, q: Quantity, lex: Lexicon) -> str:
    """Why a number of the clause `text[start:end]` is not told for its own sake; empty where it may be."""
    for opened, closed in _PAIRS:
        left = text.rfind(opened, start, q.start)
        if left >= 0 and text.rfind(closed, left, q.start) < 0 and 0 <= text.find(closed, q.end, end) - left <= 60:
            return "it is part of a name or a quotation"
    if q.category == "multiple" and lex.vague_double.match(text, max(start, q.start - 1)):
        return "growth without a number"
    before = text[start:q.start]
    if q.category == "time" and not (lex.up_end.search(before) or lex.down_end.search(before)
                                     or lex.keep_time.search(text[start:end])):
        return "a duration that nobody measures"
    if lex.per_end.search(text[max(start, q.start - 2):q.start]):
        return "it says per how many"
    if q.category == "count" and lex.place_unit.match(q.unit):
        return "" if text[q.end:q.end + 1] in ("", "，", "。", "；", "、") else "it counts the places of a known set"
    if q.category == "time" and lex.span_of_plan_end.search(before):
        return "it says how long a plan runs"
    if q.category == "bare":
        told = lex.scale.search(q.text) is not None or lex.ratio_end.search(text[start:q.number_start]) is not None
        return "" if told else "a bare number without a unit"
    if q.number == 1 and q.category == "count" and text[q.number_start:q.number_end] in lex.small_one:
        return "one of something is no count"
    return "it names a level" if lex.level_name.match(text, q.end) else ""


def is_size(text: str, end: int, q: Quantity, lex: Lexicon) -> bool:
    """Whether a number only says how large the thing after it is (亿元以上项目, 10万吨铝基材料项目)."""
    after = text[q.end:min(end, q.end + 40)]
    if not after or after[0] in _STOP:
        return False
    if lex.size_clause.match(after):
        return True
    if lex.size_unit.match(q.unit) and not lex.tail_start.match(after):
        return True
    if q.category not in ("money", "measure"):
        return False
    if q.number_start == q.number_end:
        return True
    before = text[max(0, q.start - 8):q.start]
    if lex.relational.match(before[max(map(before.rfind, _STOP)) + 1:]):
        return False  # 总投资超500亿元的基地: its own measure
    if q.op in (">=", ">") and not lex.fund.search(after) and not lex.tail_start.match(after):
        return lex.and_start.match(after) is None
    return q.category == "measure" and after[0] != lex.particle and lex.capacity.search(after) is not None


def is_threshold(q: Quantity, after: str, lex: Lexicon) -> bool:
    """Whether a number before a noun only says how large a thing must be to be counted (50亿元以上大项目)."""
    return bool(after) and after[0] not in lex.edge and q.op in (">=", "=", ">")


def is_set(before: str, q: Quantity, after: str, lex: Lexicon, scope: Scope) -> bool:
    """Whether a number only tells how many members a known set has that is worked on."""
    raw = after.strip("， ")
    if q.category == "count" and (lex.meta.match(raw) or lex.within_set.match(raw)):
        return True
    if lex.ongoing.search(raw):
        return True
    after = heads.strip_after(after, lex)
    if after and q.category == "count" and not q.text[:1].isdigit() and q.number is not None and q.number <= 10 and (
            before.strip("，、 ") and lex.doing_end.search(before) is None and "、" not in before[-1:]):
        return True  # 残疾人两项补贴: a set known by its number
    if not after:
        return False
    if q.category in ("count", "time") and (lex.set_verb_end.search(before) or
                                           lex.set_phrase_end.search(before) or lex.set_list.search(before)):
        return True
    if q.category == "money" and not lex.fund.search(after) and not lex.fund_verb_end.search(before) and not (
            raw.startswith(lex.particle) and lex.amount_end.search(after)) and not lex.relational_of.match(after):
        return True
    return scope.tense == "future" and q.category == "count" and lex.set_tail.search(after) is not None


def is_indicator(name: str, q: Quantity, lex: Lexicon) -> bool:
    """Whether a phrase can be what is measured."""
    if lex.document_part.match(name):
        return False
    return len(name) >= 2 or (q.category in ("percent", "multiple") and bool(name))
