"""HTML pages: the article without the page around it.

The body is the element in which government sites, newspapers and WeChat keep it, where the page has one of those; else
what trafilatura finds; else all that can be seen. The lines of title, date and source that stand above the body are
kept as the page has them, for the rules of metadata and furniture to read. What the page says of itself where nobody
sees it counts only if it agrees with what can be seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

from extractor.reading.decoding import decode
from extractor.reading.errors import ReadError
from extractor.reading.html_text import visible_lines
from extractor.reading.limits import Limits
from extractor.reading.page import Page, extra, no_text

_BODIES = ("js_content", "zoom", "UCAP-CONTENT", "ucapcontent", "TRS_Editor", "TRS_UEDITOR", "trs_editor_view",
           "pages_content", "rm_txt_con", "article-content", "article_content", "articleContent", "detail-content",
           "content_text", "rich_media_content", "founder-content", "artibody", "article-body", "ozoom", "vsb_content",
           "v_news_content", "wp_articlecontent", "news_content", "arti_content")
"""Ids and classes of the element that holds the article, on systems that many sites share."""
_META_TITLE = ("ArticleTitle", "og:title", "twitter:title")
_META_SOURCE = ("ContentSource", "source")
_META_DATE = ("PubDate", "article:published_time", "publishdate", "og:release_date", "pubdate", "date")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{2,20})|"""
                      rb"""<\?xml[^>]{0,80}?encoding=["']([\w-]{2,20})""", re.I)
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})(?!\d)")
_WECHAT_TIME = re.compile(r"""\b(?:ct|createTime)\s*=\s*["'](?:(\d{10})|(\d{4}-\d\d-\d\d)[^"']{0,12})["']""")
_CHINA = timezone(timedelta(hours=8))
_SPACE = re.compile(r"\s+")
_HEAD_LINES, _BEFORE_TITLE, _LONGEST_HEAD = 12, 6, 120
_LEAST_BODY = 20
_GB = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs",
       "big5-hkscs": "big5hkscs", "utf-8": "utf-8", "utf8": "utf-8"}


def read_html(data: bytes, where: str, limits: Limits) -> Page:
    """The article of an HTML page. Raises ReadError."""
    if len(data) > limits.part_bytes:
        raise ReadError(f"{where}: is a page of more than {limits.part_bytes // 1_000_000} MB; save its text as .txt")
    with extra(where):
        import lxml.html
    from lxml import etree

    text = _without_nul(_decoded(data, where))
    try:
        root = lxml.html.document_fromstring(text.encode("utf-8", "replace"),
                                             parser=lxml.html.HTMLParser(encoding="utf-8", recover=True))
    except (etree.LxmlError, ValueError, AssertionError):
        raise no_text(where, "save the article's page as HTML or its text as .txt") from None
    seen = visible_lines(root)
    body = _body(root, text, where) or seen
    title = _title(root, seen)
    lines = [*_head(title, seen, body), *body]
    if not any(line.strip() for line in lines):
        raise no_text(where, "it may be made by scripts; save the page from a browser, or its text as .txt")
    return Page("\n".join(lines) + "\n", title, _source(root, seen), _published(root, text, seen))


def _decoded(data: bytes, where: str) -> str:
    """The page's characters: by what it declares, if its bytes bear that out, else as any text."""
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        name = (declared.group(1) or declared.group(2)).decode("ascii", "replace").lower()
        try:
            made = data.decode(_GB[name])
        except (KeyError, UnicodeDecodeError):
            pass
        else:
            from extractor.reading.mojibake import mend

            return mend(made, where)
    return decode(data, where)


def _without_nul(text: str) -> str:
    return text.replace("\x00", "")


# --- the body ---------------------------------------------------------------------------------------------------


