"""Face regions for photo managers: sidecars, copies of the pictures, or the pictures themselves."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from tinyface_core.export.lazy import Mapped
from tinyface_core.export.material import WORDS, ExportError, Format, Material
from tinyface_core.export.naming import unique_names
from tinyface_core.files import read_bytes, replacing
from tinyface_core.media.opening import MediaError
from tinyface_core.media.regions import LARGEST, Region, orientation, with_regions
from tinyface_core.types import FindResult, UserError

_INSIDE = frozenset((".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".tif", ".tiff", ".jp2"))
"""Suffixes of files into which XMP can be written."""

_Change = Callable[[bytes], bytes]
"""Converts the existing XMP to the new one."""


def write_sidecars(material: Material, target: Path) -> None:
    """Write the file `target` if it is a sidecar and there is one photo; otherwise fill a folder with `NAME.EXT.xmp`.

    Existing content of other programs in these files is kept.
    """
    is_one = len(material.results) == 1 and target.suffix.lower() == ".xmp"

    def write(path: Path, name: str, change: _Change) -> None:
        _write_beside(target if is_one else target / f"{name}{path.suffix}.xmp", change)

    _for_each(material, write)


def write_copies(material: Material, target: Path) -> None:
    """Fill a folder with copies of the photos that contain the regions; pixels are unchanged."""
    for folder in {Path(result.source).parent for result in material.results}:
        if target.exists() and folder.exists() and target.samefile(folder):
            raise ExportError(f"{target} holds originals, which copies are not to write over: choose another folder.")

    def write(path: Path, name: str, change: _Change) -> None:
        _write_inside(path, target / f"{name}{path.suffix}", change)

    _for_each(material, write, _INSIDE)


def write_originals(material: Material, target: Path) -> None:
    """Write the regions into the photos themselves, each atomically; `target` lists the changed photos."""
    changed = []

    def write(path: Path, _name: str, change: _Change) -> None:
        _write_inside(path, path, change)
        changed.append(f"{path}\n")

    try:
        _for_each(material, write, _INSIDE)
    finally:
        with replacing(target) as part:
            part.write_text("".join(changed), "utf-8", "surrogateescape")


def _for_each(
    material: Material, write: Callable[[Path, str, _Change], None], suffixes: frozenset[str] = frozenset()
) -> None:
    """Call `write` for each photo with its path, a unique name, and the change of its XMP.

    Photos with other than the given suffixes are told to `material.unreadable` instead.
    """
    names = unique_names(Mapped(lambda photo: Path(photo.source).stem, material.results))
    for name, result in zip(names, material.results, strict=True):
        path = Path(result.source)
        if not suffixes or path.suffix.lower() in suffixes:
            with material.reading(result):
                write(path, name, _change(material, result, path))
        elif material.unreadable is not None:
            material.unreadable(path, MediaError(f"{path.name} can hold no XMP: export a sidecar of it."))


def _change(material: Material, result: FindResult, path: Path) -> _Change:
    turned = orientation(path)
    regions = []
    for face, (x1, y1, x2, y2), said in material.true_faces(result):
        parts = (f"score {face.score:.2f}", WORDS[said.verdict], said.note)
        box = (x1 / result.width, y1 / result.height, x2 / result.width, y2 / result.height)
        regions.append(Region(box, ", ".join(part for part in parts if part)))
    size = (result.width, result.height)
    return lambda xmp: with_regions(xmp, regions, size, turned, path.name)


def _write_beside(sidecar: Path, change: _Change) -> None:
    try:
        known = read_bytes(sidecar, LARGEST)
    except FileNotFoundError:
        known = b""
    except (OSError, UserError) as error:
        raise MediaError(f"{sidecar} is there and cannot be read: move it away, or choose another folder.") from error
    with replacing(sidecar) as part:
        part.write_bytes(change(known))


def _write_inside(source: Path, target: Path, change: _Change) -> None:
    try:
        import pyexiv2
    except ImportError as error:
        raise ExportError("XMP inside pictures needs pyexiv2: pip install 'tiny-face-inspector[xmp]'.") from error
    with replacing(target) as part:
        shutil.copy2(source, part)
        data = part.read_bytes()
        try:
            with pyexiv2.ImageData(data) as image:
                image.modify_raw_xmp(change(image.read_raw_xmp().encode()).decode())
                part.write_bytes(image.get_bytes())
        except RuntimeError as error:
            raise MediaError(f"XMP cannot be written into {source.name} ({error}): export sidecars.") from error


SIDECARS = Format("", write_sidecars, for_files=True, alone=".xmp", photos=True)
COPIES = Format("", write_copies, for_files=True, photos=True)
ORIGINALS = Format(".txt", write_originals, for_files=True, photos=True)
