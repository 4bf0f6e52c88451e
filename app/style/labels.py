"""Texts that hold names of files: they are shortened, never widen the window, and are never read as HTML."""

from __future__ import annotations

import re
from html import escape
from unicodedata import bidirectional

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtGui import Qt as Texts
from PySide6.QtWidgets import QLabel, QStyle, QWidget

_LONGEST_WORD = 40
_LEFT_TO_RIGHT = "\u200e"
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")


def as_tip(text: str) -> str:
    """A text for a tool tip, which Qt takes for HTML where a name in it looks so."""
    return escape(text).replace("\n", "<br>") if Texts.mightBeRichText(text) else text


def left_to_right(text: str) -> str:
    """A text that keeps its direction although it begins with a name written from right to left."""
    directions = (bidirectional(sign) for sign in text)
    first = next((direction for direction in directions if direction in ("L", "R", "AL")), "L")
    return text if first == "L" else f"{_LEFT_TO_RIGHT}{text}"


class ElidedLabel(QLabel):
    """One line that takes the room it is given; what has none is left out in the middle and stands in the tool tip."""

    def setText(self, text: str) -> None:
        """Show a text; it asks for its whole width, and insists on none of it."""
        super().setText(text)
        self.setToolTip(as_tip(left_to_right(text)))

    def minimumSizeHint(self) -> QSize:
        """Room for the line alone."""
        return QSize(0, super().minimumSizeHint().height())

    @property
    def shown_text(self) -> str:
        """As much of the text as there is room for."""
        text = left_to_right(self.text())
        return self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, self.contentsRect().width())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what has room, in the colour that the style gives labels."""
        place: QRect = self.contentsRect()
        style: QStyle = self.style()
        alignment, role = int(self.alignment()), self.foregroundRole()
        with QPainter(self) as painter:
            style.drawItemText(painter, place, alignment, self.palette(), self.isEnabled(), self.shown_text, role)


class SentenceLabel(QLabel):
    """Sentences in lines; a long word (a path, the name of a file) is cut in its middle and whole in the tool tip."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, wordWrap=True)
        self._whole = ""
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show sentences."""
        shown = with_short_words(text)
        if shown != text or self.toolTip() == as_tip(self._whole):
            self.setToolTip(as_tip(text) if shown != text else "")
        self._whole = text
        super().setText(left_to_right(shown))

    def clear(self) -> None:
        """Say nothing."""
        self.setText("")

    def text(self) -> str:
        """The sentences as they were given."""
        return self._whole


def with_short_words(text: str) -> str:
    """A text whose long words (paths, names of files) are cut in their middle."""
    return _LONG_WORD.sub(lambda word: _shortened(word[0]), text)


def _shortened(word: str) -> str:
    half = _LONGEST_WORD // 2
    return f"{word[: half - 1]}…{word[-half:]}"
