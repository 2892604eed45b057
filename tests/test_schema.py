"""The models: what a record may hold and how it is written."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from extractor.schema import Record, jsonl_lines, plain_number, record_json, record_schema, records_jsonl

RECORD = {
    "id": "a1", "doc_id": "d", "type": "target", "kind": "level", "group": "g", "repeats": None, "confidence": 0.9,
    "rule": "r", "evidence": {"text": "出口20.5亿元", "start": 3, "end": 10},
    "indicator": {"text": "出口", "name": "出口总额"},
    "value": {"text": "20.5亿元", "start": 5, "end": 10, "op": "=", "number": 20.5, "low": None, "high": None,
              "unit": "亿元", "base": {"number": 2050000000, "low": None, "high": None, "unit": "CNY"}},
    "basis": None, "period": {"text": "到2026年", "start_date": None, "end_date": "2026-12-31", "source": "context"},
    "region": {"text": None, "name": "青岛市"}, "actor": None, "speaker": None, "action": None}


def test_a_record_survives_its_json_byte_for_byte() -> None:
    record = Record.model_validate(RECORD)
    line = record_json(record)
    assert json.loads(line) == RECORD
    assert record_json(Record.model_validate_json(line)) == line
    assert "出口" in line, "Chinese characters are written as they are"


def test_whole_numbers_are_written_as_integers() -> None:
    line = record_json(Record.model_validate(RECORD))
    assert '"number":2050000000,' in line and '"number":20.5,' in line


@pytest.mark.parametrize("change", [{"type": "wish"}, {"kind": "sum"}, {"confidence": 1.5}, {"mood": "good"},
                                    {"evidence": {"text": "x", "start": -1, "end": 2}}])
def test_what_the_contract_does_not_know_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Record.model_validate({**RECORD, **change})


def test_records_cannot_be_changed() -> None:
    record = Record.model_validate(RECORD)
    with pytest.raises(ValidationError):
        record.type = "achievement"  # type: ignore[misc]


def test_the_schema_names_all_fields_and_forbids_others() -> None:
    schema = record_schema()
    assert set(schema["properties"]) == set(RECORD) == set(schema["required"])
    assert schema["additionalProperties"] is False
    assert all("description" in p or "$ref" in str(p) for p in schema["properties"].values())
    assert json.dumps(schema) == json.dumps(record_schema())


def test_a_line_break_of_unicode_does_not_cut_a_record() -> None:
    odd = {**RECORD, "evidence": {"text": "出口\u2028二十\x85亿", "start": 0, "end": 7}}
    records = [Record.model_validate(odd)] * 2
    assert [Record.model_validate_json(line) for line in jsonl_lines(records_jsonl(records))] == records


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-10**9, max_value=10**9),
       st.sampled_from([1, 10**4, 10**8]))
def test_numbers_come_from_decimals_exactly(number: Decimal, scale: int) -> None:
    made = plain_number(number * scale)
    assert Decimal(repr(made)) == number * scale
    assert isinstance(made, int) == ((number * scale) % 1 == 0)
