"""To Label Studio and back: tasks with predictions out, annotations in, as gold.

A record is a region labelled with its type (its evidence), and, if it has a number, a region labelled `value`, tied by
a relation; both lie in one text. Fields that have no place in the text are per-region choices and text areas of the
evidence. Label Studio counts UTF-16 units, records count code points: both ways are converted here. `CONFIG` is the
labelling interface to give the project.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from extractor.review.data import Reviewed
from extractor.rulebook.model import Rulebook

Plain = Mapping[str, Any]
TYPES = ("target", "achievement", "initiative")
KINDS = ("level", "change", "gap", "rank")
STATUSES = ("planned", "ongoing", "done")
_AREAS = {"indicator": ("indicator", "text"), "canonical": ("indicator", "name"), "verb": ("action", "verb"),
          "object": ("action", "object"), "subject": ("action", "subject"), "region": ("region", "name"),
          "actor": ("actor", "text"), "period": ("period", "text"), "start_date": ("period", "start_date"),
          "end_date": ("period", "end_date")}
_CHOICES = {"kind": KINDS, "falling": ("falling",), "status": STATUSES}

CONFIG = """<View>
  <Labels name="label" toName="text">
    <Label value="target" background="#d9730d"/>
    <Label value="achievement" background="#0b7a75"/>
    <Label value="initiative" background="#7a52c7"/>
    <Label value="value" background="#2f6fb0"/>
  </Labels>
  <Relations><Relation value="value"/></Relations>
  <Text name="text" value="$text" granularity="symbol"/>
