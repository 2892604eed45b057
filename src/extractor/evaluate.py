"""Extracted records against gold: precision, recall and F1 of numbers and actions, and the errors by cause.

Numbers pair one to one where their value spans overlap in one document. A pair is a *value* when number and unit
agree, a *core* fact when type, kind, op, span and indicator agree too, a *full* fact when period and region do as well.
Records without a number pair where type, evidence, verb and object agree. Only documents that gold names count.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractor.measure import (
    CORE,
    Plain,
    action_weight,
    clean,
    compare,
    indicator_text,
    iou,
    same_base,
    same_period,
    similar,
    value_weight,
)
from extractor.measure import place as region_name
from extractor.reviewed import judged

TYPES = ("target", "achievement", "initiative")
FIGURES = ("value", "core", "full", "core_target", "core_achievement", "milestone", "initiative", "state",
           "qualitative", "qualitative_full")
_NEAR = 120


@dataclass(frozen=True, slots=True)
class Error:
    """A record of gold that was missed or read wrongly, or one that gold lacks."""

    cause: str
    """`missed target`, `spurious initiative`, `wrong period`, `wrong indicator (too long), op`, `wrong verb`,
    `malformed`."""
    doc_id: str | None
    gold: Plain | None
    got: Plain | None


class GoldError(ValueError):
    """A file of records cannot be used; the message is a sentence."""


def load_gold(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """The records of gold files and folders. Raises GoldError, for a record that lacks what is compared too."""
    gold = [(path, record) for path in paths for record in load_records(path)]
    for path, record in gold:
        if not isinstance(record.get("doc_id"), str) or not _is_sane(record):
            raise GoldError(f"{path}: a record of '{record.get('doc_id')}' lacks its doc_id, type, evidence or value; "
                            "write it as RECORDS.md says")
    return [record for _, record in gold]


def load_records(path: Path) -> list[dict[str, Any]]:
    """The records of a JSON Lines file, of `records.jsonl` in a folder, or of all .jsonl files of a folder.

    Raises:
        GoldError: it is not there or holds no records.
    """
    if path.is_dir():
        found = [path / "records.jsonl"] if (path / "records.jsonl").is_file() else sorted(path.glob("*.jsonl"))
        if not found:
            raise GoldError(f"{path}: holds no .jsonl file; give records, or a folder that 'extractor run' wrote")
        return [record for file in found for record in load_records(file)]
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except OSError as error:
        raise GoldError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    except UnicodeDecodeError as error:
        raise GoldError(f"{path}: is not UTF-8 at byte {error.start}; give a file of JSON lines") from None
    return list(_parsed(lines, path))


def _parsed(lines: Iterable[str], path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if not isinstance(record, dict):
            raise GoldError(f"{path}:{number}: is no record; give one JSON object a line")
        yield record


def evaluate(gold: Sequence[dict[str, Any]], got: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], list[Error]]:
    """The figures and the errors.

    Args:
        gold: records as RECORDS.md defines them, as plain data; of readers' corrections too (`extractor.reviewed`).
        got: extracted records; malformed ones count as wrong, those of other documents not at all.
    """
    malformed: list[Plain] = []
    sane: list[Plain] = []
    for given in got:
        (sane if _is_sane(given) else malformed).append(given)
    right, kept, doc_ids = judged(gold, sane)
    by_doc: dict[str, list[Plain]] = {doc_id: [] for doc_id in doc_ids}
    for line in right:
        by_doc[line["doc_id"]].append(line)
    own: dict[str, list[Plain]] = defaultdict(list)
    for found in kept:
        if found.get("doc_id") in by_doc:
            own[found["doc_id"]].append(found)
    tally = _Tally()
    tally.errors += [Error("malformed", r.get("doc_id"), None, r) for r in malformed]
    for doc_id in sorted(by_doc):
        _numbers(tally, doc_id, by_doc[doc_id], own[doc_id])
        _actions(tally, doc_id, by_doc[doc_id], own[doc_id])
    tally.n["malformed"] = sum("doc_id" not in r or r["doc_id"] in by_doc for r in malformed)
    return tally.figures(), tally.errors


def not_measured(gold: Iterable[Plain], documents: Iterable[str]) -> list[str]:
    """The documents that gold names and that nothing was extracted from, in order."""
    known = set(documents)
    return sorted({r["doc_id"] for r in gold} - known)


def causes(errors: Iterable[Error]) -> list[tuple[str, list[Error]]]:
    """The errors grouped by cause, the most frequent first."""
    groups: dict[str, list[Error]] = defaultdict(list)
    for error in errors:
        groups[error.cause].append(error)
    return sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))


class _Tally:
    """Counts of what was right, and the errors."""

    def __init__(self) -> None:
        self.n: Counter[str] = Counter()
        self.fields: Counter[str] = Counter()
        self.errors: list[Error] = []

    def actor(self, gold: Plain, got: Plain) -> None:
        if gold.get("actor"):
            self.n["actor_all"] += 1
            self.n["actor"] += similar(gold["actor"].get("text"), (got.get("actor") or {}).get("text"), 0.6)

    def unpaired(self, doc_id: str, missed: Iterable[Plain], spurious: Iterable[Plain]) -> None:
        self.errors += [Error(f"missed {_name(r)}", doc_id, r, None) for r in missed]
        self.errors += [Error(f"spurious {_name(r)}", doc_id, None, r) for r in spurious]

    def figures(self) -> dict[str, Any]:
        n = self.n
        made = {k: _prf(n[k], n["gold"], n["got"] + n["malformed"]) for k in ("value", "core", "full")}
        made |= {f"core_{t}": _prf(n[f"core_{t}"], n[f"gold_{t}"], n[f"got_{t}"]) for t in TYPES[:2]}
        made |= {name: _prf(n[f"acts_{t}"], n[f"acts_gold_{t}"], n[f"acts_got_{t}"])
                 for name, t in (("initiative", "initiative"), ("milestone", "achievement"), ("state", "target"))}
        hit, of_gold, of_got = (sum(n[f"{key}_{t}"] for t in TYPES) for key in ("acts", "acts_gold", "acts_got"))
        made |= {"qualitative": _prf(hit, of_gold, of_got), "qualitative_full": _prf(n["acts_full"], of_gold, of_got)}
        shares: dict[str, Any] = {
            "status": _share(n["status"], hit), "actor": _share(n["actor"], n["actor_all"]),
            "base": _share(n["base"], n["base_all"]), "malformed": n["malformed"],
            "fields": {k: _share(self.fields[k], n["pairs"]) for k in (*CORE, "period", "region", "evidence")}}
        return {**made, **shares}


def _numbers(tally: _Tally, doc_id: str, gold: Sequence[Plain], got: Sequence[Plain]) -> None:
    wanted = [r for r in gold if r.get("kind")]
    found = [r for r in got if r.get("kind")]
    wanted = [{**r, "near": _neighbours(r, wanted)} for r in wanted]
    pairs, missed, spurious = _paired(wanted, found, value_weight)
    n = tally.n
    n.update({"gold": len(wanted), "got": len(found), "pairs": len(pairs)})
    n.update(f"gold_{r['type']}" for r in wanted)
    n.update(f"got_{r['type']}" for r in found)
    for one, other in pairs:
        agreed = compare(one, other, one["near"])
        core = all(agreed[k] for k in CORE)
        full = core and agreed["period"] and agreed["region"]
        right = agreed["number"] and agreed["unit"]
        tally.fields.update(k for k, ok in agreed.items() if ok)
        n.update({"core": core, f"core_{one['type']}": core, "full": full, "value": right})
        base = same_base(one["value"], other["value"]) if right else None
        if base is not None:
            n.update({"base_all": 1, "base": base})
        tally.actor(one, other)
        if not full:
            wrong = [k if k != "indicator" else f"indicator ({_misread(one, other)})"
                     for k in agreed if not agreed[k] and k != "evidence"]
            tally.errors.append(Error(f"wrong {', '.join(wrong)}", doc_id, one, other))
    tally.unpaired(doc_id, missed, spurious)


def _misread(gold: Plain, got: Plain) -> str:
    """How an indicator differs from gold's."""
    one, other = clean(indicator_text(gold)), clean(indicator_text(got))
    return "too long" if one in other else "too short" if other in one else "another"


