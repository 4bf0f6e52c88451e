"""Reader of Pascal VOC annotations (one XML a picture)."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np

from tinyface_core.datasets.annotations import AnnotatedPicture, inside, is_of_faces, sane_boxes
from tinyface_core.files import read_bytes
from tinyface_core.types import UserError

_LARGEST = 2**24
"""Maximum bytes of one XML file."""


class _Object(NamedTuple):
    name: str
    box: list[float]
    difficult: bool


def read_voc(images: Path, annotations: Path) -> list[AnnotatedPicture]:
    """The pictures named in the XML files of a folder; difficult objects are ignored.

    Of several names of objects only those of "face" are taken, if there is one of that name.

    VOC counts pixels from 1 and includes the last one: xmin = 1, xmax = 10 become the edges 0 and 10.

    Raises:
        FileNotFoundError: if there is no XML file.
        UserError: if an XML file cannot be read; the message names it.
    """
    files = sorted(annotations.glob("*.xml"))
    if not files:
        raise FileNotFoundError(f"{annotations} holds no XML files of Pascal VOC.")
    read: list[tuple[str, Path, list[_Object]]] = []
    for file in files:
        try:
            # Entity expansion is limited by expat since 2.4.1, and the size of the file here.
            root = ElementTree.fromstring(read_bytes(file, _LARGEST))  # noqa: S314
            name = root.findtext("filename") or f"{file.stem}.jpg"
            objects = [_read_object(entry) for entry in root.iter("object")]
            # Only the last component, so that the path stays inside the folder.
            read.append((file.stem, inside(images, Path(name).name), objects))
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            raise UserError(f"{file.name} cannot be read as a Pascal VOC annotation: {error}.") from error
    names = {entry.name for _, _, objects in read for entry in objects}
    pictures = []
    for stem, path, objects in read:
        faces = [entry for entry in objects if is_of_faces(entry.name, names)]
        ignored = np.array([face.difficult for face in faces], bool)
        classes = (face.name for face in faces)
        pictures.append(AnnotatedPicture.of(stem, path, [face.box for face in faces], ignored, classes))
    return pictures


def _read_object(entry: ElementTree.Element) -> _Object:
    edges = []
    for name, shift in (("xmin", -1), ("ymin", -1), ("xmax", 0), ("ymax", 0)):
        text = entry.findtext(f"bndbox/{name}")
        if text is None:
            raise ValueError(f"an object has no {name}")
        edges.append(float(text) + shift)
    sane_boxes(edges)
    return _Object(entry.findtext("name") or "", edges, (entry.findtext("difficult") or "0").strip() == "1")
