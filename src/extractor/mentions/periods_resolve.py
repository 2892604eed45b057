"""What the parts of a time mean: each operation narrows the frame that the parts before it made.

2025年 + 第三季度 + 末 is a year, narrowed to a quarter, narrowed to its end. A part that cannot follow what stands
before it (日 after a quarter) gives None, and the chain ends there. A frame that needs the reference day and has none
is unresolved: it goes on without dates.

The operations, as `yields.op` of the rules names them (`first`, `last`, `count` … are numbers or names of groups):

    year       {year: group}                        a year by its number; two digits up to 50 are 20xx
    era        {count: group}                       a year of an emperor's reign or the Republic (table of eras)
    plan       {count: group}                       the years of a five-year plan
    century, decade  {count: group} / {offset: n}
    offset     {unit, offset | steps: group}        今年, 上上周; `anchor`: counted from the year spoken of
    months     {first, last, size}                  months, quarters (size 3) or halves (6) of a year
    season     {}                                   a group season_1 … season_4 that matched
    days       {first, last, bare}                  days of a month; without a month only if `bare`
    lunar_month, lunar_day, festival
    head, tail, nth  {count, unit}                  the first, last n days of the frame; the nth week of it
    nth_weekday {count, weekday}
    week_half  {half}
    date       {year, month, day}                   groups
    shift      {count, unit, sign}                  三天前
    back       {count, unit, style: since|past|full} 五年来, 过去五年, 连续五年
    ahead, within {count, unit}                     今后五年, 三年内
    edge       {at: start|middle|end, unit}         底, 年底
    now, none  {}                                   目前; 日前 and 每年 have no dates
    same       {}                                   同期
"""

from __future__ import annotations

from extractor.mentions.periods_absolute import ABSOLUTE
from extractor.mentions.periods_counted import COUNTED
from extractor.mentions.periods_edges import EDGES
from extractor.mentions.periods_frame import Context, Frame, Operation
from extractor.mentions.periods_scan import Part

OPERATIONS: dict[str, Operation] = {**ABSOLUTE, **COUNTED, **EDGES}
"""By the name that `yields.op` of a rule gives."""


def narrow(part: Part, frame: Frame | None, context: Context) -> Frame | None:
    """What `part` makes of the frame before it (None: it begins a time), or None where it cannot stand there."""
    return OPERATIONS[part.op](part, frame, context)
