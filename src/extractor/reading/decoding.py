"""Bytes to text: UTF-8 and UTF-16 by their marks, UTF-8 without one, else GB18030.

GB18030 gives almost any bytes some meaning, so it is asked last, and not at all for what is plainly broken UTF-8.
"""

from __future__ import annotations

import codecs
import re

from extractor.reading.errors import ReadError

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
          (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_FOREIGN = re.compile("[\x80-\x9f\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_BINARY_STARTS = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\xd0\xcf\x11\xe0",
                  b"SQLite format 3", b"\x7fELF", b"7z\xbc\xaf", b"Rar!", b"RIFF", b"BZh", b"\xfd7zXZ")


def decode(data: bytes, where: str) -> str:
    """The text of a file: newlines untouched, a byte order mark not counted.

    Args:
        data: the whole file.
        where: the file's name, for messages.

    Raises:
        ReadError: empty, binary, or in no encoding that is known here.
    """
    if not data:
        raise ReadError(f"{where}: is empty; give a file that holds text")
    text = _decode(data, where)
    controls = len(_CONTROL.findall(text))
    if controls > len(text) // 1000:
        raise _binary(where)
    if not text.strip("\ufeff \t\r\n\f\v\u3000\xa0\x00"):
        raise ReadError(f"{where}: holds nothing but spaces; give a file that holds text")
    return text


def _decode(data: bytes, where: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark):].decode(encoding)
            except UnicodeDecodeError as error:
                raise ReadError(f"{where}: begins with the mark of {encoding.upper()} but is not so at byte "
                                f"{error.start + len(mark)}; save it as UTF-8") from None
    if data.startswith(_BINARY_STARTS) or b"\x00" in data:
        raise _binary(where)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if _is_broken_utf8(data):
            line = data.count(b"\n", 0, error.start) + 1
            raise ReadError(f"{where}:{line}: is not valid UTF-8 at byte {error.start}; "
                            "the file is damaged or cut, fetch it again") from None
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        raise ReadError(f"{where}: is neither UTF-8 nor GB18030 text; save it as UTF-8") from None
    if len(_FOREIGN.findall(text)) > len(text) // 200:
        raise _binary(where)
    return text


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
