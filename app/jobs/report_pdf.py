"""The PDF report: laid out and printed by Qt in parts, so that memory stays bounded."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextDocument,
)

from tinyface_core.export.material import Format, Material
from tinyface_core.export.report import Report
from tinyface_core.files import replacing
from tinyface_core.rendering import annotated_picture
from tinyface_core.types import FindResult, Frame, RgbImage

_DOTS = 96
"""Pixels per inch of the layout, as in style sheets; pictures keep their resolution."""

_MARGIN, _FOOT = 15.0, 30.0
"""Margin of the page in millimetres, and height of its footer in pixels."""


def write(material: Material, target: Path) -> None:
    """Write the report as a PDF with A4 pages; may run in any thread."""
    report = Report(material, "report_print.html.jinja")
    with replacing(target) as part:
        writer = QPdfWriter(str(part))
        margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        writer.setPageLayout(
            QPageLayout(
                QPageSize(QPageSize.PageSizeId.A4),
                QPageLayout.Orientation.Portrait,
                margins,
                QPageLayout.Unit.Millimeter,
            )
        )
        writer.setResolution(_DOTS)
        writer.setTitle(material.case.title or report.say("Faces found"))
        writer.setCreator("Tiny Face Inspector")
        painter = QPainter()
        if not painter.begin(writer):
            raise OSError(f"{target} cannot be written")
        try:
            _Printer(writer, painter, report, material.case.number).print()
        finally:
            painter.end()


FORMAT = Format(".pdf", write, crops=True)


class _Printer:
    def __init__(self, writer: QPdfWriter, painter: QPainter, report: Report, case: str) -> None:
        self._writer, self._painter, self._report, self._case = writer, painter, report, case
        self._sheet = QRectF(0, 0, writer.width(), writer.height())
        self._room = self._sheet.adjusted(0, 0, 0, -_FOOT)
        self._number = 0

    def print(self) -> None:
        size = {"width": int(self._room.width()), "height": int(self._room.height() * 0.6)}
        for number in range(len(self._report.pages)):
            document = QTextDocument()
            document.setDocumentMargin(0)
            document.setDefaultFont(QFont("sans-serif", 9))
            document.documentLayout().setPaintDevice(self._writer)
            document.setPageSize(QSizeF(self._room.width(), self._room.height()))
            document.setHtml("".join(self._report.write(number, _numbered, **size)))
            for page in range(document.pageCount()):
                self._print_page(document, page)

    def _print_page(self, document: QTextDocument, page: int) -> None:
        if self._number:
            self._writer.newPage()
        self._number += 1
        painter, room = self._painter, self._room
        painter.save()
        painter.translate(0, -page * room.height())
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = room.translated(0, page * room.height())
        context.palette.setColor(QPalette.ColorRole.Text, Qt.GlobalColor.black)
        painter.setClipRect(context.clip)
        document.documentLayout().draw(painter, context)
        painter.restore()
        painter.setFont(QFont("sans-serif", 7))
        painter.setPen(Qt.GlobalColor.darkGray)
        bottom = Qt.AlignmentFlag.AlignBottom
        painter.drawText(self._sheet, bottom | Qt.AlignmentFlag.AlignLeft, self._case)
        painter.drawText(self._sheet, bottom | Qt.AlignmentFlag.AlignRight, str(self._number))


def _numbered(frame: Frame, result: FindResult, numbers: range) -> RgbImage:
    faces = [result.faces[number] for number in numbers]
    return annotated_picture(frame, faces, numbers=[number + 1 for number in numbers])
