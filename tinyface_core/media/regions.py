"""Face regions in XMP, as used by photo managers, in sidecar files or inside pictures.

The format is that of the Metadata Working Group (Guidelines for Handling Image Metadata, version 2.0, section 5.9).
Regions are relative to the stored picture, before the EXIF orientation is applied; boxes in this module are upright.
Content of other programs is preserved, including their regions.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags

from tinyface_core.files import read_bytes
from tinyface_core.media.headers import SIDEWAYS
from tinyface_core.media.opening import MediaError, NotForPillow, opened_image
from tinyface_core.types import Box

_NAMES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "stDim": "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
    "stArea": "http://ns.adobe.com/xmp/sType/Area#",
}
_OURS = "Tiny Face Inspector: "
"""Prefix of the description of our regions, which a later export replaces."""
LARGEST = 2**24
"""Maximum bytes of XMP that are read."""

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that are not allowed in XML (XML 1.0, section 2.2)."""
_PACKET = re.compile(rb"<x:xmpmeta.*?</x:xmpmeta>", re.DOTALL)
# By orientation: stored x and y in terms of the upright x and y; "-x" means 1 - x.
_STORED = {
    1: ("x", "y"), 2: ("-x", "y"), 3: ("-x", "-y"), 4: ("x", "-y"),
    5: ("y", "x"), 6: ("y", "-x"), 7: ("-y", "-x"), 8: ("-y", "x"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Region:
    """A face region.

    Attributes:
        box: upright, relative to the picture's sides.
        text: description to write.
        name: name of the person that was read.
    """

    box: Box
    text: str = ""
    name: str = ""


def read_regions(path: Path) -> list[Region]:
    """The face regions in the sidecar of a picture (`photo.jpg.xmp`, `photo.xmp`), or inside it if there is none.

    Raises:
        OSError, UserError: if the sidecar cannot be read.
        MediaError: if the picture cannot be read, or the XMP is invalid.
    """
    sidecar = next((beside for beside in sidecars(path) if beside.is_file()), None)
    data = read_bytes(sidecar, LARGEST) if sidecar is not None else _embedded(path)
    if not data:
        return []
    turn = _turn(orientation(path))
    regions = []
    for entry in _parsed(data, sidecar or path).iter(_name("rdf:li")):
        area = next(entry.iter(_name("mwg-rs:Area")), None)
        if area is None or (_value(entry, "mwg-rs:Type") or "Face") != "Face":
            continue
        with suppress(TypeError, ValueError):
            x, y, w, h = (float(_value(area, f"stArea:{side}") or "") for side in "xywh")
            box = np.array([x - w / 2, y - h / 2, x + w / 2, y + h / 2])
            if np.isfinite(box).all() and w > 0 and h > 0 and np.abs(box).max() <= 2:
                name = _value(entry, "mwg-rs:Name") or ""
                regions.append(Region(_turned(box, turn, back=True), name=name))
    return regions


def sidecars(path: Path) -> tuple[Path, Path]:
    """Possible sidecar files of a picture."""
    return path.with_name(f"{path.name}.xmp"), path.with_suffix(".xmp")


def orientation(path: Path) -> int:
    """EXIF orientation of a picture; 1 if it has none.

    Raises:
        MediaError: if the picture cannot be read.
    """
    try:
        with opened_image(path) as opened:
            told = opened.orientation
            if opened.image.format == "TIFF":  # `opened.orientation` is 1, because Pillow applies it when decoding
                with suppress(Exception):  # broken EXIF is no reason to refuse the photo
                    told = int(opened.image.getexif().get(ExifTags.Base.Orientation, 1))
    except NotForPillow:
        return 1
    return told if told in _STORED else 1


def with_regions(xmp: bytes, regions: Sequence[Region], size: tuple[int, int], turned: int, name: str) -> bytes:
    """Replace our regions in XMP, which may be empty, by these; everything else is preserved.

    The size is that of the upright picture, `turned` its EXIF orientation; the name is for messages.

    Raises:
        MediaError: if the existing XMP is invalid.
    """
    for prefix, space in _NAMES.items():
        ElementTree.register_namespace(prefix, space)
    root = _parsed(xmp, Path(name)) if xmp else ElementTree.Element(_name("x:xmpmeta"))
    rdf = root if root.tag == _name("rdf:RDF") else root.find(_name("rdf:RDF"))
    if rdf is None:
        rdf = ElementTree.SubElement(root, _name("rdf:RDF"))
    bag = next((bag for list_ in root.iter(_name("mwg-rs:RegionList")) for bag in list_), None)
    if bag is None:
        width, height = size[::-1] if turned in SIDEWAYS else size
        about = ElementTree.SubElement(rdf, _name("rdf:Description"), {_name("rdf:about"): ""})
        whole = _struct(about, "mwg-rs:Regions")
        of = _struct(whole, "mwg-rs:AppliedToDimensions")
        for key, value in (("w", str(width)), ("h", str(height)), ("unit", "pixel")):
            ElementTree.SubElement(of, _name(f"stDim:{key}")).text = value
        bag = ElementTree.SubElement(ElementTree.SubElement(whole, _name("mwg-rs:RegionList")), _name("rdf:Bag"))
    for entry in [entry for entry in bag if (_value(entry, "mwg-rs:Description") or "").startswith(_OURS)]:
        bag.remove(entry)
    for region in regions:
        _add(bag, region, _turn(turned))
    try:
        written: bytes = ElementTree.tostring(root, encoding="utf-8")
    except RecursionError as error:
        raise MediaError(f"The XMP of {name} is nested too deeply: remove it, or repair it.") from error
    return written


def _add(bag: ElementTree.Element, region: Region, turn: NDArray[np.float64]) -> None:
    x1, y1, x2, y2 = _turned(np.array(region.box), turn)
    entry = _struct(bag, "rdf:li")
    ElementTree.SubElement(entry, _name("mwg-rs:Type")).text = "Face"
    ElementTree.SubElement(entry, _name("mwg-rs:Description")).text = _OURS + _NO_XML.sub("", region.text)
    area = _struct(entry, "mwg-rs:Area")
    for key, value in (("x", (x1 + x2) / 2), ("y", (y1 + y2) / 2), ("w", x2 - x1), ("h", y2 - y1)):
        ElementTree.SubElement(area, _name(f"stArea:{key}")).text = f"{value:.6f}"
    ElementTree.SubElement(area, _name("stArea:unit")).text = "normalized"


def _struct(parent: ElementTree.Element, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, _name(name), {_name("rdf:parseType"): "Resource"})


def _value(entry: ElementTree.Element, name: str) -> str | None:
    """A property of the entry or of a description in it; XMP allows attributes and elements."""
    for part in (entry, *entry.findall(_name("rdf:Description"))):
        found = part.get(_name(name)) or part.findtext(_name(name))
        if found:
            return found
    return None


def _embedded(path: Path) -> bytes:
    try:
        with opened_image(path) as opened:
            about = opened.image.info
    except NotForPillow:
        return b""
    data = about.get("xmp") or about.get("XML:com.adobe.xmp") or b""
    return data if isinstance(data, bytes) else str(data).encode()


def _parsed(data: bytes, path: Path) -> ElementTree.Element:
    packet = _PACKET.search(data[:LARGEST])
    if not data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):  # in UTF-16 zero bytes are parts of characters
        data = data.strip(b"\0 \r\n\t")
    try:
        # Entity expansion is limited by expat since 2.4.1, and the size of the data here.
        return ElementTree.fromstring(packet[0] if packet else data)  # noqa: S314
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise MediaError(f"The XMP of {path.name} makes no sense: {error}. Remove it, or repair it.") from error


def _name(prefixed: str) -> str:
    prefix, _, name = prefixed.partition(":")
    return f"{{{_NAMES[prefix]}}}{name}"


def _turn(orientation: int) -> NDArray[np.float64]:
    """Affine map `(2, 3)` from upright to stored relative coordinates."""
    rows = {"x": (1, 0, 0), "-x": (-1, 0, 1), "y": (0, 1, 0), "-y": (0, -1, 1)}
    return np.array([rows[axis] for axis in _STORED[orientation]], np.float64)


def _turned(box: NDArray[np.float64], turn: NDArray[np.float64], back: bool = False) -> Box:
    whole = np.vstack([turn, [0, 0, 1]])
    corners = np.linalg.inv(whole) if back else whole
    ends = corners @ np.array([[box[0], box[2]], [box[1], box[3]], [1, 1]])
    (x1, y1), (x2, y2) = ends[:2].min(axis=1).tolist(), ends[:2].max(axis=1).tolist()
    return (x1, y1, x2, y2)
