"""One question of a blind vote: which of two enlargements of a face is better?"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from tinyface_core.evaluation.voting import Choice
from tinyface_core.types import RgbImage

from ..models.images import to_image
from ..style.figures import whole
from ..style.widgets import label, lay_out, named, push_button
from .crop_view import Crop, CropView, LinkedView

_KEYS = {
    Qt.Key.Key_Left: Choice.LEFT,
    Qt.Key.Key_Right: Choice.RIGHT,
    Qt.Key.Key_Down: Choice.SAME,
    Qt.Key.Key_Space: Choice.SAME,
}


class VoteView(QWidget):
    """A question with two enlargements, answered by button or key, without the names of the methods."""

    voted = Signal(object)
    """A `Choice`."""
    taken_back = Signal()
    """The user undoes the last answer."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._shared = LinkedView(self)
        self.left = named(CropView(self._shared), self.tr("Left enlargement"))
        self.right = named(CropView(self._shared), self.tr("Right enlargement"))
        self.question = label(self.tr("Which shows the face better?"), "title")
        self.setAccessibleName(self.question.text())
        self.place = label(rank="second", name=self.tr("Progress of the vote"))
        self.progress = named(QProgressBar(textVisible=False), self.tr("Progress"))
        self.progress.setMaximumHeight(6)
        crops = lay_out(QHBoxLayout(), (self.left, 1), (self.right, 1), spacing=10)
        self.buttons = {
            choice: push_button(text, lambda _on=False, choice=choice: self.voted.emit(choice))
            for choice, text in (
                (Choice.LEFT, self.tr("←  The left one")),
                (Choice.SAME, self.tr("↓  No difference")),
                (Choice.RIGHT, self.tr("The right one  →")),
            )
        }
        self.back = push_button(
            self.tr("Take back"), self.taken_back.emit, tip=self.tr("Undo the last answer (Backspace)")
        )
        for widget in (self.left, self.right, *self.buttons.values(), self.back):
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys are those of the vote
        for button in (*self.buttons.values(), self.back):
            button.setAutoDefault(False)
        head = lay_out(QHBoxLayout(), self.question, None, self.place)
        answers = lay_out(QHBoxLayout(), *((button, 2) for button in self.buttons.values()), 16, self.back)
        lay_out(QVBoxLayout(self), head, self.progress, (crops, 1), answers, margins=(0, 0, 0, 0), spacing=10)

    def ask(self, number: int, total: int, sides: tuple[RgbImage, RgbImage] | None) -> None:
        """Show a question, numbered from 0; without crops it waits for them."""
        self.place.setText(self.tr("{number} of {total}").format(number=whole(number + 1), total=whole(total)))
        self.progress.setRange(0, total)
        self.progress.setValue(number)
        self.back.setEnabled(number > 0)
        for button in self.buttons.values():
            button.setEnabled(sides is not None)
        if sides is None:
            for crop in (self.left, self.right):
                crop.show_crop(Crop(title=self.tr("Enlarging…")), crop.original)
            return
        self._shared.fit()
        for crop, pixels in zip((self.left, self.right), sides, strict=True):
            image = to_image(pixels)
            crop.show_crop(Crop(image), image)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys: answer; Backspace: undo the last answer."""
        choice = _KEYS.get(Qt.Key(event.key()))
        if choice is not None:
            if self.buttons[choice].isEnabled() and not event.isAutoRepeat():
                self.voted.emit(choice)
        elif event.key() == Qt.Key.Key_Backspace:
            if self.back.isEnabled():
                self.taken_back.emit()
        else:
            super().keyPressEvent(event)
