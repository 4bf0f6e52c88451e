"""File names from anywhere: shown as text that every program takes, and shortened where one is made from another.

A name may hold bytes that are no UTF-8 (old disks, other systems); Python keeps each of them as a lone surrogate
(PEP 383), which no text file, terminal or window takes. Inside the program names stay as they are.
"""

from __future__ import annotations

import re
import zlib

_LONGEST_STEM = 200
"""Bytes of UTF-8; file systems allow 255, and endings and numbers come behind."""

_UNREADABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NO_SIGN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def shown(text: str) -> str:
    r"""The text with undecodable bytes and control characters as escapes: "caf\xe9.jpg"."""
    return _UNREADABLE.sub(_escape, text)


def shown_note(text: str) -> str:
    """As `shown` of a text that may have lines and tabs: what commands a terminal, or stops a reader, is an escape."""
    return _NO_SIGN.sub(_escape, text)


def output_stem(stem: str) -> str:
    """What files made from a picture are called after: the stem of its name, readable and not too long."""
    readable = _UNREADABLE.sub("_", stem)
    return readable.encode("utf-8")[:_LONGEST_STEM].decode("utf-8", "ignore")


def distinct_stem(stem: str) -> str:
    """As `output_stem`; no two stems give the same, since those that are changed get a number made from all of it."""
    plain = output_stem(stem)
    return plain if plain == stem else f"{plain}-{zlib.crc32(stem.encode('utf-8', 'surrogateescape')):08x}"


def _escape(sign: re.Match[str]) -> str:
    code = ord(sign[0])
    return f"\\x{code & 0xFF if 0xDC80 <= code <= 0xDCFF else code:02x}"
