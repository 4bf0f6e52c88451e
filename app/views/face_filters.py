"""The filters of the list of faces: score, size, verdict and picture; they act at once."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QLabel, QWidget
from superqt import QDoubleRangeSlider

from tinyface_core.types import Verdict

from ..models.verdict import verdict_icon, verdict_label
from ..models.visible_faces import VisibleFaces
from ..settings import Settings
from ..style import icon
from ..style.figures import decimal, whole
from ..style.widgets import label, lay_out, named, tool_button

_SMALLEST_MARK = 4.0
_SIZE_STEPS = 80
"""The size slider is logarithmic: ten steps double the size, from 4 to 1024 pixels."""


class FaceFilters(QWidget):
    """Sliders of score and size; has the choices of verdict and picture, too, which the list places."""

    all_wanted = Signal()
    """All filters are to be removed, those of the whole project too."""

    def __init__(self, visible: VisibleFaces, settings: Settings) -> None:
        super().__init__()
        self._visible, self._settings = visible, settings
        self._source: str | None = None
        self._keeping = QTimer(self, singleShot=True, interval=400)
        self._keeping.timeout.connect(self._keep)
        self.score_slider = self._make_slider(self.tr("Lowest and highest score shown"), 1.0, 0.01)
        self.size_slider = self._make_slider(self.tr("Smallest and largest size shown"), float(_SIZE_STEPS), 1)
        self._score_text, self._size_text = label(rank="second"), label(rank="second")
        self._rows = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        titles, metrics = (self.tr("Score"), self.tr("Size")), self.fontMetrics()
        rows = []
        for title, slider, text in zip(
            titles, (self.score_slider, self.size_slider), (self._score_text, self._size_text), strict=True
        ):
            before = QLabel(title)
            before.setBuddy(slider)
            before.setMinimumWidth(max(map(metrics.horizontalAdvance, titles)))
            text.setFixedWidth(metrics.horizontalAdvance("0000 – 0000 px "))
            rows.append((lay_out(QHBoxLayout(), before, (slider, 1), text, spacing=8), 1))
        lay_out(self._rows, *rows, margins=(0, 0, 0, 0), spacing=2)
        self.verdict_filter = named(
            QComboBox(), self.tr("Verdicts shown"), self.tr("Show only faces with this verdict")
        )
        self.verdict_filter.addItem(icon("filter"), self.tr("All verdicts"), None)
        for verdict in (Verdict.UNDECIDED, Verdict.CONFIRMED, Verdict.NOT_A_FACE, Verdict.UNSURE):
            self.verdict_filter.addItem(icon(verdict_icon(verdict)), verdict_label(verdict), verdict)
        self.verdict_filter.currentIndexChanged.connect(self._apply)
        tip = self.tr("Only faces of the picture on the screen")
        self.this_picture = tool_button("open-picture", tip, text=self.tr("This picture"), checkable=True)
        self.this_picture.toggled.connect(self._apply)
        with QSignalBlocker(self.score_slider), QSignalBlocker(self.size_slider):
            self.score_slider.setValue((settings.lowest_score, 1.0))
            self.size_slider.setValue((_steps(settings.smallest), float(_SIZE_STEPS)))
        self._apply()

    def set_picture(self, source: str | None) -> None:
        """Set the shown picture."""
        self._source = source
        if self.this_picture.isChecked():
            self._apply()

    def reset(self) -> None:
        """Let every candidate of every picture pass."""
        self.all_wanted.emit()
        with QSignalBlocker(self.score_slider), QSignalBlocker(self.size_slider), QSignalBlocker(self.verdict_filter):
            self.score_slider.setValue((0.0, 1.0))
            self.size_slider.setValue((0.0, float(_SIZE_STEPS)))
            self.verdict_filter.setCurrentIndex(0)
            self.this_picture.setChecked(False)
        self._apply()

    def set_low(self, low: bool) -> None:
        """Stand in one line instead of two."""
        directions = QBoxLayout.Direction
        self._rows.setDirection(directions.LeftToRight if low else directions.TopToBottom)
        widest = self._score_text.fontMetrics().horizontalAdvance("0.00 – 0.00 ")
        self._score_text.setFixedWidth(widest if low else self._size_text.width())

    def _make_slider(self, name: str, largest: float, step: float) -> QDoubleRangeSlider:
        slider = QDoubleRangeSlider(Qt.Orientation.Horizontal)  # type: ignore[no-untyped-call]
        slider.setRange(0.0, largest)
        slider.setValue((0.0, largest))
        slider.setSingleStep(step)
        named(slider, name, self.tr("{name}. Filters at once; nothing is searched again.").format(name=name))
        slider.valueChanged.connect(self._apply)
        return slider

    def _apply(self) -> None:
        low, high = _ends(self.score_slider)
        small, large = _ends(self.size_slider)
        verdict = self.verdict_filter.currentData()
        wanted = replace(
            self._visible.filter,
            lowest_score=round(low, 2),
            highest_score=1.0 if high >= 1.0 else round(high, 2),
            smallest=0.0 if small <= 0 else _pixels(small),
            largest=float("inf") if large >= _SIZE_STEPS else _pixels(large),
            # Every verdict is a str; the combo box gives it back as a plain one.
            verdicts=None if verdict is None else frozenset({Verdict(verdict)}),
            source=self._source if self.this_picture.isChecked() else None,
        )
        self._visible.set_filter(wanted)
        self._score_text.setText(f"{decimal(wanted.lowest_score, 2)} – {decimal(wanted.highest_score, 2)}")
        top = "∞" if wanted.largest == float("inf") else whole(wanted.largest)
        self._size_text.setText(f"{whole(wanted.smallest)} – {top} px")
        self._keeping.start()

    def _keep(self) -> None:
        self._settings.lowest_score = self._visible.filter.lowest_score
        self._settings.smallest = self._visible.filter.smallest


def _ends(slider: QDoubleRangeSlider) -> tuple[float, float]:
    low, high = slider.value()  # type: ignore[var-annotated]
    return float(low), float(high)


def _pixels(step: float) -> float:
    return float(round(_SMALLEST_MARK * 2 ** (step / 10)))


def _steps(pixels: float) -> float:
    step = 0.0
    while pixels > 0 and step < _SIZE_STEPS and _pixels(step) < pixels:
        step += 1
    return step
