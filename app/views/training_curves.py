"""Live training curves: smoothing, zoom, and values under the mouse."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QLocale, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QVBoxLayout, QWidget

from tinyface_core.types import Floats

from ..style import colours_of
from ..style.figures import whole
from ..style.labels import ElidedLabel
from ..style.widgets import label, lay_out, named, tool_button
from .curves import Axis, settle

# Told apart by people with any of the common colour-vision deficiencies (after Okabe and Ito, 2008).
_LIGHT = ("#0072b2", "#c45100", "#00785a", "#9c3f7d", "#7a6a00", "#3f5f9e", "#55595f", "#a3342b")
_DARK = ("#56b4e9", "#f0a35c", "#2fc79b", "#e39ac6", "#e6d65c", "#9db7ee", "#c9cdd2", "#f28c82")


_FEW_POINTS = 15
"""So many at most are drawn as dots too."""
_LEFT, _BEYOND = 0.02, 0.05
"""Shares of the plot before step 0, and beyond the limits of values, in which a dot that lies there is whole."""
_FEWEST_STEPS = 4
_PIXELS_A_LABEL, _HALF_LABEL = 24, 7
_FEW_TIMES = 4
"""If the largest value is less than so many times the smallest one, labels of a logarithmic axis are evenly spaced."""


class _Steps(Axis):
    """There is nothing between one step of a training and the next."""

    def tickSpacing(self, first: float, last: float, size: float) -> list[tuple[float, float]]:
        """Called by pyqtgraph."""
        return [(max(spacing, 1.0), offset) for spacing, offset in super().tickSpacing(first, last, size)]


class _Values(Axis):
    """On a logarithmic axis as many round values are labelled as there is room for."""

    def logTickValues(
        self, first: float, last: float, size: float, _ticks: object
    ) -> list[tuple[float | None, Sequence[float]]]:
        edge = min(_HALF_LABEL / size, 0.4) * (last - first)  # a label that is cut there is not drawn
        low, high, most = 10.0 ** (first + edge), 10.0 ** (last - edge), max(2, int(size / _PIXELS_A_LABEL))
        if high < _FEW_TIMES * low:
            largest = 10.0 ** math.ceil(math.log10(high - low))
            for step in (largest * part for power in (1, 0.1, 0.01) for part in (power, power / 2, power / 5)):
                values = np.arange(math.ceil(low / step), math.floor(high / step) + 1) * step
                if len(values) >= max(2, most // 3):
                    break
            values = values[:: math.ceil(len(values) / most)]
        else:
            decades = 10.0 ** np.arange(math.floor(first), math.ceil(last) + 1)
            for choice in (np.outer(decades, (1, 2, 5)).ravel(), decades, decades[:: math.ceil(len(decades) / most)]):
                values = choice[(choice >= low) & (choice <= high)]
                if len(values) <= most:
                    break
        return [(None, np.log10(values).tolist())]

    def logTickStrings(self, values: Sequence[float], _scale: float, _spacing: float) -> list[str]:
        return [QLocale().toString(10.0**value, "g", 6) for value in values]


class CurvesView(QWidget):
    """Several named curves over the steps of a training; points may come in any order, and again."""

    def __init__(self, title: str, *, smoothing: int = 0, logarithmic: bool = False, most: float | None = None) -> None:
        """Show `title` above the plot; the slider begins with `smoothing`, in [0, 99].

        On a logarithmic axis, for values of which some are a thousand times others, what is not positive is not drawn.
        With `most` values lie between 0 and that.
        """
        super().__init__()
        self.setAccessibleName(title)
        self._points: dict[str, dict[int, float]] = {}
        self._curves: dict[str, tuple[pg.PlotDataItem, pg.PlotDataItem]] = {}
        self._labels: dict[str, str] = {}
        self.values = label(rank="second")
        self.values.setWordWrap(True)
        self.values.setTextFormat(Qt.TextFormat.RichText)
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setRange(0, 99)
        self.smoothing.setValue(smoothing)
        self.smoothing.setFixedWidth(90)
        tip = self.tr("How much the curves are smoothed; the faint line is what was measured")
        named(self.smoothing, self.tr("Smoothing"), tip)
        self.smoothing.valueChanged.connect(self._draw_all)
        fit = tool_button("fit", self.tr("Show everything (wheel and drag zoom)"), name=self.tr("Show everything"))
        self.plot = pg.PlotWidget(enableMenu=False, axisItems={"left": _Values("left"), "bottom": _Steps("bottom")})
        self.plot.setMinimumHeight(92)
        # The height that it would like is no one's wish: plots share what there is.
        self.plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        settle(self.plot)
        self.plot.getPlotItem().hideButtons()
        self.plot.setLogMode(y=logarithmic)
        self.plot.getPlotItem().getAxis("bottom").enableAutoSIPrefix(False)
        # A difference that says nothing must not fill the plot.
        beyond = _BEYOND * (most or 0)
        bounds = {} if most is None else {"yMin": -beyond, "yMax": most + beyond, "minYRange": 0.1 * most}
        self._box = self.plot.getPlotItem().getViewBox()
        self._box.setLimits(xMin=-_LEFT * _FEWEST_STEPS, minXRange=_FEWEST_STEPS, **bounds)
        fit.clicked.connect(lambda: self.plot.getPlotItem().enableAutoRange())
        self._cross = pg.InfiniteLine(angle=90, movable=False)
        self._cross.hide()
        self.plot.addItem(self._cross, ignoreBounds=True)
        self.plot.scene().sigMouseMoved.connect(self._point_at)
        smooth = label(self.tr("Smoothing"), "second")
        heading = ElidedLabel()
        heading.setText(title)
        heading.setProperty("rank", "heading")
        top = lay_out(QHBoxLayout(), (heading, 1), smooth, self.smoothing, fit)
        lay_out(QVBoxLayout(self), top, self.values, (self.plot, 1), margins=(0, 0, 0, 0), spacing=4)
        self._dress()

    def add_points(self, name: str, points: Sequence[tuple[int, float]], label: str = "") -> None:
        """Add points `(step, value)` to a curve; a step that is there already is replaced.

        Values that are no numbers are left out; the user reads `label` in place of the name.
        """
        known = self._points.setdefault(name, {})
        known.update((step, value) for step, value in points if np.isfinite(value))
        last = max((max(steps) for steps in self._points.values() if steps), default=0)
        self._box.setLimits(xMin=-_LEFT * max(last, _FEWEST_STEPS))
        self._labels[name] = label or name
        if name not in self._curves:
            faint, line = self.plot.plot(), self.plot.plot()
            self._curves[name] = (faint, line)
            self._dress()
        self._draw(name)
        self._tell_last()

    def clear(self) -> None:
        """Forget all curves."""
        for faint, line in self._curves.values():
            self.plot.removeItem(faint)
            self.plot.removeItem(line)
        self._points.clear()
        self._curves.clear()
        self.values.clear()

    def names(self) -> list[str]:
        """All curves, in the order of their first points."""
        return list(self._points)

    def data(self, name: str) -> tuple[Floats, Floats]:
        """Steps and values of a curve as they were measured, both `(N,)`."""
        known = self._points[name]
        steps = sorted(known)
        return np.array(steps, np.float64), np.array([known[step] for step in steps], np.float64)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _draw_all(self) -> None:
        for name in self._curves:
            self._draw(name)

    def _draw(self, name: str) -> None:
        steps, values = self.data(name)
        faint, line = self._curves[name]
        share = self.smoothing.value() / 100
        faint.setData(steps, values)
        faint.setVisible(share > 0)
        # A line needs two points to be seen; the first measurement is one.
        few = "o" if len(steps) <= _FEW_POINTS else None
        line.setData(steps, smoothed(values, share), symbol=few)

    def _dress(self) -> None:
        colours = colours_of(self.palette())
        self.plot.setBackground(colours.panel)
        for side in ("left", "bottom"):
            axis = self.plot.getPlotItem().getAxis(side)
            axis.setPen(pg.mkPen(colours.border))
            axis.setTextPen(pg.mkPen(colours.faint_text))
            axis.setStyle(tickFont=self.font())
        self.plot.getPlotItem().getAxis("bottom").setLabel(self.tr("Step"), color=colours.faint_text)
        self.plot.getPlotItem().showGrid(x=True, y=True, alpha=0.12)
        self._cross.setPen(pg.mkPen(colours.faint_text, width=1))
        for number, (faint, line) in enumerate(self._curves.values()):
            colour = QColor(self._colour(number))
            line.setPen(pg.mkPen(colour, width=2))
            line.setSymbolPen(None)
            line.setSymbolBrush(colour)
            line.setSymbolSize(6)
            colour.setAlphaF(0.28)
            faint.setPen(pg.mkPen(colour, width=1))
        self._tell_last()  # its dots have the colours of the lines

    def _colour(self, number: int) -> str:
        hues = _DARK if colours_of(self.palette()).name == "dark" else _LIGHT
        return hues[number % len(hues)]

    def _point_at(self, position: QPointF) -> None:
        inside = self.plot.sceneBoundingRect().contains(position)
        self._cross.setVisible(inside)
        if not inside:
            self._tell_last()
            return
        step = self.plot.getPlotItem().vb.mapSceneToView(position).x()
        self._cross.setPos(step)
        self._tell(step)

    def _tell_last(self) -> None:
        self._tell(float("inf"))

    def _tell(self, at: float) -> None:
        """Name every curve in its colour, with its value at a step: a legend that speaks."""
        parts = []
        shown_step = None
        for number, name in enumerate(self._curves):
            steps, values = self.data(name)
            if not len(steps):
                continue
            place = min(bisect_left(steps.tolist(), at), len(steps) - 1)
            if place and abs(steps[place - 1] - at) < abs(steps[place] - at):
                place -= 1
            shown_step = int(steps[place])
            label = self._labels[name].replace(" ", "&nbsp;")  # a name is not torn apart at the end of a line
            parts.append(
                f'<span style="color:{self._colour(number)}">\u25cf</span>&nbsp;{label}&nbsp;'
                f"<b>{_short(float(values[place]))}</b>"
            )
        step = "" if shown_step is None or at == float("inf") else self.tr("step {step}: ").format(step=shown_step)
        self.values.setText(step + "&nbsp;&nbsp; ".join(parts))


def smoothed(values: Floats, share: float) -> Floats:
    """Exponential moving average `(N,)` without a pull towards zero at the start; a share of 0 changes nothing."""
    if not share:
        return values
    mean, weight = 0.0, 0.0
    result = np.empty(len(values))
    for place, value in enumerate(values):
        mean = share * mean + (1 - share) * float(value)
        weight = share * weight + (1 - share)
        result[place] = mean / weight
    return result


def _short(value: float) -> str:
    return QLocale().toString(value, "g", 4) if abs(value) < 1000 else whole(value)
