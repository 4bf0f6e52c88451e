"""The review page: verdicts on faces one at a time, or on a grid of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from tinyface_core.names import shown
from tinyface_core.types import Verdict

from ..models.face_entry import DRAWN, FaceEntry, describe
from ..models.review_round import PAGE, Order, ReviewRound
from ..models.verdict import VERDICT_KEYS, verdict_icon, verdict_label
from ..style.figures import counted, decimal, whole
from ..style.widgets import choice_box, label, lay_out, named, push_button, tool_button
from .crop_view import Crop, CropView, LinkedView
from .keys import keeps_key
from .review_grid import ReviewGrid

_KEYS = {Qt.Key[f"Key_{key}"]: verdict for verdict, key in VERDICT_KEYS.items()}
_WAYS = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_Left: -1, Qt.Key.Key_PageDown: 1, Qt.Key.Key_Right: 1}


class ReviewPage(QWidget):
    """The large crop beside the face's surroundings and enlargements, or the grid; verdicts and progress below."""

    left = Signal()
    """The user ends the review."""
    order_chosen = Signal(object)
    """`Order`."""
    grid_chosen = Signal()
    """The user switched between the grid and single faces."""

    def __init__(self, faces: ReviewRound) -> None:
        super().__init__()
        self._faces = faces
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Judging faces"))
        self.crop = named(CropView(LinkedView(self)), self.tr("The face"))
        self.grid = ReviewGrid(faces)
        self.surroundings = QSplitter(Qt.Orientation.Vertical)
        self._both = QSplitter(Qt.Orientation.Horizontal)
        for splitter in (self.surroundings, self._both):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(1)
        self._both.addWidget(self.crop)
        self._both.addWidget(self.surroundings)
        self.ended = label(rank="title", wrap=True)
        self.ended.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        for part in (self._both, self.grid, self.ended):
            self._stack.addWidget(part)
        parts = (self._make_bar(), (self._stack, 1), self._make_verdicts())
        lay_out(QVBoxLayout(self), *parts, margins=(8, 6, 8, 8), spacing=6)
        self._show()
        faces.moved.connect(self._show)
        faces.progressed.connect(self._tell_progress)

    def host(self, *parts: QWidget) -> None:
        """Take over the picture and the comparison of the window during the review."""
        for part in parts:
            self.surroundings.addWidget(part)
            part.show()
        self._both.setSizes([self.width() * 2 // 5, self.width() * 3 // 5])
        self.surroundings.setSizes([self.height() // 2] * len(parts))

    def show_grid(self, grid: bool) -> None:
        """Show a page of faces, or one face at a time."""
        (self._many if grid else self._one).setChecked(True)
        self._show()
        self.grid_chosen.emit()

    def show_order(self, order: Order) -> None:
        """Show the order; emits no signal."""
        self.order.setCurrentIndex(self.order.findData(order))

    @property
    def is_grid(self) -> bool:
        """Whether the grid is shown."""
        return self._many.isChecked()

    def show_face(self, entry: FaceEntry, image: QImage) -> None:
        """Show a face, once its pixels are loaded."""
        title = f"{{size}} px · {DRAWN}" if entry.drawn else self.tr("{size} px · score {score}")
        title = title.format(size=whole(entry.face.size), score=decimal(entry.face.score, 2))
        names = [shown(Path(entry.source).name), entry.note]
        self.crop.show_crop(Crop(image, title, " · ".join(name for name in names if name)), image)
        self.crop.setAccessibleName(describe(entry))

    def _make_bar(self) -> QHBoxLayout:
        self.progress_text = label(rank="heading", name=self.tr("Progress"))
        self.progress = named(QProgressBar(), self.tr("Faces judged"))
        self.progress.setTextVisible(False)
        self.progress.setMinimumWidth(60)
        orders = {
            Order.DOUBT: self.tr("Most doubtful first"),
            Order.SMALLEST: self.tr("Smallest first"),
            Order.LARGEST: self.tr("Largest first"),
            Order.GROUP: self.tr("Group by group"),
            Order.LISTED: self.tr("As in the list"),
        }
        self.order = choice_box(orders, self.tr("Order"), self.tr("Which faces come first"))
        self.order.activated.connect(lambda _row: self.order_chosen.emit(Order(self.order.currentData())))
        one, many = self.tr("One face after the other"), self.tr("{count} faces at a glance").format(count=PAGE)
        self._one = tool_button("open-picture", one, lambda: self.show_grid(False), checkable=True)
        self._many = tool_button("gallery", many, lambda: self.show_grid(True), checkable=True)
        group = QButtonGroup(self)
        group.addButton(self._one)
        group.addButton(self._many)
        self._one.setChecked(True)
        close = tool_button("cancel", self.tr("Back to the picture (Esc)"), self.left.emit)
        QShortcut(Qt.Key.Key_Escape, self, self.left.emit)  # also from the tool bar, where Tab leads
        parts = (self.progress_text, (self.progress, 1), self.order, self._one, self._many, close)
        return lay_out(QHBoxLayout(), *parts, spacing=8)

    def _make_verdicts(self) -> QHBoxLayout:
        self.buttons: dict[Verdict, QPushButton] = {}
        for verdict in (Verdict.CONFIRMED, Verdict.NOT_A_FACE, Verdict.UNSURE):
            button = push_button("", picture=verdict_icon(verdict))
            button.clicked.connect(lambda _=False, verdict=verdict: self.give(verdict))
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys stay with the faces
            self.buttons[verdict] = button
        self.hint = label(rank="second", wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return lay_out(QHBoxLayout(), *self.buttons.values(), (self.hint, 1), spacing=8)

    def give(self, verdict: Verdict) -> None:
        """Give the face a verdict; of a page, give it to all unmarked faces and the opposite to marked ones."""
        if not self.is_grid:
            self._faces.give(verdict)
        elif verdict in (Verdict.CONFIRMED, Verdict.NOT_A_FACE):
            self._faces.give_rest(verdict)

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the review from the window."""
        return keeps_key(event, self._is_ours) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys for verdicts, next and previous."""
        key = Qt.Key(event.key())
        if not self._is_ours(event):
            super().keyPressEvent(event)
        elif key in _WAYS:
            (self._faces.turn if self.is_grid else self._faces.go)(_WAYS[key])
        else:
            self.give(_KEYS[key])

    def _is_ours(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        return not event.modifiers() and (key in _KEYS or key in _WAYS)

    def _show(self) -> None:
        over = self._faces.entry is None
        self._stack.setCurrentWidget(self.ended if over else self.grid if self.is_grid else self._both)
        (self.grid if self.is_grid and not over else self).setFocus()  # what is hidden would leave it to anybody
        for verdict, button in self.buttons.items():
            text, key = verdict_label(verdict), VERDICT_KEYS[verdict]
            if self.is_grid:
                text = self.tr("The rest are faces") if verdict == Verdict.CONFIRMED else self.tr("The rest are none")
            button.setText(f"{text}  {key}")
            button.setVisible(not over and not (self.is_grid and verdict == Verdict.UNSURE))
        grid = self.tr("Mark the exceptions: click, type their number, or arrow keys and Space. Page keys turn pages.")
        one = self.tr("Arrow keys: next or previous face without a verdict. Ctrl+Z: undo.")
        self.hint.setText("" if over else grid if self.is_grid else one)

    def _tell_progress(self) -> None:
        judged, total = self._faces.judged, self._faces.total
        text = self.tr("{judged} of {total} judged").format(judged=whole(judged), total=whole(total))
        if self.is_grid and self._faces.group:
            text += " · " + self.tr("group {number}").format(number=whole(self._faces.group))
        self.progress_text.setText(text)
        self.progress.setRange(0, max(total, 1))
        self.progress.setValue(judged)
        one, many = self.tr("The face is judged."), self.tr("All {count} faces are judged.")
        done = counted(total, one, many) + " " + self.tr("Esc goes back to the picture.")
        self.ended.setText(done if total else self.tr("No undecided face passes the filters of the list."))