def _neighbours(record: Plain, others: Iterable[Plain]) -> list[str | None]:
    own = clean(indicator_text(record))
    return [indicator_text(r) for r in others
            if abs(r["value"]["start"] - record["value"]["start"]) <= _NEAR and clean(indicator_text(r)) != own]


def _actions(tally: _Tally, doc_id: str, gold: Sequence[Plain], got: Sequence[Plain]) -> None:
    all_missed: list[Plain] = []
    all_spurious: list[Plain] = []
    for kind in TYPES:
        wanted = [r for r in gold if not r.get("kind") and r["type"] == kind]
        found = [r for r in got if not r.get("kind") and r["type"] == kind]
        pairs, missed, spurious = _paired(wanted, found, action_weight)
        tally.n.update({f"acts_gold_{kind}": len(wanted), f"acts_got_{kind}": len(found), f"acts_{kind}": len(pairs)})
        for one, other in pairs:
            status = (one.get("action") or {}).get("status") == (other.get("action") or {}).get("status")
            region = region_name(one.get("region")) == region_name(other.get("region"))
            tally.n.update({"status": status,
                            "acts_full": status and region and same_period({**one, "kind": "level"}, other)})
            tally.actor(one, other)
        all_missed += missed
        all_spurious += spurious
    # what is left over on both sides in one place is one action read in two ways
    pairs, missed, spurious = _paired(all_missed, all_spurious, lambda a, b: iou(a["evidence"], b["evidence"]))
    tally.errors += [Error(f"wrong {_difference(one, other)}", doc_id, one, other) for one, other in pairs]
    tally.unpaired(doc_id, missed, spurious)


