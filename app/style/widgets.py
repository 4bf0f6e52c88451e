"""Creates set-up labels, buttons, tables and rows in one call; contains no texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QBoxLayout,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QLabel,
    QLayout,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from .colours import colours_of
from .icons import icon
from .labels import SentenceLabel, as_tip

W = TypeVar("W", bound=QWidget)
T = TypeVar("T", bound=QToolButton)
N = TypeVar("N", bound=QSpinBox | QDoubleSpinBox)
Box = TypeVar("Box", bound=QBoxLayout)

_TITLE_BAR = 40
"""Pixels that a desktop may put over a window."""

Part = QWidget | QLayout | int | None
"""Of a row or column: an int is a gap of so many pixels, None takes the room that is left."""


def lay_out(
    layout: Box,
    *parts: Part | tuple[Part, int],
    margins: tuple[int, int, int, int] | None = None,
    spacing: int | None = None,
) -> Box:
    """Put parts into a row or column one after the other; a pair says how much a part stretches.

    Args:
        layout: the row or column.
        parts: from left to right, or from the top.
        margins: left, top, right, bottom in pixels; the style's if not given.
        spacing: between two parts in pixels; the style's if not given.
    """
    if margins is not None:
        layout.setContentsMargins(*margins)
    if spacing is not None:
        layout.setSpacing(spacing)
    for part in parts:
        one, stretch = part if isinstance(part, tuple) else (part, 0)
        match one:
            case QWidget():
                layout.addWidget(one, stretch)
            case QLayout():
                layout.addLayout(one, stretch)
            case int():
                layout.addSpacing(one)
            case None:
                layout.addStretch(stretch)
    return layout


def fill_card(frame: QFrame, title: str, *parts: QWidget | QLayout) -> QFrame:
    """Make a frame a card that stands out from the page: parts in a column, below a title if there is one."""
    frame.setObjectName("card")
    heading = [label(title, "heading")] if title else []
    lay_out(QVBoxLayout(frame), *heading, *parts, margins=(14, 10, 14, 12), spacing=8)
    return frame


def resize_on_screen(window: QWidget, width: int, height: int) -> None:
    """Give a window its first size, no larger than its screen with a title bar over it."""
    room = window.screen().availableSize() - QSize(0, _TITLE_BAR)
    window.resize(QSize(width, height).boundedTo(room))


def polish(widget: QWidget) -> None:
    """Let the style dress a widget and all parts of it now, which Qt otherwise does when they are first shown."""
    for part in [widget, *widget.findChildren(QWidget)]:
        part.ensurePolished()


def empty(layout: QLayout) -> None:
    """Take all widgets out of a layout and delete them."""
    while (item := layout.itemAt(0)) is not None:
        widget = item.widget()
        if widget is None:
            layout.removeItem(item)
        else:
            layout.removeWidget(widget)  # what takeAt gives PySide never deletes
            widget.hide()
            widget.deleteLater()


def named(widget: W, name: str, tip: str = "") -> W:
    """Give a widget its name for screen readers, and a tool tip if there is one."""
    widget.setAccessibleName(name)
    if tip:
        widget.setToolTip(as_tip(tip))
    return widget


def choice_box(choices: Mapping[Any, str], name: str = "", tip: str = "") -> QComboBox:
    """A box to choose a value from, by the texts that stand for them; `name` is for screen readers."""
    box = named(QComboBox(), name, tip)
    for value, text in choices.items():
        box.addItem(text, value)
    return box


def add_row(form: QFormLayout, title: str, field: QWidget, tip: str = "") -> None:
    """Add a field to a form under a title, which is also its name for screen readers."""
    form.addRow(title, named(field, title, tip))


def number_field(box: N) -> N:
    """A spin box whose text begins as far from the edge as in other fields, with thousands in groups.

    Of what is typed and cannot be, it takes the nearest that can: not what was there before, as if nothing was typed.
    """
    box.lineEdit().setTextMargins(6, 0, 0, 0)  # the style's padding has no effect on it
    box.setGroupSeparatorShown(True)
    box.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToNearestValue)
    return box


def steady(field: W) -> W:
    """A field in a page that scrolls: the wheel turns its value only once it was clicked, or it would on the way."""
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.installEventFilter(_Steady(field))
    return field


class _Steady(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Wheel or (isinstance(watched, QWidget) and watched.hasFocus()):
            return False
        event.ignore()  # the page behind gets it
        return True


class Mark(QWidget):
    """An icon beside a text, in the colours of the theme of now."""

    def __init__(self, picture: str, side: int, colour: str = "text") -> None:
        """`picture` names the icon, `colour` a field of `Colours`; `side` is in pixels."""
        super().__init__()
        self._picture, self._colour = picture, colour
        self.setFixedSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the icon."""
        colour = QColor(getattr(colours_of(self.palette()), self._colour))
        with QPainter(self) as painter:
            icon(self._picture, colour).paint(painter, self.rect())


def label(
    text: str = "", rank: str = "", *, wrap: bool = False, name: str = "", parent: QWidget | None = None
) -> QLabel:
    """A label; its rank is one that the style sheet knows, its name is for screen readers."""
    made = SentenceLabel(text, parent) if wrap else QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)  # or a name that looks like HTML would be read as such
    if rank:
        made.setProperty("rank", rank)
    return named(made, name) if name else made


def push_button(
    text: str, clicked: Callable[..., object] | None = None, *, tip: str = "", picture: str = ""
) -> QPushButton:
    """A button with a text, and the icon of the name `picture` if there is one."""
    button = QPushButton(text)
    if picture:
        button.setIcon(icon(picture))
    button.setToolTip(as_tip(tip))
    if clicked is not None:
        button.clicked.connect(clicked)
    return button


def tool_button(
    picture: str,
    tip: str,
    clicked: Callable[..., object] | None = None,
    *,
    name: str = "",
    text: str = "",
    checkable: bool = False,
) -> QToolButton:
    """A button with the icon of the name `picture`, and a text beside it if there is one.

    Screen readers read its tool tip if it has no other name.
    """
    button = dressed(QToolButton(), picture, tip, name=name, text=text)
    button.setCheckable(checkable)
    if clicked is not None:
        button.clicked.connect(clicked)
    return button


def dressed(button: T, picture: str, tip: str, *, name: str = "", text: str = "") -> T:
    """A button of a class of its own, made to look like those of `tool_button`."""
    button.setIcon(icon(picture))
    if text:
        button.setText(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return named(button, name or tip, tip)


def table(titles: Sequence[str], name: str) -> QTableWidget:
    """An empty table to read; `name` is for screen readers."""
    made = named(QTableWidget(0, len(titles)), name)
    made.setHorizontalHeaderLabels(titles)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.verticalHeader().hide()
    return made


def fill_table(table: QTableWidget, rows: Sequence[Iterable[str]], *, figures_from: int | None = None) -> None:
    """Show rows of texts in place of those shown; columns from `figures_from` on stand at the right."""
    table.setRowCount(len(rows))
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            item = QTableWidgetItem(text)
            if figures_from is not None and column >= figures_from:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            table.setItem(row, column, item)
