"""The one order of the steps, as plain functions: text to mentions, to claims, to records.

    text ──furniture, view──▶ sentences ──▶ periods ──▶ quantities ──▶ entities ──▶ claims ──▶ records

Nothing here reads files or keeps state but the compiled rules. All offsets that come out count Unicode code points of
the text as given, half-open.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from extractor.claims.model import Analysis
from extractor.collecting import without_collector
from extractor.mentions.model import Base, Entity, Period, Quantity
from extractor.rulebook.model import Rulebook
from extractor.schema import Article, EntityMention, Mentions, PeriodMention, Record, plain_number
from extractor.schema import Base as BaseModel
from extractor.schema import Quantity as QuantityModel
from extractor.text.segment import sentences
from extractor.text.view import View
from extractor.values import value


@value(frozen=True, slots=True)
class Found:
    """The view of a text, the place it is about and what it mentions, as far as it was asked for."""

    view: View
    region: str | None
    periods: list[Period]
    quantities: list[Quantity]
    entities: list[Entity]


KINDS = ("quantities", "periods", "entities")
"""What a text can mention."""

Asked = tuple[str, date | None, str | None]
"""A text, the day that relative periods are resolved against, and the place that it is about, where they are known."""


@without_collector
def find_all(asked: Sequence[Asked], book: Rulebook, kinds: Collection[str] = KINDS) -> list[Found]:
    """The views of some texts and all that they mention; each text is read for itself.

    Step by step over all of them: the tables of one step stay in the processor's cache until all texts have passed it,
    which takes a third off the time of short texts. What `kinds` leaves out stays empty and costs nothing, but for
    periods, which tell what is no quantity; the place is looked for only for entities.
    """
    from extractor.mentions.entities import entity_words, find_all_entities
    from extractor.mentions.periods import calendar_spans, find_periods
    from extractor.mentions.places import region_of
    from extractor.mentions.quantities import find_quantities
    from extractor.reading.furniture import make_page_view

    views = [make_page_view(text, book) for text, _, _ in asked]
    texts = [view.clean for view in views]
    regions = [region for _, _, region in asked]
    words = [entity_words(book).find(text) for text in texts] if "entities" in kinds else []
    if words:
        regions = [region_of(text, book, hits.get("place", ())) if region is None else region
                   for text, hits, region in zip(texts, words, regions, strict=True)]
    periods = [find_periods(text, book, published) for text, (_, published, _) in zip(texts, asked, strict=True)]
    quantities = [find_quantities(text, book, taken=calendar_spans(spoken)) if "quantities" in kinds else []
                  for text, spoken in zip(texts, periods, strict=True)]
    entities = find_all_entities(texts, book, regions, words) if words else [[] for _ in texts]
    return list(map(Found, views, regions, periods, quantities, entities))


@without_collector
def analyse(text: str, published: date | None, region: str | None, book: Rulebook) -> Analysis:
    """The view of a document, its sentences and all that it mentions.

    Args:
        text: the document as given.
        published: the day that relative periods are resolved against; without it they keep their words only.
        region: canonical name of the place that the document is about; without it the text is asked.
        book: the rules.
    """
    found, = find_all([(text, published, region)], book)
    return Analysis(found.view, tuple(sentences(found.view)), tuple(found.quantities), tuple(found.periods),
                    tuple(found.entities), published, found.region, book)


def warm(book: Rulebook) -> None:
    """Compile what every text needs, so that the first need not wait and wrong rules are told at once.

    Raises RuleError.
    """
    text = "到2026年，进出口增长8.2%。市政府推进项目建设。"
    extract(Article(doc_id="warm", text=text, published=date(2022, 12, 20)), book)


@without_collector
def extract(article: Article, book: Rulebook) -> list[Record]:
    """The records of an article, sorted by place."""
    return records_of(article.doc_id, analyse(article.text, article.published, article.region, book))


@without_collector
def records_of(doc_id: str, analysis: Analysis) -> list[Record]:
    """The records of a document that is analysed already, sorted by place."""
    from extractor.claims import find_claims
    from extractor.claims.assemble import assemble

    return assemble(doc_id, analysis, find_claims(analysis))


def mentions(text: str, book: Rulebook, reference: date | None = None, region: str | None = None) -> Mentions:
    """What a text mentions; relative periods are resolved against `reference`."""
    return mentions_of(analyse(text, reference, region, book))


def mentions_of(analysis: Analysis) -> Mentions:
    """The mentions of a document that is analysed already, as models with spans in the original."""
    view = analysis.view
    return Mentions.model_construct(
        quantities=tuple(_quantity(view, q) for q in analysis.quantities),
        periods=tuple(_period(view, p) for p in analysis.periods),
        entities=tuple(_entity(view, e) for e in analysis.entities))


def _quantity(view: View, q: Quantity) -> QuantityModel:
    start, end = view.span(q.start, q.end)
    return QuantityModel.model_validate(
        {"text": view.original[start:end], "start": start, "end": end, "op": q.op, "number": plain_number(q.number),
         "low": plain_number(q.low), "high": plain_number(q.high), "unit": q.unit, "base": base_model(q.base)})


def base_model(base: Base) -> BaseModel:
    """The model of a base value."""
    return BaseModel.model_validate({"number": plain_number(base.number), "low": plain_number(base.low),
                                     "high": plain_number(base.high), "unit": base.unit})


def _period(view: View, p: Period) -> PeriodMention:
    start, end = view.span(p.start, p.end)
    return PeriodMention.model_validate({"text": view.original[start:end], "start": start, "end": end,
                                         "start_date": p.start_date, "end_date": p.end_date})


def _entity(view: View, e: Entity) -> EntityMention:
    start, end = view.span(e.start, e.end)
    return EntityMention.model_validate({"text": view.original[start:end], "start": start, "end": end, "label": e.label,
                                         "name": e.name, "code": e.code, "title": e.title, "org": e.org})
