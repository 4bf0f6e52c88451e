"""The page of the Export dialog for copies in which faces are covered."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from tinyface_core.folders import typed_path
from tinyface_core.redaction.order import LEAST_COVERED, MARGIN, Choice, Covering, Order, Shape, Which
from tinyface_core.redaction.styles import PICTURE, STYLES

from ..parts import offer
from ..sentences import users_language
from ..style.widgets import choice_box, label, lay_out, named, number_field, tool_button


class RedactionPage(QWidget):
    """Which faces are covered, and how."""

    changed = Signal()
    """It may be complete now, or no more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        which = {
            Which.ALL: self.tr("All, but those that are not faces"),
            Which.ALL_BUT: self.tr("All but the confirmed ones"),
            Which.ONLY: self.tr("Only the confirmed ones"),
        }
        shapes = {
            Shape.ROUNDED: self.tr("Rounded box"),
            Shape.ELLIPSE: self.tr("Ellipse"),
            Shape.BOX: self.tr("Box"),
        }
        self.which, self.shape = choice_box(which), choice_box(shapes)
        self.look = QComboBox()
        offer(self.look, STYLES.own())
        self.margin = number_field(
            QSpinBox(minimum=0, maximum=200, singleStep=5, suffix=" %", value=round(100 * MARGIN))
        )
        self.head = QCheckBox(self.tr("Hair, ears and chin too"))
        self.least = number_field(
            QDoubleSpinBox(minimum=0.05, maximum=1, singleStep=0.05, decimals=2, value=LEAST_COVERED)
        )
        self.confirmed_by = QLineEdit(placeholderText=self.tr("Nobody yet"))
        self.picture = QLineEdit()
        named(self.picture, self.tr("Picture"), self.tr("File of the picture that is laid over faces"))
        self._choose = tool_button("open", self.tr("Choose a picture"), self._choose_picture)
        form = QFormLayout()
        for title, box, tip in (
            (self.tr("Cover"), self.which, self.tr("Whose faces are covered; verdicts on one frame count for a track")),
            (self.tr("With"), self.look, self.tr("What is laid over them; solid and picture keep nothing at all")),
            (self.tr("Shape"), self.shape, self.tr("Shape of the covered part of the enlarged box")),
            (
                self.tr("Margin"),
                self.margin,
                self.tr("Share of a large face's box that is added at each side; small ones get more"),
            ),
            ("", self.head, self.tr("Covers the whole head: hair and ears help to recognise a person")),
            (
                self.tr("From score"),
                self.least,
                self.tr("Low, since a missed face is worse than one covered needlessly"),
            ),
            (self.tr("Confirmed by"), self.confirmed_by, self.tr("Who checked the copies; named in their reviews")),
        ):
            form.addRow(title, named(box, title or self.head.text(), tip))
        form.insertRow(2, self.tr("Picture"), lay_out(QHBoxLayout(), (self.picture, 1), self._choose))
        note = label(
            self.tr(
                "Photos are searched anew with a closer look everywhere, videos about twelve times a second. "
                "A review lies beside each copy."
            ),
            wrap=True,
        )
        lay_out(QVBoxLayout(self), form, note, None)
        self.look.currentIndexChanged.connect(self._follow_style)
        self.picture.textChanged.connect(self.changed)
        self._follow_style()

    def order(self) -> Order:
        """The settings according to the page, without the pixels of a picture."""
        covering = Covering(
            self.look.currentData(), Shape(self.shape.currentData()), self.margin.value() / 100, self.head.isChecked()
        )
        choice = Choice(Which(self.which.currentData()))
        said = self.confirmed_by.text().strip()
        return Order(covering, choice, self.least.value(), review="html", confirmed_by=said, language=users_language())

    def picture_file(self) -> Path | None:
        """The picture to lay over faces; None for another style."""
        return typed_path(self.picture.text()) if self.look.currentData() == PICTURE else None

    def is_complete(self) -> bool:
        """Whether all required fields are filled in."""
        return self.look.currentData() != PICTURE or bool(self.picture.text().strip())

    def _follow_style(self) -> None:
        for widget in (self.picture, self._choose):
            widget.setEnabled(self.look.currentData() == PICTURE)
        self.changed.emit()

    def _choose_picture(self) -> None:
        file, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a picture"), self.picture.text())
        if file:
            self.picture.setText(file)
