"""Gold that readers made in the report or the page: what each of its lines says about the extraction.

A line may carry `review`: `{"id", "verdict", "whole"}`. A record that was `rejected` is no gold, but its place has been
looked at. Where `whole` is true for a document, its gold is complete, as in any other gold file. Where it is not, only
the places that were decided on can be judged: what else was extracted from that document says nothing either way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from extractor.measure import Plain, iou, overlap


def judged(gold: Sequence[Plain], got: Iterable[Plain]) -> tuple[list[Plain], list[Plain], set[str]]:
    """The gold without rejected records, what can be held against it, and the documents that gold speaks of.

    Args:
        gold: lines with or without `review`.
        got: extracted records.
    """
    partial: dict[str, list[Plain]] = defaultdict(list)
    complete: set[str] = set()
    for line in gold:
        review = line.get("review")
        if review and not review.get("whole"):
            partial[line["doc_id"]].append(line)
        else:
            complete.add(line["doc_id"])
    kept = [r for r in got if r.get("doc_id") not in partial or r["doc_id"] in complete
            or any(_same_place(line, r) for line in partial[r["doc_id"]])]
    right = [line for line in gold if (line.get("review") or {}).get("verdict") != "rejected"]
    return right, kept, complete | set(partial)


def _same_place(line: Plain, record: Plain) -> bool:
    """Whether a record is one that a reader decided on, or stands where one did: by number, or by action and clause."""
    if line["review"].get("id") == record.get("id"):
        return True
    one, other = line.get("value"), record.get("value")
    if one and other:
        return overlap(one, other) > 0
    if one or other:
        return False
    verbs = [(x.get("action") or {}).get("verb") for x in (line, record)]
    return verbs[0] == verbs[1] and iou(line["evidence"], record["evidence"]) >= 0.5
