"""Reader of COCO detection annotations (one JSON for all pictures)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from msgspec import Struct, field

from tinyface_core.checked import Number, read_json
from tinyface_core.datasets.annotations import AnnotatedPicture, inside, is_of_faces, sane_boxes
from tinyface_core.types import UserError


class _Picture(Struct):
    id: int | str
    file_name: str


class _Face(Struct):
    image_id: int | str
    bbox: tuple[Number, Number, Number, Number]
    iscrowd: int | bool = 0
    category_id: int | str | None = None


class _Category(Struct):
    id: int | str | None = None
    name: str = ""


class _Document(Struct):
    images: list[_Picture]
    annotations: list[_Face]
    categories: list[_Category] = field(default_factory=list)


def read_coco(images: Path, annotations: Path) -> list[AnnotatedPicture]:
    """The pictures of a COCO file; crowd regions become ignored, empty boxes are dropped.

    Of several categories only boxes of "face" are taken, if there is one of that name.

    Raises:
        FileNotFoundError: if the file is missing or lists none.
        UserError: if the file is not in COCO format, or names pictures outside `images`.
    """
    if not annotations.is_file():
        raise FileNotFoundError(f"The COCO file {annotations} does not exist.")
    try:
        document = read_json(annotations, _Document)
        faces: dict[int | str, list[_Face]] = {picture.id: [] for picture in document.images}
        names = {category.id: category.name for category in document.categories}
        others = {id_ for id_, name in names.items() if not is_of_faces(name, names.values())}
        for face in document.annotations:
            if face.image_id not in faces:
                raise ValueError(f"a face is in picture {face.image_id}, which is not listed")
            if face.category_id not in others:
                faces[face.image_id].append(face)
        listed = [_annotated(images, picture, faces[picture.id], names) for picture in document.images]
    except ValueError as error:
        raise UserError(f"{annotations.name} cannot be read as COCO annotations: {error}.") from error
    if not listed:
        raise FileNotFoundError(f"{annotations.name} lists no pictures.")
    return listed


def _annotated(
    images: Path, picture: _Picture, faces: list[_Face], names: Mapping[int | str | None, str]
) -> AnnotatedPicture:
    boxes = sane_boxes([(x, y, x + width, y + height) for x, y, width, height in (face.bbox for face in faces)])
    ignored = np.array([bool(face.iscrowd) for face in faces], bool)
    kinds = {face.category_id for face in faces} - {None}
    classes = {names.get(kind) or str(kind) for kind in kinds}
    return AnnotatedPicture.of(picture.file_name, inside(images, picture.file_name), boxes, ignored, classes)
