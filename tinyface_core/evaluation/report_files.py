"""Writes evaluation reports: JSON figures, curves as CSV, SVG and PNG, FDDB's text format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from tinyface_core.evaluation.curves import Curve, draw_curves, write_curve_csv
from tinyface_core.evaluation.fddb import FddbReport, write_fddb_rocs
from tinyface_core.evaluation.robustness import ConditionResult, condition_curves
from tinyface_core.evaluation.wider import HEIGHT_BANDS, WiderReport
from tinyface_core.files import write_json


def write_wider_report(
    folder: Path, report: WiderReport, document: Mapping[str, object], title: str = "WIDER FACE validation"
) -> str:
    """Write `wider.json` with `document`, and its curves as `.csv`, `.svg` and `.png`.

    Returns a sentence on what could not be written, empty if all was.
    """
    write_json(folder / "wider.json", document)
    for name, result in report.subsets.items():
        write_curve_csv(folder / f"wider_{name}.csv", {"recall": result.curve.x, "precision": result.curve.y})
    bands = list(report.heights.values())
    columns = {
        "from_px": [HEIGHT_BANDS[name][0] for name in report.heights],
        "to_px": [HEIGHT_BANDS[name][1] for name in report.heights],
        "faces": [float(band.faces) for band in bands],
        "ap": [band.ap for band in bands],
        "recall_at_1_fp_per_picture": [band.recall for band in bands],
        "close_share": [band.close for band in bands],
    }
    write_curve_csv(folder / "wider_heights.csv", columns)
    curves = {f"{name} (AP {result.ap:.3f})": result.curve for name, result in report.subsets.items()}
    title += f", {report.pictures} pictures" if report.is_subset else ""
    return _draw(folder, "wider", curves, title, "Recall", "Precision")


def write_fddb_report(folder: Path, report: FddbReport, document: Mapping[str, object]) -> str:
    """Write `fddb.json`, `DiscROC.txt`, `ContROC.txt`, and curves; returns as `write_wider_report`."""
    curves = report.curves
    write_json(folder / "fddb.json", document)
    write_fddb_rocs(folder, curves)
    columns = {
        "score": curves.scores,
        "false_positives": curves.false_positives,
        "discrete": curves.discrete,
        "continuous": curves.continuous,
    }
    write_curve_csv(folder / "fddb.csv", columns)
    lines = {name: Curve(curves.false_positives, columns[name]) for name in ("discrete", "continuous")}
    return _draw(folder, "fddb", lines, "FDDB", "False positives", "True-positive rate", 2000)


def write_robustness_report(folder: Path, results: Sequence[ConditionResult]) -> str:
    """Write `robustness.json`, and its curves; returns as `write_wider_report`."""
    write_json(folder / "robustness.json", {"results": [result.as_json() for result in results]})
    reports = [result.report.subsets["all"] for result in results]
    names = [f"{result.condition or 'plain'} {result.strength:g}" for result in results]
    columns: dict[str, Sequence[float] | Sequence[str]] = {
        "condition": names,
        "ap": [report.ap for report in reports],
        "recall_at_1_fp_per_picture": [report.recall for report in reports],
        "kept": [result.kept for result in results],
        "small_kept": [result.small_kept for result in results],
    }
    write_curve_csv(folder / "robustness.csv", columns)
    curves = condition_curves(results)
    return _draw(folder, "robustness", curves, "Under hard conditions", "Strength", "Average precision", 3)


def _draw(
    folder: Path, stem: str, curves: Mapping[str, Curve], title: str, x_label: str, y_label: str, x_limit: float = 1.0
) -> str:
    if not find_spec("matplotlib"):
        return "No pictures of the curves: install matplotlib (the `evaluation` extra) to get them."
    draw_curves([folder / f"{stem}.svg", folder / f"{stem}.png"], curves, title, x_label, y_label, x_limit)
    return ""
