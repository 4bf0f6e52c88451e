"""Reads lists from MATLAB files; scipy's reader crashes on some damaged files."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tinyface_core.files import read_bytes

_LARGEST = 2**28
"""Maximum bytes of a file, and of its unpacked content; the longest list of WIDER FACE has 30 million."""

_HEADER = 128
_MATRIX, _COMPRESSED = 14, 15
_CELL, _TEXT = 1, 4
_CLASSES = {6: "f8", 7: "f4", 8: "i1", 9: "u1", 10: "i2", 11: "u2", 12: "i4", 13: "u4", 14: "i8", 15: "u8"}
_STORED = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
_ENCODINGS = {16: "utf-8", 4: "utf-16", 17: "utf-16", 18: "utf-32"}
_DEEPEST = 8


def read_matlab(path: Path) -> dict[str, NDArray[Any]]:
    """The variables of a MATLAB 5 file (cells, texts, numbers), in the same shapes as `scipy.io.loadmat`.

    Raises:
        UserError: if it is not a regular file, or too large.
        ValueError: if it is not such a file, or damaged.
    """
    data = read_bytes(path, _LARGEST)
    if len(data) < _HEADER or data[124:128] not in (b"\x00\x01IM", b"\x01\x00MI"):
        raise ValueError("it is no MATLAB file of version 5 to 7")
    reader = _Reader("<" if data[126:128] == b"IM" else ">")
    try:
        with np.errstate(invalid="ignore"):  # NaN is checked by the caller
            return dict(reader.variables(memoryview(data)[_HEADER:]))
    except (struct.error, zlib.error, LookupError) as error:
        raise ValueError(f"it is damaged ({error})") from error


class _Element(NamedTuple):
    kind: int
    data: memoryview


class _Reader:
    """Reads the elements; checks claimed sizes before allocating memory."""

    def __init__(self, order: str) -> None:
        self._order = order
        self._left = _LARGEST

    def variables(self, data: memoryview) -> Iterator[tuple[str, NDArray[Any]]]:
        """Names and values.

        Raises:
            ValueError: if one has a wrong size or an unsupported type.
            struct.error, zlib.error, LookupError: if the data are damaged otherwise.
        """
        for element in self._split(data):
            if element.kind == _COMPRESSED:
                yield from self.variables(memoryview(self._unpacked(element.data)))
            elif element.kind == _MATRIX:
                yield self._matrix(element.data, 0)

    def _matrix(self, data: memoryview, depth: int) -> tuple[str, NDArray[Any]]:
        if depth > _DEEPEST:
            raise ValueError("its cells are nested too deeply")
        if not data:  # an empty cell
            return "", np.zeros((0, 0))
        flags, sides, name, *content = self._split(data)
        kind = struct.unpack_from(f"{self._order}I", flags.data)[0] & 0xFF
        shape = struct.unpack(f"{self._order}{len(sides.data) // 4}i", sides.data)
        claimed, values = math.prod(shape), self._values(kind, content, depth)
        if min(shape, default=-1) < 0 or claimed > len(values):
            raise ValueError(f"it claims {claimed} cells or numbers, where {len(values)} are")
        shaped = values[:claimed].reshape(shape, order="F")
        if kind == _TEXT and len(shape) == 2:  # rows of characters are texts
            shaped = np.array(["".join(row) for row in shaped])
        return bytes(name.data).decode("latin-1"), shaped

    def _values(self, kind: int, content: list[_Element], depth: int) -> NDArray[Any]:
        if kind == _CELL:
            cells = np.empty(len(content), object)
            for number, element in enumerate(content):
                cells[number] = self._matrix(element.data, depth + 1)[1]
            return cells
        if kind not in (_TEXT, *_CLASSES):
            raise ValueError("it holds what is neither cells nor numbers")
        if not content:
            return np.zeros(0)
        if kind == _TEXT:
            encoding = _ENCODINGS.get(content[0].kind, "latin-1")
            if encoding in ("utf-16", "utf-32"):
                encoding += "-le" if self._order == "<" else "-be"
            return np.array(list(bytes(content[0].data).decode(encoding)), "U1")
        numbers = np.dtype(f"{self._order}{_STORED[content[0].kind]}")
        found = np.frombuffer(content[0].data, numbers, len(content[0].data) // numbers.itemsize)
        return found.astype(_CLASSES[kind])

    def _split(self, data: memoryview) -> Iterator[_Element]:
        at = 0
        while at + 8 <= len(data):
            kind, size = struct.unpack_from(f"{self._order}II", data, at)
            if kind >> 16:  # small element: the data are in the tag
                yield _Element(kind & 0xFFFF, data[at + 4 : at + 4 + min(4, kind >> 16)])
                at += 8
                continue
            if at + 8 + size > len(data):
                raise ValueError("it breaks off")
            yield _Element(kind, data[at + 8 : at + 8 + size])
            at += 8 + size + (0 if kind == _COMPRESSED else -size % 8)

    def _unpacked(self, data: memoryview) -> bytes:
        unpacker = zlib.decompressobj()
        unpacked = unpacker.decompress(data, self._left)
        if unpacker.unconsumed_tail:
            raise ValueError(f"it unpacks to more than {_LARGEST // 2**20} MB")
        self._left -= len(unpacked)
        return unpacked
