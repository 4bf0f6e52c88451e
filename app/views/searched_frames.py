"""The choice of the frames of a video that are searched."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpinBox, QWidget

from tinyface_core.media.step import TRACKED

from ..settings import BY_SCENES, BY_TIME, Settings
from ..style.figures import whole
from ..style.widgets import choice_box, lay_out, named, number_field

_FIRST_STEP = 10
"""Initial value of the step."""


class SearchedFrames(QWidget):
    """A choice of three ways, and a field for the step; changes `Settings`."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        rate = whole(round(TRACKED.a_second))
        tip = self.tr(
            "About {rate} frames of each second are searched, and faces are followed through the others; or every n-th "
            "frame, 1 for all of them; or the first one of each scene. Of videos in a folder that is scanned about one "
            "frame a second is searched, unless a step is chosen"
        )
        ways = {
            BY_TIME: self.tr("{rate} frames a second").format(rate=rate),
            _FIRST_STEP: self.tr("every n-th frame"),
            BY_SCENES: self.tr("changes of scene"),
        }
        self.way = choice_box(ways, self.tr("Frames that are searched"), tip.format(rate=rate))
        self.step = number_field(QSpinBox(minimum=1, maximum=1000, prefix="n = "))
        named(self.step, self.tr("Frames from one search to the next"), self.tr("1 searches all frames"))
        self._show()
        self.way.activated.connect(lambda row: self._keep(self.way.itemData(row) if row != 1 else self.step.value()))
        self.step.valueChanged.connect(self._keep)
        settings.changed.connect(lambda name: self._show() if name == "video_step" else None)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        lay_out(QHBoxLayout(self), self.way, self.step, margins=(0, 0, 0, 0))

    def _keep(self, step: int) -> None:
        self._settings.video_step = step

    def _show(self) -> None:
        step = self._settings.video_step
        with QSignalBlocker(self.way), QSignalBlocker(self.step):
            self.way.setCurrentIndex(1 if step > 0 else max(self.way.findData(step), 0))
            self.step.setValue(step if step > 0 else _FIRST_STEP)
        self.step.setVisible(step > 0)
