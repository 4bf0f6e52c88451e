"""Reads file headers where Pillow does not: picture sizes before decoding, and embedded pictures."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_MOST_DIRECTORIES = 64
_MOST_META = 2**20
_RADIANCE_SIZE = re.compile(rb"^[-+]([XY]) +(\d+) +[-+]([XY]) +(\d+)\s*$")
_FLOAT_MAP_SIZE = re.compile(rb"^P[Ff]\s+(\d+)\s+(\d+)\s")


@dataclass(frozen=True, slots=True)
class Directory:
    """One image file directory (IFD) of a TIFF file.

    Attributes:
        offset: of the directory in the file.
        width, height: in pixels; 0 if not given.
        reduced: whether it is a smaller copy of another picture in the file.
        photometric: photometric interpretation, as in TIFF.
        jpeg: offset and length of an embedded JPEG file; (0, 0) for none.
        orientation: as in EXIF.
        parted: whether it has more than 8 bits and separate colour planes, which decoders read wrongly.
    """

    offset: int
    width: int
    height: int
    reduced: bool
    photometric: int
    jpeg: tuple[int, int]
    orientation: int
    parted: bool


SIDEWAYS = (5, 6, 7, 8)
"""EXIF orientations that swap width and height."""


def is_parted_tiff(path: Path) -> bool:
    """Whether the first picture of a TIFF file is `Directory.parted`."""
    with path.open("rb") as file:
        if file.read(4) not in (b"II*\0", b"MM\0*"):
            return False
        try:
            return any(directory.parted for directory in tiff_directories(file)[:1])
        except ValueError:
            return False


def size_of_rare_format(path: Path) -> tuple[int, int] | None:
    """Width and height of an upright Radiance, OpenEXR, PFM or TIFF, which only OpenCV reads; None for others.

    Raises:
        ValueError: if the header is damaged.
    """
    with path.open("rb") as file:
        head = file.read(4096)
        if head.startswith(b"#?"):
            return _radiance_size(head)
        if head.startswith(b"\x76\x2f\x31\x01"):
            return _exr_size(head)
        if match := _FLOAT_MAP_SIZE.match(head):
            return int(match[1]), int(match[2])
        if head[:4] in (b"II*\0", b"MM\0*"):
            for first in tiff_directories(file)[:1]:
                sides = first.width, first.height
                return sides[::-1] if first.orientation in SIDEWAYS else sides
    return None


def tiff_directories(file: BinaryIO) -> list[Directory]:
    """The directories of a TIFF file or a raw photo based on TIFF, including sub-directories.

    Raises:
        ValueError: if the first directory is damaged; other damaged directories are skipped.
    """
    file.seek(0)
    head = file.read(8)
    order = "<" if head[:2] == b"II" else ">"
    waiting = [int(struct.unpack(f"{order}I", head[4:8])[0])] if len(head) == 8 else []
    found: list[Directory] = []
    seen: set[int] = set()
    while waiting and len(seen) < _MOST_DIRECTORIES:
        offset = waiting.pop(0)
        if offset < 8 or offset in seen:
            continue
        seen.add(offset)
        try:
            directory, below, following = _directory(file, offset, order)
        except (struct.error, OSError) as error:
            if not found:
                raise ValueError("its directory is damaged") from error
            continue
        found.append(directory)
        waiting += [*below, following]
    return found


def is_turned_heif(path: Path) -> bool:
    """Whether a HEIC file has its own rotation or mirroring, which takes precedence over EXIF."""
    properties = _heif_properties(path)
    return b"irot" in properties or b"imir" in properties


def heif_colours(path: Path) -> tuple[int, int] | None:
    """Code points of the primaries and the transfer function of a HEIC or AVIF file; None if it has none."""
    _, found, codes = _heif_properties(path).partition(b"colrnclx")
    return struct.unpack_from(">HH", codes) if found and len(codes) >= 4 else None


def _heif_properties(path: Path) -> bytes:
    """The `meta` box of a HEIC or AVIF file."""
    with path.open("rb") as file:
        while len(head := file.read(8)) == 8:
            length, kind = struct.unpack(">I4s", head)
            if kind == b"meta":
                return file.read(min(length, _MOST_META))
            if length < 8:
                break
            file.seek(length - 8, 1)
    return b""


def _directory(file: BinaryIO, offset: int, order: str) -> tuple[Directory, list[int], int]:
    """A directory, the offsets of its sub-directories, and the offset of the next one."""
    file.seek(offset)
    (count,) = struct.unpack(f"{order}H", file.read(2))
    entries = file.read(12 * count)
    (following,) = struct.unpack(f"{order}I", file.read(4).ljust(4, b"\0"))
    values: dict[int, list[int]] = {}
    for start in range(0, len(entries) - 11, 12):
        tag, kind, length = struct.unpack_from(f"{order}HHI", entries, start)
        form = {1: "B", 3: "H", 4: "I", 13: "I"}.get(kind)
        if form is None or length > _MOST_DIRECTORIES:
            continue
        size = struct.calcsize(form) * length
        if size <= 4:
            data = entries[start + 8 : start + 8 + size]
        else:
            file.seek(struct.unpack_from(f"{order}I", entries, start + 8)[0])
            data = file.read(size)
        if len(data) == size:
            values[tag] = list(struct.unpack(f"{order}{length}{form}", data))

    def one(tag: int, default: int = 0) -> int:
        return (values.get(tag) or [default])[0]

    jpeg = one(513), one(514)
    if one(259) in (6, 7) and not all(jpeg) and len(values.get(273, ())) == 1:
        jpeg = one(273), one(279)  # a JPEG file as the only strip
    directory = Directory(
        offset,
        one(256),
        one(257),
        bool(one(254) & 1),
        one(262, 1),
        jpeg if all(jpeg) else (0, 0),
        one(274),
        one(284) == 2 and one(277) > 1 and one(258) > 8,
    )
    return directory, values.get(330, []), following


def _radiance_size(head: bytes) -> tuple[int, int]:
    for line in head.splitlines():
        if match := _RADIANCE_SIZE.match(line):
            sizes = {match[1]: int(match[2]), match[3]: int(match[4])}
            if len(sizes) == 2:
                return sizes[b"X"], sizes[b"Y"]
    raise ValueError("its header names no size")


def _exr_size(head: bytes) -> tuple[int, int]:
    place = head.find(b"dataWindow\0box2i\0")
    if place < 0 or len(head) < place + 37:
        raise ValueError("its header names no size")
    left, top, right, bottom = struct.unpack_from("<4i", head, place + 21)
    return right - left + 1, bottom - top + 1
