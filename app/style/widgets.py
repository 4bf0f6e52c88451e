"""Creates labels, buttons, tables and rows in one call each; contains no texts."""

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
    """Add parts to a row or column; a pair is a part and its stretch factor, margins are left, top, right, bottom."""
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
    """Style a frame as a card, with parts in a column below an optional title."""
    frame.setObjectName("card")
    heading = [label(title, "heading")] if title else []
    lay_out(QVBoxLayout(frame), *heading, *parts, margins=(14, 10, 14, 12), spacing=8)
    return frame


def resize_on_screen(window: QWidget, width: int, height: int) -> None:
    """Set the initial size of a window, no larger than the screen minus a title bar."""
    room = window.screen().availableSize() - QSize(0, _TITLE_BAR)
    window.resize(QSize(width, height).boundedTo(room))


def polish(widget: QWidget) -> None:
    """Apply the style to a widget and its children now; Qt otherwise does it when they are first shown."""
    for part in [widget, *widget.findChildren(QWidget)]:
        part.ensurePolished()


def empty(layout: QLayout) -> None:
    """Remove and delete all widgets of a layout."""
    while (item := layout.itemAt(0)) is not None:
        widget = item.widget()
        if widget is None:
            layout.removeItem(item)
        else:
            layout.removeWidget(widget)  # what takeAt gives PySide never deletes
            widget.hide()
            widget.deleteLater()


def named(widget: W, name: str, tip: str = "") -> W:
    """Set the name of a widget for screen readers, and its tool tip."""
    widget.setAccessibleName(name)
    if tip:
        widget.setToolTip(as_tip(tip))
    return widget


def choice_box(choices: Mapping[Any, str], name: str = "", tip: str = "") -> QComboBox:
    """A combo box of values and their texts; `name` is for screen readers."""
    box = named(QComboBox(), name, tip)
    for value, text in choices.items():
        box.addItem(text, value)
    return box


def add_row(form: QFormLayout, title: str, field: QWidget, tip: str = "") -> None:
    """Add a field to a form under a title, which is also its name for screen readers."""
    form.addRow(title, named(field, title, tip))


def number_field(box: N) -> N:
    """A spin box with thousands separators, and the same left margin as other fields.

    A typed number that is out of range becomes the nearest one in range, instead of the previous one.
    """
    box.lineEdit().setTextMargins(6, 0, 0, 0)  # the style's padding has no effect on it
    box.setGroupSeparatorShown(True)
    box.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToNearestValue)
    return box


def tab_on(before: QWidget, *widgets: QWidget) -> None:
    """Have Tab go from one widget to others, in this order; those that take no focus from it keep their place."""
    for widget in widgets:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None:
            QWidget.setTabOrder(before, widget)
            before = widget


def steady(field: W) -> W:
    """Make a field in a scrolling page ignore the wheel until it is clicked, so that scrolling does not change it."""
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
    """An icon beside a text, in the colours of the current theme."""

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
    """A label; `rank` selects a style of the style sheet, `name` is for screen readers."""
    made = SentenceLabel(text, parent) if wrap else QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)  # or a name that looks like HTML would be read as such
    if rank:
        made.setProperty("rank", rank)
    return named(made, name) if name else made


def push_button(
    text: str, clicked: Callable[..., object] | None = None, *, tip: str = "", picture: str = ""
) -> QPushButton:
    """A button with a text, and the icon `picture` if it is given."""
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
    """A button with the icon `picture` and an optional text.

    Its name for screen readers is its tool tip, if it has no other one.
    """
    button = dressed(QToolButton(), picture, tip, name=name, text=text)
    button.setCheckable(checkable)
    if clicked is not None:
        button.clicked.connect(clicked)
    return button


def dressed(button: T, picture: str, tip: str, *, name: str = "", text: str = "") -> T:
    """Style a button of another class like those of `tool_button`."""
    button.setIcon(icon(picture))
    if text:
        button.setText(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return named(button, name or tip, tip)


def table(titles: Sequence[str], name: str) -> QTableWidget:
    """An empty read-only table; `name` is for screen readers."""
    made = named(QTableWidget(0, len(titles)), name)
    made.setHorizontalHeaderLabels(titles)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.verticalHeader().hide()
    return made


def fill_table(table: QTableWidget, rows: Sequence[Iterable[str]], *, figures_from: int | None = None) -> None:
    """Replace the rows of a table; columns from `figures_from` on are right-aligned."""
    table.setRowCount(len(rows))
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            item = QTableWidgetItem(text)
            if figures_from is not None and column >= figures_from:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            table.setItem(row, column, item)
