"""The word lists of the layer `claims`, compiled once per rulebook."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractor.rulebook.model import Rulebook

Pattern = re.Pattern[str]


@dataclass(frozen=True)
class Lexicon:
    """Patterns over the words around a number. `*_end` patterns are anchored at the end of the text searched."""

    lead: Pattern
    trail_end: Pattern
    kept_end: Pattern
    up_end: Pattern
    down_end: Pattern
    gap: Pattern
    share: Pattern
    rank_verb_end: Pattern
    rank_field_end: Pattern
    rank_context: Pattern
    rate_noun_end: Pattern
    relational: Pattern
    measure_end: Pattern
    to_verb: Pattern
    from_end: Pattern
    outcome: Pattern
    filler: Pattern
    tail_end: Pattern
    set_verb_end: Pattern
    ongoing: Pattern
    fund: Pattern
    keep_time: Pattern
    region_word: Pattern
    cagr: Pattern
    count_verb: Pattern
    light_end: Pattern
    enumeration_end: Pattern
    partial: Pattern
    yoy: Pattern
    qoq: Pattern
    since_end: Pattern
    plan_whole: Pattern
    ratio_end: Pattern
    owner_end: Pattern
    share_mark: str
    share_noun: str
    distributes: Pattern
    not_change_end: Pattern
    doubling: Pattern
    level_name: Pattern
    set_tail: Pattern
    light_trail_end: Pattern
    small_one: tuple[str, ...]
    after_mark: Pattern
    pull: Pattern
    board_end: Pattern
    dative_end: Pattern
    generic: Pattern
    own_time: Pattern
    verb_inside: Pattern
    bare_verb: Pattern
    numbered_enumeration: Pattern
    and_start: Pattern
    yearly: Pattern
    size_clause: Pattern
    generic_zone: Pattern
    standalone: Pattern
    size_unit: Pattern
    per_end: Pattern
    place_unit: Pattern
    within_set: Pattern
    no_rank_end: Pattern
    region_end: Pattern
    no_region_end: Pattern
    subject: Pattern
    compared: Pattern
    set_phrase_end: Pattern
    meta: Pattern
    capacity: Pattern
    tail_start: Pattern
    amount_end: Pattern
    doing_end: Pattern
    manner: Pattern
    amount: Pattern
    joiner: Pattern
    scope: Pattern
    splits: tuple[tuple[str, tuple[str, ...]], ...]


def lexicon(book: Rulebook) -> Lexicon:
    """The lexicon of a rulebook."""
    return book.made("claims.lexicon", _compile)


def _compile(book: Rulebook) -> Lexicon:
    make = book.compile
    return Lexicon(
        lead=make("^(?:[，、的；：]|[0-9]{1,2}[.．、](?![0-9])|[一二三四五六七八九十]{1,3}是|[0-9]{1,2}年(?![级度产均收])|(?!{kept_whole})(?:{region_word}|{lead_word}|{degree_word}))+"),
        trail_end=make("(?:{trail_word}|{degree_word})+$"),
        kept_end=make("{head_end_kept}$"),
        up_end=make("{up_word}(?:了|约|近|超|至少|不低于)?$"),
        down_end=make("{down_word}(?:了|约|近|超|至少|不低于)?$"),
        gap=make("(?:{degree_word})*{gap_word}(?P<peer>[^，、；]{0,20})$|(?<![占同环])比(?!重|提|例|值|较|上年|去年|同期)(?P<peer2>[^，、；]{1,16})(?:快|慢|高|低|多|少)$"),
        share=make("(?P<of>(?:{degree_word})*{share_word}(?P<whole>[^，、；]{0,24}?)(?P<noun>的比重|比重|的比例|比例|份额|的份额|的)?)(?:{trail_word}|的)*$"),
        rank_verb_end=make("(?:{rank_verb}|{degree_word}|{trail_word})+$"),
        rank_field_end=make("(?:{rank_field}|的)+$"),
        rank_context=make("{rank_context}"),
        rate_noun_end=make("{rate_noun}$"),
        relational=make("^{relational_head}$"),
        measure_end=make("(?:{measure_noun})+$"),
        to_verb=make("^(?P<head>[^，；]{0,20}?)(?:{degree_word}|{filler_word})*{to_verb}(?P<rest>[^，；]{0,14})$"),
        from_end=make("{from_word}(?P<rest>[^，；从由]{0,14})$"),
        outcome=make("{outcome_word}"),
        filler=make("(?:{filler_word})"),
        tail_end=make("(?:{tail_noun})+$"),
        set_verb_end=make("{set_verb}(?:好|了|起|着)?(?:{region_word}|全国|国家|“[^”]*”|省|市)?$"),
        ongoing=make("{ongoing_verb}$"),
        fund=make("{fund_noun}"),
        keep_time=make("{keep_time_word}"),
        region_word=make("{region_word}"),
        cagr=make("年均|年平均"),
        count_verb=make("^(?:{degree_word}|{lead_word})*(?P<verb>{count_verb})(?:了)?"),
        light_end=make("(?:{degree_word}|{light_end})+$"),
        enumeration_end=make("{enumeration_end}$"),
        partial=make("{partial_mark}"),
        yoy=make("{yoy_word}"),
        qoq=make("{qoq_word}"),
        since_end=make("{since_word}$"),
        plan_whole=make("^{plan_whole}"),
        ratio_end=make("{ratio_head}(?:{trail_word}|{degree_word})*$"),
        owner_end=make("{owner_end}$"),
        share_mark=book.words("share_mark")[0],
        share_noun=book.words("share_noun")[0],
        distributes=make("(?:{average_word}|(?P<each>{distributing_word}))(?:{rank_verb}|{rank_field}|{trail_word}|{degree_word}|{up_word}|{down_word}|{share_word}|[^，、；]{0,4}{share_word}[^，、；]{0,8})*$"),
        not_change_end=make("{not_change_end}$"),
        doubling=make("{doubling_word}"),
        level_name=make("{level_name}"),
        set_tail=make("{set_tail}$"),
        light_trail_end=make("(?:{degree_word})+$"),
        small_one=book.words("small_one"),
        after_mark=make("^[^，、；]{2,14}?{after_mark}"),
        pull=make("^{pull_verb}"),
        board_end=make("{board_end}$"),
        dative_end=make("^(?:{lead_word}|{degree_word})*{dative}$"),
        generic=make("^{generic_noun}"),
        own_time=make("^{own_time}$"),
        verb_inside=make("{count_verb}"),
        bare_verb=make("^(?:{count_verb})+$"),
        numbered_enumeration=make("^[^，；]*、[^，；]*{enumeration_end}(?=[0-9一二两三四五六七八九十百])"),
        doing_end=make("{count_verb}(?:{light_end}|{degree_word})*[^，、；]{0,3}$"),
        manner=make("^(?!{kept_whole}){manner_word}[^，、；]{2,10}?(?={count_verb})"),
        set_phrase_end=make("^(?:{lead_word}|{degree_word})*{steady_set_verb}[^，、；]{0,6}$"),
        meta=make("^的?{meta_noun}(?:的?工作)?$"),
        capacity=make("{capacity_noun}"),
        tail_start=make("^{tail_noun}"),
        amount_end=make("{amount_noun}$"),
        compared=make("{since_word}|{gap_word}"),
        per_end=make("{per_mark}$"),
        place_unit=make("^{place_unit}$"),
        within_set=make("^的?[^，、；]{1,14}?{within_set}(?={rank_verb}|{outcome_word}|$)"),
        no_rank_end=make("{no_rank_verb}$"),
        region_end=make("{region_end}$"),
        no_region_end=make("{no_region_end}$"),
        subject=make("^[^，、；]{2,14}?{subject_mark}+(?={count_verb})"),
        size_unit=make("^{size_unit}$"),
        standalone=make("^{standalone_measure}$"),
        yearly=make("^{yearly_word}"),
        size_clause=make("^{size_clause}"),
        generic_zone=make("^{generic_zone_start}"),
        and_start=make("^{and_word}"),
        amount=make("^{amount_noun}$"),
        joiner=make("[“”‘’《》（）【】]|{joined_word}|(?P<joiner>，|{list_joiner})"),
        scope=make("^{scope_modifier}"),
        splits=tuple((r.match["fused"], tuple(r.yields["parts"])) for r in book.layer("claims").rules
                     if isinstance(r.match, dict) and "fused" in r.match),
    )
