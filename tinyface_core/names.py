"""Makes file names displayable, sorts them, and derives names of output files from them.

A name may contain bytes that are not UTF-8 (old disks, other systems). Python represents each of them as a lone
surrogate (PEP 383), which cannot be written to a text file, terminal or window. Inside the program names are unchanged.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from datetime import datetime

_LONGEST_STEM = 200
"""Bytes in UTF-8: file systems allow 255, and suffixes and numbers are appended."""

_TURNS = "\u202a-\u202e\u2066-\u2069"
"""Signs that change the direction of what follows: a name could show another suffix than it has."""

_NUMBER = re.compile(r"\d+")
_MOST_DIGITS = 20

_UNREADABLE = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff{_TURNS}]")
_NO_SIGN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def shown(text: str) -> str:
    r"""The text with undecodable bytes and control characters escaped: "caf\xe9.jpg"."""
    return _UNREADABLE.sub(_escape, text)


def first_names(names: Sequence[str]) -> str:
    """The first three, as `shown`, for a sentence."""
    return ", ".join(map(shown, names[:3])) + (", ..." if len(names) > 3 else "")


def shown_note(text: str) -> str:
    """As `shown`, but line breaks and tabs are kept."""
    return _NO_SIGN.sub(_escape, text)


def output_stem(stem: str) -> str:
    """The stem of a picture's name for naming output files: undecodable characters replaced, shortened if needed."""
    readable = _UNREADABLE.sub("_", stem)
    return readable.encode("utf-8")[:_LONGEST_STEM].decode("utf-8", "ignore")


def distinct_stem(stem: str) -> str:
    """As `output_stem`, but different stems give different results: changed ones get a checksum appended."""
    plain = output_stem(stem)
    return plain if plain == stem else f"{plain}-{zlib.crc32(stem.encode('utf-8', 'surrogateescape')):08x}"


def natural_key(name: str) -> str:
    """Case-insensitive sorting key by which "img2" comes before "img10"."""
    return _NUMBER.sub(_padded, name.casefold())


def local_time() -> str:
    """The current local time for a file name, such as "2026-11-30 09.41.07.250"."""
    return datetime.now().strftime("%Y-%m-%d %H.%M.%S.%f")[:-3]


def place_in_file(index: int | None, seconds: float | None) -> str:
    """Where a frame is in its file: "page 3" (counted from 1), "frame 12" of a video, "" for a photo."""
    if index is None:
        return ""
    return f"page {index + 1}" if seconds is None else f"frame {index}"


def _padded(number: re.Match[str]) -> str:
    return str(int(number[0])).zfill(_MOST_DIGITS)


def _escape(sign: re.Match[str]) -> str:
    code = ord(sign[0])
    if 0xDC80 <= code <= 0xDCFF:
        code &= 0xFF
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"
