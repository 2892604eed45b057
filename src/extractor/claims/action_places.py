"""The place of an action that its own words name: 宁波轨道交通9号线开通 is about Ningbo in a
text about Zhejiang."""

from __future__ import annotations

from extractor.claims.action_reading import outside
from extractor.claims.action_words import Words
from extractor.claims.model import Region
from extractor.rulebook.model import Rulebook


class Places:
    """The cities and counties inside the region that a document is about."""

    def __init__(self, book: Rulebook, region: str | None) -> None:
        self.home = Region(None, region) if region else None
        rows = book.rows("places")
        code = next((r["code"] for r in rows if r["name"] == region), "")
        prefix = code[:2] if code.endswith("0000") else code[:4]
        self.names: dict[str, str] = {}
        level = ("region", "always") if len(prefix) == 4 else ("always",)
        for row in rows:
            if prefix and row["code"].startswith(prefix) and row["code"] != code:
                self.names[row["name"]] = row["name"]
                if row["use"] in level and len(row["short"]) > 1:
                    self.names.setdefault(row["short"], row["name"])
        self.words = Words(self.names)

    def of(self, text: str, start: int, end: int, before: Words) -> Region | None:
        """The one place that a thing or object is named after, the region itself for a list, None where none is named.

        A name begins with its place (西安地铁15号线), at most after a word of `before` (新一轮义乌市场采购贸易改革).
        """
        i = start + len(before.at(text, start, end))
        word = self.words.at(text, i, end)
        if not word or end - i - len(word) < 2:
            return None
        if self.words.at(text, i + len(word) + 1, end):
            return self.home
        marks = (j for j in range(i, end) if text[j] == "、" and outside(text, start, j))
        if next(marks, None) is not None:
            return self.home
        return Region(word, self.names[word])


def places(book: Rulebook, region: str | None) -> Places:
    """The places of a region, made once."""
    made: dict[str | None, Places] = book.made("claims.actions.places", lambda _: {})
    if region not in made:
        made[region] = Places(book, region)
    return made[region]
