"""The tables that `tinyface evaluate` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from tinyface_core.evaluation.alarms import Alarms
    from tinyface_core.evaluation.bootstrap import Difference, Interval
    from tinyface_core.evaluation.fddb import FddbReport
    from tinyface_core.evaluation.prediction import PredictionRun
    from tinyface_core.evaluation.restoration import Figure, RestorationResult
    from tinyface_core.evaluation.robustness import ConditionResult
    from tinyface_core.evaluation.similarity import Measure
    from tinyface_core.evaluation.wider import WiderReport


def print_wider(
    report: WiderReport, run: PredictionRun | None, differences: Mapping[str, Difference], title: str = "WIDER FACE"
) -> None:
    """Average precision by subset and by face height, and how it differs from another detector's."""
    from tinyface_core.evaluation.wider import CLOSE_IOU

    console = Console()
    table = Table("subset", "AP", "95 % interval", f"IoU over {CLOSE_IOU}", "faces", title=title)
    for name, result in report.subsets.items():
        bounds = "" if result.interval is None else f"{result.interval.low:.3f} - {result.interval.high:.3f}"
        table.add_row(name, f"{result.ap:.4f}", bounds, f"{result.close:.3f}", str(result.faces))
    console.print(table)
    columns = ("height in px", "AP", "recall at 1 FP a picture", f"IoU over {CLOSE_IOU}", "faces")
    heights = Table(*columns, title="By face height")
    for name, band in report.heights.items():
        figures = (f"{band.ap:.4f}", f"{band.recall:.4f}", f"{band.close:.3f}") if band.faces else ("",) * 3
        heights.add_row(name, *figures, str(band.faces))
    console.print(heights)
    for name, d in differences.items():
        console.print(
            f"{name}: {d.value:+.4f} AP ({d.interval.low:+.4f} to {d.interval.high:+.4f}), "
            f"better in {d.share_above_zero:.1%} of the resamplings"
        )
    console.print(report.remark)
    if report.missing:
        console.print(f"{report.missing} pictures have no predictions and count as nothing found.")
    _print_times(console, run)


def print_robustness(results: Sequence[ConditionResult]) -> None:
    """Print average precision, recall and the share of kept faces under each condition."""
    from tinyface_core.datasets.conditions import CONDITIONS
    from tinyface_core.evaluation.robustness import SMALL
    from tinyface_core.rendering import counted

    def cell(value: float, interval: Interval | None) -> str:
        return f"{value:.3f}" + ("" if interval is None else f"\n{interval.low:.3f} - {interval.high:.3f}")

    columns = ("condition", "strength", "AP", "recall at 1 FP a picture", "kept", f"kept under {SMALL:.0f} px")
    pictures = counted(results[0].report.pictures, "picture")
    table = Table(*columns, title=f"{pictures} under hard conditions, 95 % intervals over pictures")
    for result in results:
        report = result.report.subsets["all"]
        title, strength = "as they are", ""
        if result.condition:
            condition = CONDITIONS[result.condition]
            title, strength = condition.title, f"{result.strength:g} {condition.unit}"
        figures = cell(report.ap, report.interval), cell(report.recall, report.recall_interval)
        table.add_row(title, strength, *figures, f"{result.kept:.3f}", f"{result.small_kept:.3f}")
    Console().print(table)


def print_alarms(alarms: Sequence[Alarms]) -> None:
    """What is shown where no face is, by kind of picture."""
    table = Table(
        "kind", "pictures", "megapixels", "with a box", "boxes", "highest score", title="Pictures without faces"
    )
    for a in alarms:
        table.add_row(a.kind, str(a.pictures), f"{a.megapixels:.1f}", str(a.alarmed), str(a.boxes), f"{a.highest:.2f}")
    Console().print(table)


def print_fddb(report: FddbReport, run: PredictionRun | None) -> None:
    """True-positive rates at the numbers of false positives that are usual."""
    from tinyface_core.evaluation.fddb import OPERATING_POINTS

    console = Console()
    table = Table("false positives", "discrete", "continuous", title="FDDB, true-positive rate")
    for count in OPERATING_POINTS:
        rates = report.curves.discrete_at(count), report.curves.continuous_at(count)
        table.add_row(str(count), *(f"{rate:.4f}" for rate in rates))
    console.print(table)
    console.print(f"Measured on {report.pictures} of {report.listed} pictures, {report.faces} faces.")
    _print_times(console, run)


def print_restoration(
    results: Sequence[RestorationResult],
    measures: Sequence[Measure],
    faces: int,
    photos: bool,
    real: float | None,
    remarks: Sequence[str],
) -> None:
    """What each measure says of each upscaler; `real`: share of the real faces that the detector finds."""
    from tinyface_core.evaluation.picture_sets import SET_MEASURES

    def cell(figure: Figure | None, digits: int) -> str:
        if figure is None:
            return ""
        low, high = figure.interval.low, figure.interval.high
        return f"{figure.mean:.{digits}f}\n{low:.{digits}f} - {high:.{digits}f}"

    kind = "held-out faces, reduced as photos show small ones" if photos else "held-out faces"
    title = f"{faces} {kind}, 95 % interval over faces"
    table = Table("upscaler", *(measure.label for measure in measures), "found", "ms a face", title=title)
    for r in results:
        figures = [cell(r.figures[measure.name], measure.digits) for measure in measures]
        table.add_row(r.name, *figures, cell(r.found, 3), f"{r.milliseconds:.2f}")
    if real is not None:
        table.add_row("real pixels", *([""] * len(measures)), f"{real:.3f}", "")
    console = Console()
    console.print(table)
    labels = [measure.label for measure in SET_MEASURES]
    sets = Table("upscaler", *labels, "smooth wave, dB", "guess and error", title="All of them together")
    for r in results:
        known = [(r.sets.get(measure.name), measure.digits) for measure in SET_MEASURES]
        cells = ["" if value is None else f"{value:.{digits}f}" for value, digits in known]
        sets.add_row(r.name, *cells, f"{r.sets['wave']:.1f}", f"{r.sets['spread']:.2f}" if "spread" in r.sets else "")
    console.print(sets)
    for remark in remarks:
        console.print(remark)


def _print_times(console: Console, run: PredictionRun | None) -> None:
    if run is not None:
        processor = run.processor_milliseconds
        of_it = f", {processor.mean():.0f} ms of processor time" if len(processor) else ""
        console.print(f"{run.milliseconds.mean():.0f} ms a picture{of_it}.")
