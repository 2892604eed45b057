"""Words looked up together are the words that each list finds by itself."""

import re
from random import Random

from extractor.claims.action_words import HERE, Beginnings, Together, Words

LISTS = {"verb": Words(["推进", "推", "居", "建设"]), "head": Words(["推进", "居"]), "act": Words(["推进", "建设"]),
         "no_verb": Words(["推进会"]), "modal": Words(["将", "要"], but=["要素", "将军"]),
         "adverb": Words(["加快", "再"]), "join": Words(["和"]), "never": Words(["不"], but=["不断"])}
FRAMES = {"居": re.compile("全国")}
TOGETHER = Together({name: LISTS.get(name, Words([])) for name in HERE}, FRAMES)


def _alone(text, name, start, end):
    word = LISTS.get(name, Words([])).at(text, start, end)
    if name in ("verb", "head", "act"):
        if len(LISTS["no_verb"].at(text, start, end)) >= len(word):
            return ""
        if word in FRAMES and not FRAMES[word].match(text, start + len(word), end):
            return ""
    return word


def test_all_lists_together_find_what_each_finds_alone():
    random = Random(7)
    parts = [word for words in LISTS.values() for word in (*words, *words.but)] + ["全国", "，", "会"]
    for _ in range(200):
        text = "".join(random.choices(parts, k=8))
        begins = Beginnings(text, TOGETHER)
        for start in range(len(text) + 1):
            for end in random.sample(range(start, len(text) + 1), k=min(4, len(text) + 1 - start)):
                here = begins.at(start, end)
                assert {name: getattr(here, name) for name in HERE} == {
                    name: _alone(text, name, start, end) for name in HERE}, (text, start, end)


def test_a_longer_word_of_content_hides_the_word_that_it_begins_with():
    assert LISTS["modal"].at("要素", 0, 2) == "" and LISTS["modal"].at("要建设", 0, 3) == "要"


def test_words_inside_come_in_order_and_longest_first():
    words = Words(["推", "推进", "进"])
    assert list(words.inside("再推进推", 0, 4)) == [(1, "推进"), (2, "进"), (3, "推")]
