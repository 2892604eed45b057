"""Publication dates as people give them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime

_FORM = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ].*)?)?)?")


def parse_published(given: date | str | int | None) -> date | None:
    """The day that a publication date stands for.

    A month or a year stands for its *last* day. Whoever gives `"2022"` means a text written some time in 2022, where
    今年 is 2022, 去年 is 2021 and 1—10月 lie behind: only the last day reads all of them so, the first day would put
    1—10月 into 2021. The price: 到年底 counts as not yet over, and 今年以来 runs to the year's end.

    >>> parse_published("2022-12-20"), parse_published("2022-02"), parse_published(2022)
    (datetime.date(2022, 12, 20), datetime.date(2022, 2, 28), datetime.date(2022, 12, 31))

    Raises:
        ValueError: with a sentence, if it is no such date.
    """
    if given is None or given == "":
        return None
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    found = _FORM.fullmatch(str(given).strip())
    try:
        if found is None:
            raise ValueError
        year, month, day = (int(x) if x else None for x in found.groups())
        assert year is not None
        month = month or 12
        return date(year, month, day or monthrange(year, month)[1])
    except ValueError:
        raise ValueError(f"{str(given)!r} is no date; write it as 2022-12-20, 2022-12 or 2022") from None
