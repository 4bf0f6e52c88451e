"""Texts with names of files: they are shortened, never widen the window, and are never interpreted as HTML."""

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
    """A text for a tool tip, escaped so that Qt does not interpret names in it as HTML."""
    return escape(text).replace("\n", "<br>") if Texts.mightBeRichText(text) else text


def left_to_right(text: str) -> str:
    """A text that is laid out from left to right even if it begins with a name written from right to left."""
    directions = (bidirectional(sign) for sign in text)
    first = next((direction for direction in directions if direction in ("L", "R", "AL")), "L")
    return text if first == "L" else f"{_LEFT_TO_RIGHT}{text}"


class ElidedLabel(QLabel):
    """A line that adapts to the available width: it is shortened in the middle, and the tool tip has the whole text."""

    def setText(self, text: str) -> None:
        """Show a text; the preferred width is that of the whole text, the minimum width is zero."""
        super().setText(text)
        self.setToolTip(as_tip(left_to_right(text)))

    def minimumSizeHint(self) -> QSize:
        """Height of the line, without a width."""
        return QSize(0, super().minimumSizeHint().height())

    @property
    def shown_text(self) -> str:
        """The text, shortened to the available width."""
        text = left_to_right(self.text())
        return self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, self.contentsRect().width())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the shortened text, in the colour of labels."""
        place: QRect = self.contentsRect()
        style: QStyle = self.style()
        alignment, role = int(self.alignment()), self.foregroundRole()
        with QPainter(self) as painter:
            style.drawItemText(painter, place, alignment, self.palette(), self.isEnabled(), self.shown_text, role)


class SentenceLabel(QLabel):
    """Wrapped sentences; long words (paths, file names) are shortened in the middle, the tool tip has them whole."""

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
        """Remove the text."""
        self.setText("")

    def text(self) -> str:
        """The whole text."""
        return self._whole


def with_short_words(text: str) -> str:
    """A text with long words (paths, names of files) shortened in the middle."""
    return _LONG_WORD.sub(lambda word: _shortened(word[0]), text)


def _shortened(word: str) -> str:
    half = _LONGEST_WORD // 2
    return f"{word[: half - 1]}…{word[-half:]}"
