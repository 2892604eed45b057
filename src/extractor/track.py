"""Targets beside later figures: met, on course, behind, missed or unknown, with the arithmetic that says so.

A figure belongs to a target where it measures the same (by canonical name, else nearly the same words), for the same
place, in a unit that can be compared, and is told by another document that is no older. A figure of a part of a year
(1-10月) of something that adds up over the year is said to be one, and is never held against a bar as it stands.
Whether a bar is likely to be reached is told only where there is something to tell it by: growth that the documents
state, or two figures some time apart; else the state is `unknown` and the arithmetic says what it would take.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from extractor.claims.catalogue import CatalogueEntry, catalogue, entry_of
from extractor.measure import clean, indicator_text, place, ratio, same_indicator
from extractor.rulebook.model import Rulebook

Plain = Mapping[str, Any]
STATES = ("met", "on course", "behind", "missed", "unknown")
_ALIKE = 0.85
_NEARLY = 0.98  # of a bar that is only about (~) so high, or that a pace is held against
_YEAR = 365.25
_SAME_UNIT = {"kg": ("t", 0.001), "g": ("t", 0.000001), "m": ("km", 0.001), "W": ("kW", 0.001)}


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value beside a target."""

    record: Plain
    number: float
    """In the base unit of its target."""
    start: date | None
    end: date | None
    months: int | None
    """How many months of a year it covers, where that is a part of one and the thing adds up; else None."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """A target with what was told of it later."""

    target: Plain
    name: str
    """The canonical indicator, else the words of the target."""
    region: str | None
    bar: float
    due: date | None
    state: str
    figure: Figure | None
    """The latest."""
    figures: tuple[Figure, ...]
    arithmetic: str

    def plain(self) -> dict[str, Any]:
        """As plain data for JSON."""
        figure = self.figure
        return {"indicator": self.name, "region": self.region, "status": self.state,
                "target": _brief(self.target), "due": self.due.isoformat() if self.due else None,
                "figure": _brief(figure.record) if figure else None,
                "part_of_year": bool(figure and figure.months), "months": figure.months if figure else None,
                "share": round(figure.number / self.bar, 4) if figure and self.bar else None,
                "arithmetic": self.arithmetic,
                "figures": [{**_brief(f.record), "months": f.months} for f in self.figures]}


def track(records: Iterable[Plain], book: Rulebook, published: Mapping[str, str | None]) -> list[Tracked]:
    """Hold targets against later figures.

    Args:
        records: of all documents, as plain data.
        book: the rules, for the catalogue of indicators.
        published: ISO day of publication of each document, where known.

    Returns:
        One entry for each distinct target with a number, in the order of the records. Targets that say the same of the
        same day are told once.
    """
    figures: dict[tuple[str, str], list[Plain]] = defaultdict(list)
    growth: dict[tuple[Any, ...], float] = {}
    targets: list[Plain] = []
    for record in records:
        if not record.get("kind") or record.get("repeats") or record["value"]["base"]["number"] is None:
            if record.get("kind") and record["type"] == "target" and not record.get("repeats"):
                targets.append(record)
            continue
        if record["type"] == "target":
            targets.append(record)
        elif record["type"] == "achievement" and record.get("region"):
            figures[_place(record), _unit(record)].append(record)
            basis = (record.get("basis") or {}).get("kind")
            if record["kind"] == "change" and _unit(record) == "%" and basis in (None, "yoy"):
                growth.setdefault(_growth_key(record), float(record["value"]["base"]["number"]) / 100)
    out, told = [], set()
    for target in targets:
        base = target["value"]["base"]
        key = (_name(target), _place(target), target["kind"], base["number"], base["low"], base["unit"], _due(target))
        if key not in told:
            told.add(key)
            found = figures.get((_place(target), _unit(target)), ())
            out.append(_Judge(target, found, growth, book, published).judged())
    return out


class _Judge:
    """One target with the figures of its place and unit."""

    def __init__(self, target: Plain, others: Sequence[Plain], growth: Mapping[tuple[Any, ...], float],
                 book: Rulebook, published: Mapping[str, str | None]) -> None:
        self.target, self.growth, self.published = target, growth, published
        self.entry = _entry(target, book)
        base = target["value"]["base"]
        self.bar = float(base["number"] if base["number"] is not None else base["low"]) * _scale(base["unit"])
        self.due = _due(target)
        self.down = target["kind"] == "rank" or target["value"]["op"] in ("<", "<=") or (
            self.entry is not None and self.entry.direction == "down" and target["kind"] == "level")
        self.figures = sorted((f for r in others if (f := self._figure(r)) is not None),
                              key=lambda f: (f.end or date.min, f.record["doc_id"], f.record["evidence"]["start"]))

    def judged(self) -> Tracked:
        """The target with its state."""
        figure = self.figures[-1] if self.figures else None
        state, sums = self._state(figure) if figure else ("unknown", "no later figure")
        return Tracked(self.target, self.entry.name if self.entry else str(indicator_text(self.target)),
                       (self.target.get("region") or {}).get("name"), self.bar, self.due, state, figure,
                       tuple(self.figures), sums)

    # --- which figures belong to it -----------------------------------------------------------------------------

    def _figure(self, record: Plain) -> Figure | None:
        target = self.target
        if record["kind"] != target["kind"] or record["doc_id"] == target["doc_id"] or not self._is_later(record):
            return None
        if not _same(target, record):
            return None
        period = record.get("period") or {}
        start, end = _day(period.get("start_date")), _day(period.get("end_date"))
        end = end or _day(self.published.get(record["doc_id"]))
        if target["kind"] in ("change", "gap") and (end is None or self.due is None or end.year != self.due.year):
            return None  # growth of another year says nothing of this one's
        base = record["value"]["base"]
        return Figure(record, float(base["number"]) * _scale(base["unit"]), start, end, self._months(start, end))

    def _is_later(self, record: Plain) -> bool:
        told, found = (self.published.get(r["doc_id"]) for r in (self.target, record))
        return told is None or found is None or found >= told

    def _months(self, start: date | None, end: date | None) -> int | None:
        """Months of a part of a year, of something that adds up over the year."""
        if start is None or end is None or (end - start).days > 355 or not (self.entry and self.entry.flow):
            return None
        return max(1, round((end - start).days / _YEAR * 12))

    # --- what they say ------------------------------------------------------------------------------------------

    def _reached(self, number: float) -> bool:
        op = self.target["value"]["op"]
        bar = self.bar
        if op == "~":
            bar *= 2 - _NEARLY if self.down else _NEARLY
        return number <= bar if self.down else number >= bar

    def _state(self, figure: Figure) -> tuple[str, str]:
        sums = [self._share(figure)]
        over = self.due is not None and figure.end is not None and figure.end >= self.due
        if figure.months is not None and not self._reached(figure.number):
            return self._part(figure, sums)
        if self.target["kind"] in ("change", "gap"):
            whole = over or (figure.start is not None and figure.end is not None
                             and (figure.end - figure.start).days > 355)
            ok = self._reached(figure.number)
            return ("met" if ok else "missed") if whole else ("on course" if ok else "behind"), sums[0]
        if self._reached(figure.number):
            return "met", sums[0]
        if over:
            return "missed", sums[0]
        return self._ahead(figure.number, figure, sums)

    def _part(self, figure: Figure, sums: list[str]) -> tuple[str, str]:
        """A part of a year: its pace over a year is what the bar is held against."""
        assert figure.months is not None
        pace = figure.number / figure.months * 12
        sums[0] += f", part of a year ({figure.months} of 12 months)"
        sums.append(f"at this pace {self._told(pace)} a year = {pace / self.bar:.1%} of the bar")
        if self.due is None or figure.end is None:
            return "unknown", "; ".join(sums)
        if figure.end.year == self.due.year:
            return ("on course" if self._reached(pace / _NEARLY) else "behind"), "; ".join(sums)
        return self._ahead(pace, figure, sums)

    def _ahead(self, number: float, figure: Figure, sums: list[str]) -> tuple[str, str]:
        """The bar lies ahead: what it takes, and what the documents say of the growth there is."""
        if self.due is None or figure.end is None or number <= 0 or self.bar <= 0 or self.target["kind"] == "rank":
            return "unknown", "; ".join(sums)
        years = (self.due - figure.end).days / _YEAR if figure.months is None else self.due.year - figure.end.year
        if years <= 0:
            return "unknown", "; ".join(sums)
        needed = (self.bar / number) ** (1 / years) - 1
        sums.append(f"{needed:+.1%} a year needed for {years:.1f} years")
        growth, whence = self._growth(figure)
        if growth is None:
            return "unknown", "; ".join(sums)
        sums.append(f"{growth:+.1%} a year {whence} makes {self._told(number * (1 + growth) ** years)}")
        return ("on course" if self._reached(number * (1 + growth) ** years) else "behind"), "; ".join(sums)

    def _growth(self, figure: Figure) -> tuple[float | None, str]:
        """Growth a year as the figure's document tells it, else between two figures at least a year apart."""
        told = self.growth.get(_growth_key(figure.record))
        if told is not None:
            return told, "as told"
        first = next((f for f in self.figures if f.months == figure.months and f.end and figure.end
                      and (figure.end - f.end).days > 330 and f.number > 0), None)
        if first is None or first.end is None or figure.end is None:
            return None, ""
        years = (figure.end - first.end).days / _YEAR
        return (figure.number / first.number) ** (1 / years) - 1, f"since {first.end.isoformat()}"

    def _share(self, figure: Figure) -> str:
        told = f"{figure.record['value']['text']} of {self.target['value']['text']}"
        when = f" ({figure.start or ''}..{figure.end})" if figure.end else ""
        if self.target["kind"] != "level" or not self.bar:
            return told + when
        return f"{told} = {figure.number / self.bar:.1%}{when}"

    def _told(self, number: float) -> str:
        """A number in the unit of the target."""
        value = self.target["value"]
        written = value["number"] if value["number"] is not None else value["low"]
        return f"{number / (self.bar / float(written)):.4g}{value['unit']}" if written else f"{number:.4g}"


