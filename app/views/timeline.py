"""The time line of a video: play, step, seek, and marks where faces were found."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from tinyface_core.types import Floats

from ..jobs.sound import HAS_SOUND
from ..jobs.video_player import VideoInfo
from ..session.tracks import Life
from ..settings import Settings
from ..style import colours_of, icon
from ..style.colours import Colours
from ..style.figures import decimal, time_stamp, whole
from ..style.folding import FoldingRow
from ..style.widgets import label, lay_out, named, number_field, push_button, tool_button
from .searched_frames import SearchedFrames

_SHORTEST_BAR = 160
_QUICKEST = -8.0
"""Speed with the longest text."""
_ROOMY_BAR = 200
"""Width of the bar beyond its minimum, in pixels, from which on everything is in one row."""


class Timeline(QWidget):
    """Controls of a video or of the pages of a file, by frame numbers."""

    seek_wanted = Signal(int)
    step_wanted = Signal(int)
    play_wanted = Signal(bool)
    search_wanted = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._fps, self._speed, self._seconds, self._first = 25.0, 1.0, 0.0, 0
        self.setAccessibleName(self.tr("Time line"))
        self.back = tool_button("step-back", "", lambda: self.step_wanted.emit(-1))
        self.play = tool_button("play", self.tr("Play or pause (Space)"), checkable=True)
        self.play.clicked.connect(self.play_wanted)
        self.forward = tool_button("step-forward", "", lambda: self.step_wanted.emit(1))
        self.bar = FrameBar()
        self.bar.scrubbed.connect(self.seek_wanted)
        self.time = label(name=self.tr("Position"))
        self.time.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.number = number_field(QSpinBox())
        self.number.setProperty("arrows", False)  # there are buttons for steps
        self.number.setKeyboardTracking(False)
        self.number.valueChanged.connect(lambda value: self.seek_wanted.emit(value - self._first))
        # What is typed next is meant for the frame, not for its number.
        self.number.lineEdit().returnPressed.connect(self.bar.setFocus)
        self.sound = tool_button("sound", self.tr("Sound"), checkable=True)
        self.searched_frames = SearchedFrames(settings)
        self.search = push_button("", picture="search-video")
        self.search.clicked.connect(self.search_wanted)
        moving = lay_out(QHBoxLayout(), self.back, self.play, self.forward, (self.bar, 1))
        lay_out(moving, self.time, self.number, self.sound)
        searching = lay_out(QHBoxLayout(), self.searched_frames, self.search)
        searching.setAlignment(Qt.AlignmentFlag.AlignRight)
        lay_out(QVBoxLayout(self), FoldingRow(moving, searching, _ROOMY_BAR), margins=(8, 4, 8, 4))
        self._name(VideoInfo(0, self._fps))

    def set_video(self, info: VideoInfo) -> None:
        """Set the video, or the file of pages, which have no times and are numbered from 1."""
        self._fps, self._first = info.fps, 0 if info.has_clock else 1
        self._name(info)
        self.bar.set_frames(info.frames, info.fps)
        # As wide as it will become, so that the bar does not change under the mouse.
        last = max(info.frames - 1, 0)
        widest = self._told(_QUICKEST, last / info.fps)
        self.time.setMinimumWidth(self.time.fontMetrics().horizontalAdvance(widest) + 4)
        with QSignalBlocker(self.number):
            self.number.setRange(self._first, last + self._first)
        self.set_position(0, 0.0)

    def _name(self, info: VideoInfo) -> None:
        for part in (self.play, self.time, self.searched_frames):
            part.setVisible(info.has_clock)
        self.sound.setVisible(info.has_clock and HAS_SOUND)
        if info.has_clock:
            named(self.back, tip := self.tr("Previous frame (,)"), tip)
            named(self.forward, tip := self.tr("Next frame (.)"), tip)
            named(self.number, self.tr("Frame"), self.tr("Frame on the screen; type a number to go there"))
            self.number.setPrefix("# ")
        else:
            named(self.back, tip := self.tr("Previous page (,)"), tip)
            named(self.forward, tip := self.tr("Next page (.)"), tip)
            named(self.number, self.tr("Page"), self.tr("Page on the screen; type a number to go there"))
            self.number.setPrefix(self.tr("page ", "before the number in: page 3 of 12"))
        of_all = self.tr(" of {count}", "after the number in: page 3 of 12").format(count=whole(info.frames))
        self.number.setSuffix("" if info.has_clock else of_all)

    def clear(self) -> None:
        """Forget the video."""
        self.bar.set_frames(0)
        self.time.clear()
        with QSignalBlocker(self.number):
            self.number.setRange(0, 0)

    def set_position(self, number: int, seconds: float | None) -> None:
        """The frame shown now."""
        self.bar.set_position(number)
        self._seconds = seconds or 0.0
        self.time.setText(self._told(self._speed, self._seconds))
        if not (self.number.hasFocus() and self.number.lineEdit().isModified()):  # nobody types in it
            with QSignalBlocker(self.number):
                self.number.setValue(number + self._first)

    def _told(self, speed: float, seconds: float) -> str:
        total = max(self.bar.frames - 1, 0) / self._fps
        text = self.tr("{time} / {total}").format(time=time_stamp(seconds), total=time_stamp(total))
        return text if speed == 1 else f"{decimal(speed, 0)} ×  {text}"

    def set_marks(self, marks: tuple[int | None, int | None]) -> None:
        """Set the first and last frame of the played part."""
        self.bar.part = marks
        self.bar.update()

    def set_playing(self, playing: bool, speed: float = 1.0) -> None:
        """Show whether it plays, and at which speed."""
        self._speed = speed if playing else 1.0
        if self.bar.frames:
            self.time.setText(self._told(self._speed, self._seconds))
        self.play.setChecked(playing)
        self.play.setIcon(icon("pause" if playing else "play"))


class FrameBar(QWidget):
    """A seek bar with marks at the frames with faces."""

    scrubbed = Signal(int)
    pointed = Signal(object)
    """Number of the frame at the mouse; None once it has left."""

    def __init__(self) -> None:
        super().__init__()
        self.frames = 0
        self.position = 0
        self.marks: list[int] = []
        self.density: dict[int, int] = {}
        """Faces by second."""
        self._drawn: tuple[QSize, list[QRectF], list[QRectF]] | None = None
        """Columns of both, at this size; there may be tens of thousands, and each frame that is played paints them."""
        self.life: Life | None = None
        """Of the track of the selected face."""
        self.part: tuple[int | None, int | None] = (None, None)
        """First and last frame of the played part; None: the end of the video."""
        self._fps = 25.0
        self.setMinimumWidth(_SHORTEST_BAR)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Frames"))
        self.setToolTip(
            self.tr(
                "Drag to move in the video. Above: how many faces each second has; Page Up and Down go to frames with "
                "faces. Below: when the selected face is seen"
            )
        )

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(300, 38)

    def set_frames(self, frames: int, fps: float = 25.0) -> None:
        """Set the number of frames."""
        self.frames, self.position, self.marks, self._fps = frames, 0, [], fps
        self.density, self.life, self.part, self._drawn = {}, None, (None, None), None
        self.update()

    def set_position(self, number: int) -> None:
        """The frame shown now."""
        self.position = number
        self.update()

    def set_marks(self, numbers: list[int], density: dict[int, int]) -> None:
        """Set the frames with faces in increasing order, and the number of faces in each second."""
        self.marks, self.density, self._drawn = numbers, density, None
        self.update()

    def set_life(self, life: Life | None) -> None:
        """Set when the selected face is visible."""
        self.life = life
        self.update()

    def x_of(self, number: int) -> float:
        """Horizontal position of a frame in the widget."""
        return float(self._places(np.asarray(number)))

    def _columns(self, numbers: Sequence[int]) -> list[int]:
        """Columns of pixels with frames; a long video has many more frames than columns."""
        columns: list[int] = np.unique(np.rint(self._places(np.asarray(numbers)))).astype(int).tolist()
        return columns

    def _places(self, numbers: NDArray[np.generic]) -> Floats:
        return 8 + (self.width() - 16) * numbers.astype(np.float64) / max(self.frames - 1, 1)

    def number_at(self, x: float) -> int:
        """Frame at a horizontal position in the widget."""
        share = (x - 8) / max(self.width() - 16, 1)
        return round(min(max(share, 0.0), 1.0) * max(self.frames - 1, 0))

    def seconds_of(self, number: int) -> float:
        """Approximate time of a frame."""
        return number / self._fps

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint groove, marks, handle."""
        colours = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            middle = self.height() / 2
            painter.setBrush(QColor(colours.strong_border))
            painter.drawRoundedRect(QRectF(8, middle - 2, self.width() - 16, 4), 2, 2)
            painter.setBrush(QColor(colours.accent))
            painter.drawRoundedRect(QRectF(8, middle - 2, self.x_of(self.position) - 8, 4), 2, 2)
            self._paint_part(painter, colours, middle)
            self._paint_density(painter, colours, middle - 5)
            if self.life is not None:
                self._paint_life(painter, colours, self.life, middle + 11)
            painter.setBrush(QColor(colours.text if self.hasFocus() else colours.accent))
            painter.drawEllipse(QPointF(self.x_of(self.position), middle), 7, 7)

    def _paint_part(self, painter: QPainter, colours: Colours, middle: float) -> None:
        """Paint the rest of the video paler, with a line at each end of the played part."""
        first, last = self.part
        pale = QColor(colours.window)
        pale.setAlpha(200)
        for number, left, right in (
            (first, 8.0, self.x_of(first or 0)),
            (last, self.x_of(last or 0), self.width() - 8.0),
        ):
            if number is not None:
                painter.setBrush(pale)
                painter.drawRect(QRectF(left, middle - 2, right - left, 4))
                painter.setBrush(QColor(colours.warning))
                painter.drawRect(QRectF(self.x_of(number) - 1, middle - 9, 2, 18))

    def _paint_density(self, painter: QPainter, colours: Colours, bottom: float) -> None:
        """Paint a column per second, whose height is the number of faces, and a line below frames with faces."""
        if self._drawn is None or self._drawn[0] != self.size():
            feet = [QRectF(x, bottom, 1, 2) for x in self._columns(self.marks)]
            self._drawn = self.size(), self._density_columns(bottom), feet
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(QColor(colours.confirmed))
        painter.drawRects(self._drawn[1])
        painter.setBrush(QColor(colours.text))
        painter.drawRects(self._drawn[2])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def _density_columns(self, bottom: float) -> list[QRectF]:
        most = max(self.density.values(), default=1)
        tallest: dict[tuple[int, int], int] = {}
        seconds = np.array(list(self.density), np.float64)
        begins, ends = (self._places(np.rint(at * self._fps)) for at in (seconds, seconds + 1))
        columns = np.rint([begins, ends.clip(max=self.width() - 8)]).astype(int).T.tolist()
        for (left, right), count in zip(columns, self.density.values(), strict=True):
            tallest[left, right] = max(count, tallest.get((left, right), 0))
        heights = {place: max(2, round((bottom - 2) * count / most)) for place, count in tallest.items()}
        return [
            QRectF(left, bottom - height, max(right - left - 1, 1), height) for (left, right), height in heights.items()
        ]

    def _paint_life(self, painter: QPainter, colours: Colours, life: Life, top: float) -> None:
        """Paint a pale bar from the first to the last frame, stronger where the face was found."""
        colour = colours.verdict(life.face.verdict) if life.face.verdict else QColor(colours.accent)
        left, right = self.x_of(life.first), self.x_of(life.last)
        pale = QColor(colour)
        pale.setAlpha(90)
        painter.setBrush(pale)
        painter.drawRoundedRect(QRectF(left - 2, top, right - left + 4, 5), 2, 2)
        painter.setBrush(colour)
        for x in self._columns(life.found):
            painter.drawRect(QRectF(x - 1, top, 2, 5))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Seek."""
        self._scrub(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Seek while dragging; signal the frame at the mouse."""
        if self.frames:
            self.pointed.emit(self.number_at(event.position().x()))
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._scrub(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Signal that the mouse has left."""
        self.pointed.emit(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows: step; Home and End: seek to the ends."""
        targets = {
            Qt.Key.Key_Left: self.position - 1,
            Qt.Key.Key_Right: self.position + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self.frames - 1,
        }
        target = targets.get(Qt.Key(event.key()))
        if target is None:
            super().keyPressEvent(event)
        elif 0 <= target < self.frames:
            self._go_to(target)

    def go_to_mark(self, by: int) -> bool:
        """Seek to the next frame with faces, with -1 to the previous one; returns whether there is one."""
        before, after = bisect_left(self.marks, self.position), bisect_right(self.marks, self.position)
        place = after if by > 0 else before - 1
        found = 0 <= place < len(self.marks)
        if found:
            self._go_to(self.marks[place])
        return found

    def _go_to(self, number: int) -> None:
        # The handle follows at once; the picture when it is decoded.
        self.set_position(number)
        self.scrubbed.emit(number)

    def _scrub(self, event: QMouseEvent) -> None:
        if self.frames:
            self._go_to(self.number_at(event.position().x()))
