"""Lists in MATLAB files, whose cells and numbers are counted before room is made for them."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tinyface_core.files import read_bytes

_LARGEST = 2**28
"""Bytes of a file, and of all that its elements unpack to; the longest list of WIDER FACE has 30 million."""

_HEADER = 128
_MATRIX, _COMPRESSED = 14, 15
_CELL, _TEXT, _NUMBERS = 1, 4, range(6, 16)
_DEEPEST = 8


def read_matlab(path: Path) -> dict[str, Any]:
    """The variables of a MATLAB 5 file of cells, texts and numbers, as `scipy.io.loadmat` gives them.

    Raises:
        OSError: if it is missing or may not be read.
        UserError: if it is no regular file, or too large.
        ValueError: if it is no such file, is damaged, or claims more cells or numbers than lie in it.
    """
    from scipy.io import loadmat

    data = read_bytes(path, _LARGEST)
    if len(data) < _HEADER or data[124:128] not in (b"\x00\x01IM", b"\x01\x00MI"):
        raise ValueError("it is no MATLAB file of version 5 to 7")
    try:
        _Count("<" if data[126:128] == b"IM" else ">").elements(memoryview(data)[_HEADER:], 0)
        table: dict[str, Any] = loadmat(str(path))
    except Exception as error:  # damage lets anything escape from the reader
        raise ValueError(str(error) or type(error).__name__) from error
    return table


class _Element(NamedTuple):
    kind: int
    data: memoryview


class _Count:
    """Walks through all elements and compares what matrices claim with what lies in them."""

    def __init__(self, order: str) -> None:
        self._order = order
        self._left = _LARGEST

    def elements(self, data: memoryview, depth: int) -> None:
        """Check every matrix in some bytes.

        Raises:
            ValueError: if one claims more than it holds, or is of another kind.
        """
        for element in self._split(data):
            self._element(element, depth)

    def _element(self, element: _Element, depth: int) -> None:
        if depth > _DEEPEST:
            raise ValueError("its cells are nested too deeply")
        if element.kind == _COMPRESSED:
            self.elements(memoryview(self._unpacked(element.data)), depth + 1)
        elif element.kind == _MATRIX and len(element.data):
            self._matrix(element.data, depth)

    def _matrix(self, data: memoryview, depth: int) -> None:
        flags, sides, _name, *content = self._split(data)
        kind = self._numbers("I", flags.data)[0] & 0xFF
        claimed = math.prod(self._numbers("i", sides.data))
        if kind == _CELL:
            held = len(content)
            for element in content:
                self._element(element, depth + 1)
        elif kind == _TEXT or kind in _NUMBERS:
            held = sum(len(element.data) for element in content)
        else:
            raise ValueError("it holds what is neither cells nor numbers")
        if not 0 <= claimed <= held:
            raise ValueError(f"it claims {claimed} cells or numbers, where {held} are")

    def _split(self, data: memoryview) -> Iterator[_Element]:
        at = 0
        while at + 8 <= len(data):
            kind, size = struct.unpack_from(f"{self._order}II", data, at)
            if kind >> 16:  # a small one, its data in the tag itself
                yield _Element(kind & 0xFFFF, data[at + 4 : at + 4 + min(4, kind >> 16)])
                at += 8
                continue
            if at + 8 + size > len(data):
                raise ValueError("it breaks off")
            yield _Element(kind, data[at + 8 : at + 8 + size])
            at += 8 + size + (0 if kind == _COMPRESSED else -size % 8)

    def _numbers(self, form: str, data: memoryview) -> tuple[int, ...]:
        return struct.unpack(f"{self._order}{len(data) // 4}{form}", data[: len(data) // 4 * 4])

    def _unpacked(self, data: memoryview) -> bytes:
        unpacker = zlib.decompressobj()
        unpacked = unpacker.decompress(data, self._left)
        if unpacker.unconsumed_tail:
            raise ValueError(f"it unpacks to more than {_LARGEST // 2**20} MB")
        self._left -= len(unpacked)
        return unpacked
