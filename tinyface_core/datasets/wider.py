"""Reader of the WIDER FACE annotations (Yang et al., WIDER FACE: A Face Detection Benchmark, CVPR 2016)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tinyface_core.datasets.annotations import (
    AnnotatedPicture,
    announced_faces,
    from_pixel_numbers,
    inside,
    numbers,
    sane_boxes,
)
from tinyface_core.datasets.matlab import read_matlab
from tinyface_core.files import numbered_lines
from tinyface_core.types import UserError

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".avif", ".webp"})


@dataclass(frozen=True, slots=True)
class WiderFaces:
    """The annotations of one picture in WIDER FACE.

    Attributes:
        name: "event/file" without a suffix.
        boxes: `(N, 4)` float64 x, y, width, height in pixels, as annotated (sizes may be zero).
        invalid: `(N,)` bool, faces that are marked as invalid.
    """

    name: str
    boxes: NDArray[np.float64]
    invalid: NDArray[np.bool_]


def read_wider(images: Path, ground_truth: Path, only: Collection[str] | None = None) -> list[AnnotatedPicture]:
    """The annotated pictures of WIDER FACE, in the order of the official list.

    Invalid faces become `ignored`; boxes without an area are dropped.

    Args:
        images: the official folder of event folders, or one flat folder; jpg, png, avif or webp files.
        ground_truth: the official `wider_face_*.mat` or `wider_face_*_bbx_gt.txt`.
        only: names to keep, each "event/file" or "file", with or without a suffix; None keeps all.

    Raises:
        FileNotFoundError: if `images` is not a folder, or `ground_truth` is missing or lists none.
        UserError: if `ground_truth` is not such a list.
    """
    if not images.is_dir():
        raise FileNotFoundError(
            f"The picture folder {images} does not exist. Give the folder of the WIDER FACE pictures."
        )
    listed = read_wider_list(ground_truth)
    files = sorted(path for path in images.rglob("*") if path.suffix.lower() in PICTURE_SUFFIXES)
    by_name = {path.stem: path for path in files} | {f"{path.parent.name}/{path.stem}": path for path in files}
    wanted = None if only is None else wider_names(only, [faces.name for faces in listed])
    pictures = []
    for faces in listed:
        if wanted is not None and faces.name not in wanted:
            continue
        path = by_name.get(faces.name) or by_name.get(faces.name.rpartition("/")[2]) or images / f"{faces.name}.jpg"
        pictures.append(AnnotatedPicture.of(faces.name, path, from_pixel_numbers(faces.boxes), faces.invalid))
    if not pictures:
        raise FileNotFoundError(f"{ground_truth.name} lists none of the pictures.")
    return pictures


def find_wider(root: Path, split: Literal["train", "val"]) -> tuple[Path, Path]:
    """Find the pictures and the list of a split, "train" or "val", in the folder into which WIDER FACE was unpacked.

    Accepts the official layout (`WIDER_train/images`, `wider_face_split`), also with each archive in a folder of its
    own name.

    Returns:
        The folder of the event folders, and `wider_face_*.mat` or `wider_face_*_bbx_gt.txt`.

    Raises:
        FileNotFoundError: if one of them is missing.
    """
    part, lists = f"WIDER_{split}", "wider_face_split"
    folders = [root / part / "images", root / part / part / "images", root / "images"]
    names = [f"wider_face_{split}.mat", f"wider_face_{split}_bbx_gt.txt"]
    files = [folder / name for folder in (root / lists, root / lists / lists, root) for name in names]
    images = next((folder for folder in folders if folder.is_dir()), None)
    ground_truth = next((file for file in files if file.is_file()), None)
    if images is None:
        raise FileNotFoundError(f"There is no {part}/images in {root}: unpack {part}.zip of WIDER FACE there.")
    if ground_truth is None:
        raise FileNotFoundError(f"There is no {lists}/{names[0]} in {root}: unpack {lists}.zip of WIDER FACE there.")
    return images, ground_truth


def read_wider_list(ground_truth: Path) -> list[WiderFaces]:
    """Every picture in an official `.mat` or `_bbx_gt.txt` list, also without a file.

    Raises:
        FileNotFoundError, UserError: as `read_wider`.
    """
    if not ground_truth.is_file():
        names = "wider_face_*.mat or wider_face_*_bbx_gt.txt"
        raise FileNotFoundError(f"The WIDER FACE list {ground_truth} does not exist, or is a folder: give a {names}.")
    entries = _from_matlab(ground_truth) if ground_truth.suffix == ".mat" else _from_text(ground_truth)
    return list(entries)


def wider_names(only: Collection[str], listed: Collection[str]) -> set[str]:
    """The names in `listed` ("event/file") that `only` requests, as "event/file" or "file", with or without suffix.

    Raises:
        UserError: if a requested name is not listed.
    """
    by_file = {name.rpartition("/")[2]: name for name in listed}
    known, wanted = set(listed), set()
    for asked in only:
        name = asked if asked in known else without_suffix(asked.strip())
        found = name if name in known else by_file.get(name.rpartition("/")[2])
        if found is None:
            raise UserError(f'"{asked}" is not in the list of WIDER FACE pictures; names look like "0--Parade/file".')
        wanted.add(found)
    return wanted


def read_names(path: Path) -> list[str]:
    """The picture names in a text file, one per line; empty lines are ignored."""
    return [line for _, line in numbered_lines(path)]


def without_suffix(name: str) -> str:
    """A name without its picture suffix; other dots are kept."""
    stem, dot, suffix = name.rpartition(".")
    return stem if dot and f".{suffix.lower()}" in PICTURE_SUFFIXES else name


def _from_matlab(path: Path) -> Iterator[WiderFaces]:
    try:
        table = read_matlab(path)
        columns = [table[key] for key in ("event_list", "file_list", "face_bbx_list")]
        invalid_list = table.get("invalid_label_list")
        for number, (event, files, boxes) in enumerate(zip(*(column.ravel() for column in columns), strict=True)):
            labels = None if invalid_list is None else invalid_list.ravel()[number].ravel()
            for row, (file, faces) in enumerate(zip(files.ravel(), boxes.ravel(), strict=True)):
                xywh = np.asarray(faces, np.float64).reshape(-1, 4)
                invalid = np.zeros(len(xywh), bool) if labels is None else np.asarray(labels[row]).ravel().astype(bool)
                yield _faces(f"{event.item()}/{file.item()}", xywh, invalid)
    except ValueError as error:
        raise UserError(f"{path.name} is not a WIDER FACE list ({error}): get a fresh copy.") from error
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise UserError(
            f"{path.name} is not a WIDER FACE list (it lacks events, files or boxes): choose wider_face_*.mat."
        ) from error


def _from_text(path: Path) -> Iterator[WiderFaces]:
    lines = numbered_lines(path)
    at = 0
    try:
        while at < len(lines):
            name, count = without_suffix(lines[at][1]), announced_faces(lines, at)
            # A picture without faces has one line of zeros.
            rows = lines[at + 2 : at + 2 + max(count, 1)]
            values = [numbers(line, 4) for _, line in rows][:count]
            invalid = np.array([any(sign > 0 for sign in face[7:8]) for face in values], bool)
            yield _faces(name, np.array([face[:4] for face in values], np.float64).reshape(count, 4), invalid)
            at += 2 + len(rows)
    except ValueError as error:
        raise UserError(
            f"{path.name}, at line {lines[at][0]}: not a WIDER FACE list ({error}): correct it, or get a fresh copy."
        ) from error


def _faces(name: str, xywh: NDArray[np.float64], invalid: NDArray[np.bool_]) -> WiderFaces:
    """Faces of one picture, after checks."""
    inside(Path(), name)  # files may be read or written under this name
    if len(invalid) != len(xywh):
        raise ValueError(f"{name} has {len(xywh)} faces and {len(invalid)} labels")
    return WiderFaces(name, sane_boxes(xywh), invalid)
