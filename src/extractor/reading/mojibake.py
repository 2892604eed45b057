"""Mojibake: text that somebody read in the wrong encoding and saved so.

Three things happen to Chinese pages. UTF-8 is read as GBK: every three bytes become one and a half characters, so
pairs of characters come out as three rare ones and an odd character at the end of a run loses a byte. UTF-8 or GBK is
read as Latin-1: each byte becomes a letter with an accent or a control. GBK is read as UTF-8: nearly every byte becomes
U+FFFD and the text is gone. The first two are undone where no byte was lost; all else is refused.
"""

from __future__ import annotations

import re

from extractor.reading.errors import ReadError

_MISREADINGS: tuple[tuple[str, str], ...] = (("gb18030", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "utf-8"),
                                             ("latin-1", "gb18030"), ("cp1252", "gb18030"))
"""(encoding it was read in, encoding it was written in)"""
_LEAST = 4
_LOST = "\ufffd"
_LOST_AS_GBK = "\ufffd\ufffd".encode().decode("gbk")
"""U+FFFD twice, as UTF-8 read as GBK: three characters that stand for a text lost beforehand."""
_BEYOND_LATIN = re.compile("[^\x00-\xff\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122\ufffd]")
_CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_LINE = re.compile(r"[^\r\n]+")
_TOLERATED = 200
"""One lost character in so many is kept as it is: a rare sign that the page's own software could not write."""


def mend(text: str, where: str) -> str:
    """The text with its mojibake undone; a text without any comes back as the same object.

    Right, because bytes of Chinese text in GBK almost never make valid UTF-8 of Chinese characters: four characters of
    a line must do so, all of them, before the line is touched.

    >>> mend("全市生产总值".encode().decode("gb18030"), "a.txt")
    '全市生产总值'

    Raises:
        ReadError: mojibake that lost bytes on its way.
    """
    if text.isascii():
        return text
    if _LOST_AS_GBK in text or text.count(_LOST) * _TOLERATED > len(text):
        at = text.find(_LOST_AS_GBK if _LOST_AS_GBK in text else _LOST)
        raise _lost(text, at, where)
    kinds = dict.fromkeys(kind for line in _LINE.findall(text) if (kind := _misreading(line)))
    for read, written in kinds:
        text = _LINE.sub(lambda found, r=read, w=written: _mended(found, r, w, where), text)  # type: ignore[misc]
    return text


def _mended(found: re.Match[str], read: str, written: str, where: str) -> str:
    """The line as it was written, if it is mojibake of this kind; its short neighbours are so too."""
    line = found.group()
    if line.isascii() or (read != "gb18030" and _BEYOND_LATIN.search(line)):
        return line
    made = _reread(line, read, written)
    if _LOST not in made:
        return made
    if _misreading(line) == (read, written):
        raise _lost(found.string, found.start(), where)
    return line


def _misreading(line: str) -> tuple[str, str] | None:
    """What happened to the line, or None if it is no mojibake or too short to tell."""
    if len(line) - len(line.encode("ascii", "ignore")) < _LEAST:
        return None
    latin = _BEYOND_LATIN.search(line) is None
    for read, written in _MISREADINGS:
        if (read == "gb18030") == latin:
            continue
        made = _reread(line, read, written)
        lost = made.count(_LOST)
        if len(made) <= 3 * lost:
            continue
        chinese = len(_CHINESE.findall(made))
        if chinese >= _LEAST - 1 and chinese > 2 * lost and (not latin or _is_usual(made)):
            return read, written
    return None


def _is_usual(text: str) -> bool:
    """Whether accented letters were really GB2312 text, and not French: most of it is Chinese in daily use."""
    from extractor.reading.decoding import usual_share

    return usual_share(text, "gb2312") >= 0.8 and len(_CHINESE.findall(text)) * 4 >= len(text.strip())


def _reread(line: str, read: str, written: str) -> str:
    data = b"".join(_byte(char, read) for char in line) if read != "gb18030" else line.encode(read)
    return data.decode(written, "replace")


def _byte(char: str, encoding: str) -> bytes:
    """The byte of a character; the five that cp1252 leaves open are what Latin-1 says."""
    try:
        return char.encode(encoding)
    except UnicodeEncodeError:
        return char.encode("latin-1") if char <= "\xff" else b"\xff"  # no encoding has that byte


def _lost(text: str, at: int, where: str) -> ReadError:
    line = text.count("\n", 0, max(at, 0)) + 1
    return ReadError(f"{where}:{line}: is garbled (read in a wrong encoding and saved so) and has lost characters; "
                     "fetch the page again and save it as UTF-8")
