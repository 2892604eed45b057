"""The one order of the steps, as plain functions: text to mentions, to claims, to records.

    text ──furniture, view──▶ sentences ──▶ periods ──▶ quantities ──▶ entities ──▶ claims ──▶ records

Nothing here reads files or keeps state but the compiled rules. All offsets that come out count Unicode code points of
the text as given, half-open.
"""

from __future__ import annotations

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


@without_collector
def analyse(text: str, published: date | None, region: str | None, book: Rulebook) -> Analysis:
    """The view of a document and all that it mentions.

    Args:
        text: the document as given.
        published: the day that relative periods are resolved against; without it they keep their words only.
        region: canonical name of the place that the document is about; without it the text is asked.
        book: the rules.
    """
    from extractor.mentions.entities import find_entities
    from extractor.mentions.periods import calendar_spans, find_periods
    from extractor.mentions.places import region_of
    from extractor.mentions.quantities import find_quantities
    from extractor.reading.furniture import make_page_view

    view = make_page_view(text, book)
    clean = view.clean
    if region is None:
        region = region_of(clean, book)
    periods = find_periods(clean, book, published)
    quantities = find_quantities(clean, book, taken=calendar_spans(periods))
    entities = find_entities(clean, book, region)
    return Analysis(view, tuple(sentences(view)), tuple(quantities), tuple(periods), tuple(entities), published, region,
                    book)


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
