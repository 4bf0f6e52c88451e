"""Precision-recall curves: average precision, CSV tables, SVG and PNG plots."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tinyface_core.files import replacing
from tinyface_core.types import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A curve: points `x (T,)` and `y (T,)` by decreasing score threshold."""

    x: Floats
    y: Floats


def average_precision(recall: Floats, precision: Floats) -> Floats:
    """Areas `(...)` in [0, 1] under the precision envelope, as in Pascal VOC since 2010 (all points).

    Recall `(..., T)` does not decrease along its last axis; precision is 0 where there are no detections.
    """
    envelope = np.maximum.accumulate(precision[..., ::-1], axis=-1)[..., ::-1]
    steps = np.diff(recall, axis=-1, prepend=0.0)
    area: Floats = (steps * envelope).sum(axis=-1)
    return area


def ratio(part: Floats, whole: Floats) -> Floats:
    """`part / whole` element by element, 0 where `whole` is 0."""
    part, whole = np.broadcast_arrays(np.asarray(part, np.float64), np.asarray(whole, np.float64))
    result: Floats = np.divide(part, whole, out=np.zeros(part.shape), where=whole != 0)
    return result


def write_curve_csv(path: Path, columns: Mapping[str, Sequence[float] | Sequence[str] | Floats]) -> None:
    """Write columns of equal length, numbers or strings, as CSV with a header.

    Raises:
        ValueError: if the columns differ in length.
    """
    rows = zip(*columns.values(), strict=True)
    with replacing(path) as part, part.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        writer.writerows([value if isinstance(value, str) else f"{value:.6g}" for value in row] for row in rows)


def draw_curves(
    paths: Sequence[Path],
    curves: Mapping[str, Curve],
    title: str,
    x_label: str,
    y_label: str,
    x_limit: float,
) -> None:
    """Plot curves, by name in the legend, to files, whose suffix determines the format; y is in [0, 1].

    Raises:
        ModuleNotFoundError: if matplotlib is not installed.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 4.8), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(title=title, xlabel=x_label, ylabel=y_label, xlim=(0, x_limit), ylim=(0, 1.01))
    for name, curve in curves.items():
        axes.plot(curve.x, curve.y, label=name, linewidth=1.8)
    axes.grid(color="#d8d8d8", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="lower left" if x_limit == 1.0 else "lower right")
    for path in paths:
        with replacing(path) as part:
            figure.savefig(part, format=path.suffix[1:], dpi=150)
