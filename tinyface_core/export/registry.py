"""Export formats by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from tinyface_core.export.material import ExportError, Format, Material
from tinyface_core.failures import has_no_room
from tinyface_core.registry import Entry, Guard, Registry, form_of, imported


def checked_format(form: Any, guard: Guard) -> Format:
    """A format of a package, whose failures are told as such; errors of the disk stay what they are."""

    def expected() -> Format:
        if not isinstance(form, Format):
            raise TypeError(f"it is {form_of(form)} and not Format")
        return form

    def write(material: Material, target: Path) -> None:
        def work() -> OSError | None:
            try:
                loaded.write(material, target)
            except OSError as error:
                return error
            return None

        if (error := guard(work)) is not None:
            raise error

    loaded: Format = guard(expected)
    return replace(loaded, write=write)


FORMATS: Registry[Format] = Registry(
    "export format",
    "tinyface.exports",
    tuple(
        Entry(name, title, imported(f"tinyface_core.export.{module if ':' in module else f'{module}:FORMAT'}"), about)
        for name, title, module, about in (
            ("csv", "CSV table", "table", "One row a face, for a spreadsheet"),
            ("json", "JSON", "json_file", "Faces with settings and weights, enough to repeat the run"),
            ("coco", "COCO", "coco", "COCO object detection annotations"),
            ("coco-vid", "COCO-VID", "coco_vid", "COCO annotations of videos, with tracks"),
            ("yolo", "YOLO", "yolo", "One text file a picture, boxes as shares of its sides"),
            ("mot", "MOT", "mot", "One text file a video: frame, track and box of each face"),
            ("crops", "Face crops", "crops", "Every face by every upscaler that is compared"),
            ("contact", "Contact sheets", "contact", "Many faces on a page, by every upscaler that is compared"),
            ("sheets", "Comparison sheets", "sheets", "The smallest faces of each picture, by every upscaler"),
            ("parquet", "Parquet table", "parquet", "One row a face with types, for data frames"),
            ("annotated", "Annotated pictures", "annotated", "Pictures with boxes drawn"),
            ("xmp", "XMP sidecars", "xmp:SIDECARS", "Face regions (MWG) for photo managers, a file beside each photo"),
            ("xmp-copies", "Copies with XMP", "xmp:COPIES", "Copies of the photos with face regions inside"),
            (
                "xmp-originals",
                "XMP into the photos",
                "xmp:ORIGINALS",
                "Face regions inside the photos themselves: changes your files",
            ),
            ("html", "HTML report", "html", "Pictures, faces, settings and weights, for any browser"),
        )
    ),
    checked_format,
)
"""Each entry gives a `Format`."""


def export(name: str, material: Material, target: Path) -> None:
    """Write `material` in one of `FORMATS` to a file, or to a folder if the format fills one; atomically.

    Raises:
        RegistryError: if there is no such format.
        ExportError: if the disk is full or cannot be written.
        MediaError: if the format needs a picture that is missing or damaged.
    """
    write(FORMATS.load(name), material, target)


def write(form: Format, material: Material, target: Path) -> None:
    """Write `material` in a loaded format; see `export`."""
    material = form.part_of(material)
    try:
        form.write(material.as_in_files() if form.for_files else material, target)
    except OSError as error:
        if has_no_room(error):
            raise ExportError(f"The disk is full, {target} was not written: make room and try again.") from error
        raise ExportError(f"{target} cannot be written ({error.strerror or error}): choose another place.") from error
