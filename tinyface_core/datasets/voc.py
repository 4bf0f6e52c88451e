"""Reader of Pascal VOC annotations (one XML a picture)."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from tinyface_core.datasets.annotations import AnnotatedPicture, inside, sane_boxes
from tinyface_core.files import read_bytes
from tinyface_core.types import UserError

_LARGEST = 2**24
"""Maximum bytes of one XML file."""


def read_voc(images: Path, annotations: Path) -> list[AnnotatedPicture]:
    """The pictures named in the XML files of a folder; difficult objects are ignored.

    VOC counts pixels from 1 and includes the last one: xmin = 1, xmax = 10 become the edges 0 and 10.

    Raises:
        FileNotFoundError: if there is no XML file.
        UserError: if an XML file cannot be read; the message names it.
    """
    files = sorted(annotations.glob("*.xml"))
    if not files:
        raise FileNotFoundError(f"{annotations} holds no XML files of Pascal VOC.")
    pictures = []
    for file in files:
        try:
            # Entity expansion is limited by expat since 2.4.1, and the size of the file here.
            root = ElementTree.fromstring(read_bytes(file, _LARGEST))  # noqa: S314
            name = root.findtext("filename") or f"{file.stem}.jpg"
            faces = [_read_object(entry) for entry in root.iter("object")]
            boxes = sane_boxes([box for box, _ in faces]).astype(np.float32)
            # Only the last component, so that the path stays inside the folder.
            path = inside(images, Path(name).name)
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            raise UserError(f"{file.name} cannot be read as a Pascal VOC annotation: {error}.") from error
        ignored = np.array([difficult for _, difficult in faces], bool)
        keep = (boxes[:, 2:] > boxes[:, :2]).all(axis=1)
        pictures.append(AnnotatedPicture(file.stem, path, boxes[keep], ignored[keep]))
    return pictures


def _read_object(entry: ElementTree.Element) -> tuple[list[float], bool]:
    edges = []
    for name, shift in (("xmin", -1), ("ymin", -1), ("xmax", 0), ("ymax", 0)):
        text = entry.findtext(f"bndbox/{name}")
        if text is None:
            raise ValueError(f"an object has no {name}")
        edges.append(float(text) + shift)
    return edges, (entry.findtext("difficult") or "0").strip() == "1"