# --- comparing records ------------------------------------------------------------------------------------------


def _same(target: Plain, record: Plain) -> bool:
    """Whether both measure the same: one canonical name, or words that are nearly the same."""
    one, other = ((r.get("indicator") or {}).get("name") for r in (target, record))
    if one and other:
        return bool(one == other)
    if one or other:
        return False
    words = indicator_text(target), indicator_text(record)
    return clean(words[0]) == clean(words[1]) or (ratio(*words) >= _ALIKE and same_indicator(*words))


def _entry(record: Plain, book: Rulebook) -> CatalogueEntry | None:
    name = (record.get("indicator") or {}).get("name")
    return entry_of(book, name) if name and catalogue(book).entries else None


def _name(record: Plain) -> str:
    return (record.get("indicator") or {}).get("name") or clean(indicator_text(record))


def _growth_key(record: Plain) -> tuple[Any, ...]:
    """What the growth of a figure shares with the figure: document, indicator, place and time."""
    return record["doc_id"], _name(record), _place(record), (record.get("period") or {}).get("end_date")


def _place(record: Plain) -> str:
    return place(record.get("region")) or ""


def _unit(record: Plain) -> str:
    unit = str(record["value"]["base"]["unit"])
    return _SAME_UNIT.get(unit, (unit, 1.0))[0]


def _scale(unit: str) -> float:
    return _SAME_UNIT.get(unit, (unit, 1.0))[1]


def _day(told: Any) -> date | None:
    return date.fromisoformat(told) if isinstance(told, str) else told


def _due(record: Plain) -> date | None:
    return _day((record.get("period") or {}).get("end_date"))


def _brief(record: Plain) -> dict[str, Any]:
    period = record.get("period") or {}
    return {"id": record["id"], "doc_id": record["doc_id"], "value": record["value"]["text"],
            "op": record["value"]["op"], "base": record["value"]["base"], "start_date": period.get("start_date"),
            "end_date": period.get("end_date"), "evidence": record["evidence"]["text"]}
