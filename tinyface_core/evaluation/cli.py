"""`tinyface evaluate`: the field's own figures, by one command each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinyface_core.files import replacing

if TYPE_CHECKING:
    from tinyface_core.datasets.annotations import AnnotatedPicture
    from tinyface_core.evaluation.bootstrap import Difference
    from tinyface_core.evaluation.prediction import PredictionRun
    from tinyface_core.evaluation.wider import WiderReport

evaluate_app = typer.Typer(
    help="Measure a detector or the upscalers as the field does.", no_args_is_help=True
)

Detector = Annotated[str, typer.Option(help="Name of the detector; empty for the default.")]
Gan = Annotated[str, typer.Option(help="Name of the second stage's weights; empty for the default.")]
Refine = Annotated[bool, typer.Option("--refine/--no-refine", help="Whether the second stage runs.")]
Budget = Annotated[
    int, typer.Option(help="At most this many candidates a picture go through the second stage.")
]
Thorough = Annotated[bool, typer.Option(help="Search at twice the size as well.")]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda, mps or xpu.")]
Predictions = Annotated[
    Path | None, typer.Option(help="Measure this submission folder; nothing is searched.")
]
WritePredictions = Annotated[
    Path | None, typer.Option(help="Write the predictions here, in the official form.")
]
Output = Annotated[
    Path | None, typer.Option(help="Folder for the report as JSON and the curves as CSV, SVG and PNG.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


@evaluate_app.command("wider")
def wider_command(
    ground_truth: Annotated[Path, typer.Option(help="Folder of wider_face_val.mat and the three subsets.")],
    images: Annotated[Path | None, typer.Option(help="Folder of the validation pictures.")] = None,
    only: Annotated[Path | None, typer.Option(help="Text file with one picture name a line.")] = None,
    detector: Detector = "",
    gan: Gan = "",
    refine: Refine = True,
    budget: Budget = 600,
    thorough: Thorough = False,
    device: Device = "auto",
    predictions: Predictions = None,
    write_predictions: WritePredictions = None,
    compare: Annotated[
        Path | None, typer.Option(help="Submission folder to compare with, paired by picture.")
    ] = None,
    rounds: Annotated[int, typer.Option(help="Resamplings for the intervals; 0 for none.", min=0)] = 1000,
    seed: Annotated[int, typer.Option(help="Of the resampling.")] = 0,
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """WIDER FACE: average precision easy, medium and hard, and by face height, by the official protocol."""
    from tinyface_core.datasets.wider import read_wider
    from tinyface_core.evaluation.submission import read_submission, write_submission
    from tinyface_core.evaluation.wider import compare_wider, evaluate_wider, read_ground_truth

    with _plain_errors():
        truth = read_ground_truth(ground_truth)
        names = _read_names(only)
        run = None
        if predictions is not None:
            found = read_submission(predictions)
        elif images is not None:
            pictures = read_wider(images, ground_truth / "wider_face_val.mat", names)
            run = _search(pictures, detector, gan, refine, budget, thorough, device)
            found = run.predictions
        else:
            raise ValueError(
                "Give --images to search them, or --predictions to measure what was found before."
            )
        if write_predictions is not None:
            write_submission(write_predictions, found)
        # Names asked for whose picture is not here cannot have been searched; predictions tell which were.
        measured = names if run is None else list(found)
        report = evaluate_wider(found, truth, measured, rounds, seed)
        differences = {}
        if compare is not None:
            base = read_submission(compare)
            differences = compare_wider(
                base, found, truth, list(base.keys() & found.keys()), max(rounds, 1), seed
            )
        document = report.as_json() | _timing(run) | {"difference": _difference_json(differences)}
        if output is not None:
            _write_wider(output, report, document)
    if as_json:
        typer.echo(json.dumps(document, indent=2))
    else:
        _print_wider(report, run, differences)


def _write_wider(output: Path, report: WiderReport, document: Mapping[str, object]) -> None:
    from tinyface_core.evaluation.curves import draw_curves, write_curve_csv

    _write_json(output / "wider.json", document)
    for name, result in report.subsets.items():
        columns = {"recall": result.curve.x, "precision": result.curve.y}
        write_curve_csv(output / f"wider_{name}.csv", columns)
    curves = {f"{name} (AP {result.ap:.3f})": result.curve for name, result in report.subsets.items()}
    title = "WIDER FACE validation" + (f", {report.pictures} pictures" if report.is_subset else "")
    _draw(lambda: draw_curves(_figures(output, "wider"), curves, title, "Recall", "Precision"))


def _print_wider(
    report: WiderReport, run: PredictionRun | None, differences: Mapping[str, Difference]
) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table("subset", "AP", "95 % interval", "faces", title="WIDER FACE")
    for name, result in report.subsets.items():
        bounds = "" if result.interval is None else f"{result.interval.low:.3f} - {result.interval.high:.3f}"
        table.add_row(name, f"{result.ap:.4f}", bounds, str(result.faces))
    console.print(table)
    heights = Table("height in px", "AP", "recall at 1 FP a picture", "faces", title="By face height")
    for name, band in report.heights.items():
        heights.add_row(name, f"{band.ap:.4f}", f"{band.recall:.4f}", str(band.faces))
    console.print(heights)
    for name, d in differences.items():
        console.print(
            f"{name}: {d.value:+.4f} AP ({d.interval.low:+.4f} to {d.interval.high:+.4f}), "
            f"better in {d.share_above_zero:.1%} of the resamplings"
        )
    console.print(report.remark)
    if report.missing:
        console.print(f"{report.missing} pictures have no predictions and count as nothing found.")
    if run is not None:
        console.print(f"{run.milliseconds.mean():.0f} ms a picture.")


def _search(
    pictures: list[AnnotatedPicture],
    detector: str,
    gan: str,
    refine: bool,
    budget: int,
    thorough: bool,
    device: str,
) -> PredictionRun:
    from tinyface_core.evaluation.prediction import predict
    from tinyface_core.finder import FinderSettings, build_finder

    settings = FinderSettings(refine=refine, refine_budget=budget)
    finder = build_finder(detector, gan, device, settings, thorough)
    with _progress("Searching") as progress:
        return predict(finder, pictures, progress=progress)


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the error stream, so that --json output stays clean."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(label)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """One sentence on the error stream instead of a traceback for what the user can put right."""
    try:
        yield
    except (OSError, ValueError, LookupError) as error:
        typer.secho(str(error), err=True, fg="red")
        raise typer.Exit(1) from error


def _draw(draw: Callable[[], None]) -> None:
    if find_spec("matplotlib"):
        draw()
    else:
        typer.echo(
            "No pictures of the curves: install matplotlib (the `evaluation` extra) to get them.", err=True
        )


def _figures(output: Path, stem: str) -> list[Path]:
    return [output / f"{stem}.svg", output / f"{stem}.png"]


def _write_json(path: Path, document: Mapping[str, object]) -> None:
    with replacing(path) as part:
        part.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def _read_names(only: Path | None) -> list[str] | None:
    if only is None:
        return None
    return [line.strip() for line in only.read_text(encoding="utf-8").splitlines() if line.strip()]


def _timing(run: PredictionRun | None) -> dict[str, object]:
    if run is None:
        return {}
    return {"milliseconds_per_picture": float(run.milliseconds.mean())}


def _difference_json(differences: Mapping[str, Difference]) -> dict[str, object]:
    return {
        name: {
            "ap": d.value,
            "interval": [d.interval.low, d.interval.high],
            "share_above_zero": d.share_above_zero,
        }
        for name, d in differences.items()
    }


if __name__ == "__main__":
    evaluate_app()
