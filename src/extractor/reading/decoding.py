"""Bytes to text: by a byte order mark, as UTF-8, as UTF-16 without a mark, else as GB18030 or Big5.

GB18030 gives almost any bytes some meaning, so it is asked last, and not at all for what is plainly broken UTF-8.
Between GB18030 and Big5 the share of characters decides that stand among the usual ones of either code.
"""

from __future__ import annotations

import codecs
import re

from extractor.reading.errors import ReadError
from extractor.reading.mojibake import mend

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
          (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_FOREIGN = re.compile("[\x80-\x9f\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_BINARY_STARTS = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\xd0\xcf\x11\xe0",
                  b"SQLite format 3", b"\x7fELF", b"7z\xbc\xaf", b"Rar!", b"RIFF", b"BZh", b"\xfd7zXZ")
_SAMPLE = 40_000
_USUAL_LEADS = {"gb2312": (range(0xA1, 0xA4), range(0xB0, 0xD8)), "big5": (range(0xA1, 0xA4), range(0xA4, 0xC7))}
"""First bytes of the rows that hold punctuation and the characters in daily use."""


def decode(data: bytes, where: str) -> str:
    """The text of a file: newlines untouched, a byte order mark not counted, mojibake mended.

    Args:
        data: the whole file.
        where: the file's name, for messages.

    Raises:
        ReadError: empty, binary, damaged, or in no encoding that is known here.
    """
    if not data:
        raise ReadError(f"{where}: is empty; give a file that holds text")
    text = _decode(data, where)
    controls = len(_CONTROL.findall(text))
    if controls > len(text) // 1000:
        raise _binary(where)
    if not text.strip("\ufeff \t\r\n\f\v\u3000\xa0\x00"):
        raise ReadError(f"{where}: holds nothing but spaces; give a file that holds text")
    return mend(text, where)


def _decode(data: bytes, where: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark):].decode(encoding)
            except UnicodeDecodeError as error:
                raise ReadError(f"{where}: begins with the mark of {encoding.upper()} but is not so at byte "
                                f"{error.start + len(mark)}; save it as UTF-8") from None
    if data.startswith(_BINARY_STARTS):
        raise _binary(where)
    if b"\x00" in data:
        wide = _unmarked_utf16(data)
        if wide is None:
            raise _binary(where)
        return wide
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if _is_broken_utf8(data):
            line = data.count(b"\n", 0, error.start) + 1
            raise ReadError(f"{where}:{line}: is not valid UTF-8 at byte {error.start}; "
                            "the file is damaged or cut, fetch it again") from None
    text = _unmarked_utf16(data) or _by_usual_characters(data)
    if text is None:
        raise ReadError(f"{where}: is neither UTF-8 nor GB18030 nor Big5 text; save it as UTF-8")
    if len(_FOREIGN.findall(text)) > len(text) // 200:
        raise _binary(where)
    return text


def _unmarked_utf16(data: bytes) -> str | None:
    """The text, if the bytes make Chinese UTF-16: one order gives nearly nothing but Chinese and ASCII, some of it
    Chinese."""
    best, found = 0.95, None
    for encoding in ("utf-16-le", "utf-16-be"):
        sample = data[:2 * _SAMPLE].decode(encoding, errors="replace")
        chinese = sum("\u3000" <= char <= "\u303f" or "\u4e00" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef"
                      for char in sample)
        plain = sum(" " <= char <= "~" or char in "\r\n\t" for char in sample)
        share = (chinese + plain) / max(1, len(sample))
        if chinese * 10 >= len(sample) and share > best:
            best, found = share, encoding
    if found is None or len(data) % 2:
        return None
    try:
        return data.decode(found)
    except UnicodeDecodeError:
        return None


def _by_usual_characters(data: bytes) -> str | None:
    """GB18030 or Big5, whichever reads more of the characters as usual ones; GB18030 if they are even."""
    readings: list[tuple[float, str]] = []
    for encoding, code in (("gb18030", "gb2312"), ("big5", "big5"), ("big5hkscs", "big5")):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        readings.append((usual_share(text, code), text))
    return max(readings, key=lambda reading: reading[0])[1] if readings else None


def usual_share(text: str, code: str) -> float:
    """The share of characters beyond ASCII that stand in the rows of daily use of `code` (gb2312 or big5)."""
    wide = [char for char in text[:_SAMPLE] if char > "\x7f"]
    usual = 0
    for char in wide:
        try:
            lead = char.encode(code)[0]
        except UnicodeEncodeError:
            continue
        usual += any(lead in row for row in _USUAL_LEADS[code])
    return usual / max(1, len(wide))


def _is_broken_utf8(data: bytes) -> bool:
    """Whether all but a few characters read well as Chinese in UTF-8; GB18030 read as UTF-8 gives hardly any."""
    text = data.decode("utf-8", errors="replace")
    chinese = sum("\u3000" <= char <= "\u9fff" for char in text)
    return text.count("\ufffd") * 4 < chinese


def has_half_character(text: str) -> bool:
    """Whether a text holds a lone surrogate, which no encoding can write: half of a character cut in two."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _binary(where: str) -> ReadError:
    return ReadError(f"{where}: is a binary file, not text; give a text file in UTF-8 or GB18030")
