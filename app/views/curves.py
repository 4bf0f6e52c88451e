"""Curves of a detector, drawn with pyqtgraph in the colours of the theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QLocale, Qt

from ..style.colours import Colours, colours_of

_LINES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
"""Lines differ in style as well as in colour."""


class Axis(pg.AxisItem):  # type: ignore[misc]
    """An axis with numbers in the format of the user's language."""

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Called by pyqtgraph."""
        return [text.replace(".", QLocale().decimalPoint()) for text in super().tickStrings(values, scale, spacing)]


def make_axes() -> dict[str, Axis]:
    """The axes of a plot by their sides."""
    return {side: Axis(side) for side in ("left", "bottom")}


def settle(plot: pg.PlotWidget) -> None:
    """Make a plot ignore keys, and delete its unused menu together with it."""
    menu = plot.getPlotItem().ctrlMenu
    menu.setParent(plot, menu.windowFlags())
    for part in (plot, plot.viewport()):
        part.setFocusPolicy(Qt.FocusPolicy.NoFocus)


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """A plot whose axes, grid and legend follow the theme."""

    def __init__(self, x_label: str, y_label: str) -> None:
        # Set first: Qt tells of palettes while the widget is being made.
        self._labels: dict[str, str] = {}
        super().__init__(enableMenu=False, axisItems=make_axes())
        settle(self)
        self._labels = {"bottom": x_label, "left": y_label}
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.setYRange(0, 1, padding=0.02)
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the theme."""
        if event.type() == QEvent.Type.PaletteChange and self._labels:
            self._dress()
            self.redraw()
        super().changeEvent(event)

    def redraw(self) -> None:
        """Redraw in the current colours."""

    @property
    def colours(self) -> Colours:
        """Colours of the current theme."""
        return colours_of(self.palette())

    def _dress(self) -> None:
        colours = self.colours
        self.setBackground(colours.panel)
        for side, label in self._labels.items():
            axis = self.getAxis(side)
            axis.setPen(colours.strong_border)
            axis.setTextPen(colours.faint_text)
            self.setLabel(side, label, color=colours.text)
        self.showGrid(x=True, y=True, alpha=0.15)


class PrecisionRecallPlot(Plot):
    """Precision over recall, a line per subset."""

    def __init__(self, x_label: str, y_label: str) -> None:
        super().__init__(x_label, y_label)
        self._curves: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}
        self.setXRange(0, 1, padding=0.02)
        self._legend = self.addLegend(offset=(24, -24))

    def show_curves(self, curves: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]]) -> None:
        """Draw lines `(recall, precision)` by their names in the legend."""
        self._curves = curves
        self.redraw()

    def redraw(self) -> None:
        """See `Plot`."""
        self.clear()
        colours = self.colours
        self._legend.setLabelTextColor(colours.text)
        for place, (name, (x, y)) in enumerate(self._curves.items()):
            colour = (colours.accent, colours.not_a_face, colours.confirmed)[place % 3]
            self.plot(x, y, pen=pg.mkPen(colour, width=2, style=_LINES[place % 3]), name=name, antialias=True)


class HeightPlot(Plot):
    """Share of faces found with its interval, a bar per range of face heights."""

    def __init__(self, x_label: str, y_label: str) -> None:
        super().__init__(x_label, y_label)
        self._bars: Sequence[tuple[str, float, float, float]] = ()

    def show_bars(self, bars: Sequence[tuple[str, float, float, float]]) -> None:
        """Draw bars `(name, value, low, high)`, all in [0, 1]."""
        self._bars = bars
        self.redraw()

    def redraw(self) -> None:
        """See `Plot`."""
        self.clear()
        if not self._bars:
            return
        colours = self.colours
        names, *columns = zip(*self._bars, strict=True)
        values, low, high = (np.array(column) for column in columns)
        places = np.arange(len(values))
        self.addItem(pg.BarGraphItem(x=places, height=values, width=0.6, brush=colours.accent, pen=colours.panel))
        whiskers = {"top": high - values, "bottom": values - low, "beam": 0.12}
        self.addItem(pg.ErrorBarItem(x=places, y=values, pen=pg.mkPen(colours.text, width=1.5), **whiskers))
        self.getAxis("bottom").setTicks([list(enumerate(names))])
        self.setXRange(-0.5, len(values) - 0.5, padding=0.02)