def _body(root: Any, text: str, where: str) -> list[str]:
    """The lines of the article's own text; empty if none is found."""
    wanted = {name.lower() for name in _BODIES}
    found: list[list[str]] = []
    for element in root.iter():
        if isinstance(element.tag, str) and wanted & {word.lower() for word in _names(element)}:
            found.append(visible_lines(element, hidden_too=True))
    best = max(found, key=lambda lines: sum(map(len, lines)), default=[])
    if sum(map(len, best)) >= _LEAST_BODY:
        return best
    with extra(where):
        import trafilatura
    try:
        made = trafilatura.extract(text, include_comments=False, include_tables=True, favor_recall=True,
                                   deduplicate=False, output_format="txt")
    except Exception:  # its own faults are no reason to lose the page: all that can be seen is left
        return []
    lines = [line.strip() for line in (made or "").split("\n")]
    return [line.strip("| ").replace("|", "\t") if line.startswith("|") else line for line in lines if line]


def _names(element: Any) -> list[str]:
    return [*(element.get("id") or "").split(), *(element.get("class") or "").split()]


def _head(title: str | None, seen: Sequence[str], body: Sequence[str]) -> list[str]:
    """The lines above the body that name the article: its title, and short lines beside it that hold a date."""
    first = _plain(body[0])[:30] if body else ""
    start = next((n for n, line in enumerate(seen) if first and _plain(line).startswith(first)), None)
    above = list(seen[:start]) if start is not None else []
    at = next((n for n in range(len(above) - 1, -1, -1) if title and _plain(above[n]) == _plain(title)), None)
    above = above[max(0, at - _BEFORE_TITLE):] if at is not None else above[-_HEAD_LINES:]
    named = _plain(title) if title else None
    kept = [line for line in above if len(line) <= _LONGEST_HEAD and _DATE.search(line) and _plain(line) != named]
    if title and not any(named == _plain(line) for line in body[:_HEAD_LINES]):
        kept.insert(0, title)
    return kept


# --- metadata ---------------------------------------------------------------------------------------------------


def _title(root: Any, seen: Sequence[str]) -> str | None:
    """The title: a heading or what the page calls its title, if it can be seen."""
    shown = {_plain(line) for line in seen}
    named = [*_meta(root, _META_TITLE), *_texts(root.xpath("//*[@id='activity-name'] | //h1 | //h2")),
             *_texts(root.xpath("//title"))]
    for given in named:
        for title in (given, re.split(r"\s*[-_|—–]+\s*", given)[0]):
            plain = _plain(title)
            if len(plain) >= 4 and plain in shown:
                return _SPACE.sub(" ", title).strip()
    return None


def _source(root: Any, seen: Sequence[str]) -> str | None:
    """The paper or body that the page names as its source, if it can be seen."""
    head = "\n".join(_plain(line) for line in seen)
    for given in (*_texts(root.xpath("//*[@id='js_name']")), *_meta(root, _META_SOURCE)):
        if 2 <= len(given) <= 30 and _plain(given) in head:
            return given
    return None


def _published(root: Any, text: str, seen: Sequence[str]) -> date | None:
    """The day that the page gives for itself, unless the dates that can be seen are all others."""
    shown = {day for line in seen if len(line) <= _LONGEST_HEAD and (day := _day(line)) is not None}
    for given in _meta(root, _META_DATE):
        day = _day(given)
        if day is not None:
            return day if not shown or day in shown else None
    stamp = _WECHAT_TIME.search(text)
    if stamp is None:
        return None
    if stamp.group(1):
        return datetime.fromtimestamp(int(stamp.group(1)), _CHINA).date()
    return _day(stamp.group(2))


def _meta(root: Any, names: Iterable[str]) -> list[str]:
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = (element.get("name") or element.get("property") or "").strip().lower()
        content = (element.get("content") or "").strip()
        if content:
            found.setdefault(name, content)
    return [found[name.lower()] for name in names if name.lower() in found]


def _texts(elements: Any) -> list[str]:
    texts = [_SPACE.sub(" ", "".join(element.itertext())).strip() for element in elements]
    return [text for text in texts if text]


def _plain(text: str) -> str:
    return _SPACE.sub("", text)


def _day(text: str) -> date | None:
    found = _DATE.search(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