def _difference(gold: Plain, got: Plain) -> str:
    """In what two readings of one action differ."""
    one, other = gold.get("action") or {}, got.get("action") or {}
    verbs = (one.get("verb") or "", other.get("verb") or "")
    if gold["type"] != got["type"]:
        return f"type of action ({gold['type']} read as {got['type']})"
    if verbs[0] not in verbs[1] and verbs[1] not in verbs[0]:
        return "verb"
    return "object" if not similar(one.get("object"), other.get("object"), 0.6) else "evidence of action"


def _paired(gold: Sequence[Plain], got: Sequence[Plain], weigh: Callable[[Plain, Plain], float],
            ) -> tuple[list[tuple[Plain, Plain]], list[Plain], list[Plain]]:
    """Greedy one-to-one pairs by falling weight, and what is left over on both sides."""
    candidates = [(weight, i, j) for i, one in enumerate(gold) for j, other in enumerate(got)
                  if (weight := weigh(one, other)) > 0]
    candidates.sort(key=lambda c: (-c[0], c[1], c[2]))
    left, right, pairs = set(range(len(gold))), set(range(len(got))), []
    for _, i, j in candidates:
        if i in left and j in right:
            left.remove(i)
            right.remove(j)
            pairs.append((gold[i], got[j]))
    return pairs, [gold[i] for i in sorted(left)], [got[j] for j in sorted(right)]


def _name(record: Plain) -> str:
    return f"{record['type']} ({record['kind']})" if record.get("kind") else str(record["type"])


def _prf(hit: int, gold: int, got: int) -> dict[str, Any]:
    return {"p": _share(hit, got), "r": _share(hit, gold), "f1": _share(2 * hit, gold + got), "hit": hit, "gold": gold,
            "pred": got}


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _is_sane(record: Plain) -> bool:
    return (record.get("type") in TYPES and _is_span(record.get("evidence"))
            and (not record.get("kind") or _is_span(record.get("value"))))


def _is_span(span: Any) -> bool:
    return (isinstance(span, dict) and isinstance(span.get("start"), int) and isinstance(span.get("end"), int)
            and span["end"] > span["start"])
