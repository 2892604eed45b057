"""The steps as spaCy components, thin: they run on `doc.text` and put what they find into `doc.spans`.

    nlp = spacy.blank("zh")
    nlp.add_pipe("extractor", config={"region": "青岛市"})
    doc = nlp.make_doc(text)
    doc._.published = "2022-12-20"
    doc = nlp(doc)

`extractor` does all; `extractor_quantities`, `extractor_periods`, `extractor_entities` and `extractor_records` do one
step each. Span groups are `quantities`, `periods`, `entities` and `records` (their evidence; the label is the record's
type, the span's id the record's id). Spans of a tokenizer that cuts elsewhere are widened to whole tokens; the exact
offsets, and all other fields, are in `doc.user_data["extractor"]`, as plain data that goes through a DocBin
(`store_user_data=True`) and `Doc.to_bytes`. Registered as entry points; importing this module imports spaCy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from extractor.api import Document, Extractor

STEPS = ("quantities", "periods", "entities", "records")
_KEY = "extractor"

for _name in ("published", "region"):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=None)


class Component:
    """Puts mentions or records of `doc.text` into `doc.spans` and `doc.user_data["extractor"]`.

    Args:
        steps: which of quantities, periods, entities, records.
        rules: a folder of rules laid over the built-in ones.
        published: day of publication of documents whose `doc._.published` is not set.
        region: likewise for `doc._.region`.
        doc_id: id of documents without `doc.user_data["doc_id"]`.
    """

    def __init__(self, steps: Iterable[str], rules: str | None, published: str | None, region: str | None,
                 doc_id: str) -> None:
        self.steps = tuple(steps)
        self.published = published
        self.region = region
        self.doc_id = doc_id
        self._extractor = Extractor(rules)

    def __call__(self, doc: Doc) -> Doc:
        """Extract and return the same `Doc`."""
        made = self._extractor(doc.text, published=doc._.published or self.published,
                               region=doc._.region or self.region, doc_id=doc.user_data.get("doc_id", self.doc_id))
        found = doc.user_data.setdefault(_KEY, {})
        for step in self.steps:
            plain = _plain(made, step)
            found[step] = plain
            doc.spans[step] = [_span(doc, item) for item in plain]
        return doc


def _plain(made: Document, step: str) -> list[dict[str, Any]]:
    return [item.model_dump(mode="json") for item in getattr(made, step)]


def _span(doc: Doc, item: Mapping[str, Any]) -> Span:
    place = item.get("evidence", item)
    label = item.get("type") or item.get("label") or ("QUANTITY" if "unit" in item else "PERIOD")
    return doc.char_span(place["start"], place["end"], label=label, alignment_mode="expand",
                         span_id=item.get("id", ""), kb_id=item.get("code") or "")


def _register(name: str, steps: tuple[str, ...]) -> Any:
    def make(nlp: Language, name: str, rules: str | None, published: str | None, region: str | None,
             doc_id: str) -> Component:
        return Component(steps, rules, published, region, doc_id)

    make.__doc__ = f"Make the component `{name}`, which finds {', '.join(steps)}."
    config = {"rules": None, "published": None, "region": None, "doc_id": "text"}
    return Language.factory(name, default_config=config, assigns=["doc.spans"], func=make)


make_extractor = _register("extractor", STEPS)
make_quantities = _register("extractor_quantities", ("quantities",))
make_periods = _register("extractor_periods", ("periods",))
make_entities = _register("extractor_entities", ("entities",))
make_records = _register("extractor_records", ("records",))