""" + "".join(
    f'  <Choices name="{name}" toName="text" perRegion="true" choice="single">'
    + "".join(f'<Choice value="{value}"/>' for value in values) + "</Choices>\n" for name, values in _CHOICES.items()
) + "".join(
    f'  <TextArea name="{name}" toName="text" perRegion="true" maxSubmissions="1" placeholder="{name}"/>\n'
    for name in _AREAS
) + "</View>\n"


class LabelStudioError(ValueError):
    """An export of Label Studio cannot be read; the message is a sentence."""


# --- out ---------------------------------------------------------------------------------------------------------


def tasks(documents: Iterable[Reviewed]) -> Iterator[dict[str, Any]]:
    """A task for each document, its records as one prediction: the JSON that Label Studio imports."""
    for document in documents:
        units = _units(document.text)
        results = [part for record in document.records for part in _results(record, document.text, units)]
        scores = [record["confidence"] for record in document.records]
        yield {"data": {"text": document.text, "doc_id": document.doc_id, "title": document.title,
                        "published": document.published, "region": document.region},
               "predictions": [{"model_version": "extractor", "result": results,
                                "score": round(sum(scores) / len(scores), 4) if scores else 0.0}]}


def _results(record: Plain, text: str, units: Sequence[int] | None) -> Iterator[dict[str, Any]]:
    """The regions of a record and what is tied to them."""
    evidence = _region(record["id"], record["type"], record["evidence"], text, units)
    evidence["score"] = record["confidence"]
    yield evidence
    place = {key: evidence["value"][key] for key in ("start", "end", "text")}
    number = (record.get("value") or {}).get("number")
    chosen_of = {"kind": record.get("kind"), "falling": "falling" if number is not None and number < 0 else None,
                 "status": (record.get("action") or {}).get("status")}
    for name, chosen in chosen_of.items():
        if chosen:
            yield {**_tied(record["id"], name, "choices"), "value": {**place, "choices": [chosen]}}
    for name, (field, key) in _AREAS.items():
        words = (record.get(field) or {}).get(key)
        if words:
            yield {**_tied(record["id"], name, "textarea"), "value": {**place, "text": [str(words)]}}
    if record.get("value"):
        yield _region(f"{record['id']}-value", "value", record["value"], text, units)
        yield {"type": "relation", "from_id": f"{record['id']}-value", "to_id": record["id"], "direction": "right",
               "labels": ["value"]}


def _region(name: str, label: str, span: Plain, text: str, units: Sequence[int] | None) -> dict[str, Any]:
    start, end = span["start"], span["end"]
    return {**_tied(name, "label", "labels"), "value": {
        "start": units[start] if units else start, "end": units[end] if units else end, "text": text[start:end],
        "labels": [label]}}


def _tied(name: str, control: str, kind: str) -> dict[str, Any]:
    return {"id": name, "from_name": control, "to_name": "text", "type": kind}


# --- back --------------------------------------------------------------------------------------------------------


def gold(exported: Sequence[Plain]) -> Iterator[dict[str, Any]]:
    """The records of the annotations of an export in Label Studio's JSON format, as gold.

    The last annotation of a task that was not cancelled counts, and only tasks with one do. A value whose words are
    changed is read anew by the rules of quantities.

    Raises:
        LabelStudioError: the export is of another project or format.
    """
    for number, task in enumerate(exported, 1):
        data = task.get("data") if isinstance(task, Mapping) else None
        if not isinstance(data, Mapping) or not isinstance(data.get("text"), str) or not data.get("doc_id"):
            raise LabelStudioError(f"task {number}: has no 'text' and 'doc_id' in its data; export the project that "
                                   "was made from 'extractor labelstudio export', as JSON")
        annotations = [a for a in task.get("annotations") or [] if not a.get("was_cancelled")]
        if annotations:
            yield from _records(str(data["doc_id"]), data["text"], annotations[-1].get("result") or [], number)


def _records(doc_id: str, text: str, results: Sequence[Plain], number: int) -> Iterator[dict[str, Any]]:
    units = _units(text)
    regions: dict[str, tuple[str, dict[str, Any]]] = {}
    fields: dict[str, dict[str, str]] = {}
    values: dict[str, str] = {}
    for part in results:
        if part.get("type") == "relation":
            values[part["to_id"]] = part["from_id"]
        elif part.get("type") == "labels":
            regions[part["id"]] = part["value"]["labels"][0], _span(part["value"], text, units, number)
        elif part.get("type") in ("choices", "textarea"):
            told = part["value"].get("choices") or part["value"].get("text") or [""]
            fields.setdefault(part["id"], {})[part["from_name"]] = told if isinstance(told, str) else str(told[0])
    ordered = sorted(regions.items(), key=lambda item: (item[1][1]["start"], item[1][1]["end"], item[0]))
    for name, (label, span) in ordered:
        if label in TYPES:
            value = regions.get(values.get(name, ""))
            yield _record(doc_id, label, span, value[1] if value else None, fields.get(name, {}))


def _record(doc_id: str, label: str, evidence: dict[str, Any], value: dict[str, Any] | None,
            fields: Mapping[str, str]) -> dict[str, Any]:
    record: dict[str, Any] = {"doc_id": doc_id, "type": label, "kind": None, "evidence": evidence}
    if value is not None:
        record["kind"] = fields.get("kind") or "level"
        record["indicator"] = {"text": fields.get("indicator", ""), "name": fields.get("canonical") or None}
        read = _read(value["text"], evidence["text"], value["start"] - evidence["start"])
        if fields.get("falling") and read["number"] is not None:
            read["number"] = -abs(read["number"])
        record["value"] = {**value, **read}
    else:
        record["action"] = {"verb": fields.get("verb", ""), "object": fields.get("object", ""),
                            "status": fields.get("status") or "planned", "subject": fields.get("subject") or None}
    period = {key: fields.get(name) or None for name, key in
              (("period", "text"), ("start_date", "start_date"), ("end_date", "end_date"))}
    record["period"] = period if any(period.values()) else None
    record["region"] = {"text": None, "name": fields["region"]} if fields.get("region") else None
    record["actor"] = {"text": fields["actor"], "name": None} if fields.get("actor") else None
    return record


@lru_cache(maxsize=1)
def _book() -> Rulebook:
    """The rules, loaded and compiled once for all values."""
    from extractor.rulebook import load_rulebook

    return load_rulebook()


def _read(words: str, clause: str, at: int) -> dict[str, Any]:
    """Bound, number and unit of a value's words, read in its clause, else alone."""
    from extractor.engine import mentions

    book = _book()
    found = [q for q in mentions(clause, book).quantities if q.start < at + len(words) and q.end > at and at >= 0]
    found = found or list(mentions(words, book).quantities)
    if not found:
        raise LabelStudioError(f"the value '{words}' holds no number that can be read; mark the number and its unit")
    best = max(found, key=lambda q: q.end - q.start)
    return {"op": best.op, "number": best.number, "low": best.low, "high": best.high, "unit": best.unit}


def _span(value: Plain, text: str, units: Sequence[int] | None, number: int) -> dict[str, Any]:
    start, end = int(value["start"]), int(value["end"])
    if units:
        start, end = bisect_left(units, start), bisect_left(units, end)
    if not 0 <= start < end <= len(text):
        raise LabelStudioError(f"task {number}: a region at {start}–{end} lies outside its text of {len(text)} "
                               "characters")
    return {"text": text[start:end], "start": start, "end": end}


def _units(text: str) -> list[int] | None:
    """For each code point, and the end, how many UTF-16 units come before it; None where the two are the same."""
    if text.isascii() or max(text) <= "\uffff":
        return None
    made = [0]
    for char in text:
        made.append(made[-1] + (2 if char > "\uffff" else 1))
    return made
