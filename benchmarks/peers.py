"""Other detectors and ours on the same pictures, as one table: AP, recall of tiny faces, milliseconds, memory.

    python -m benchmarks.peers --images VAL --ground-truth LISTS --train-images TRAIN

Each detector searches the picture and a copy of twice the size, and proposes candidates to our second stage; ours also
searches as `--effort thorough` does. The peers are optional: `pip install -e '.[peers]'`; those that are not installed
are left out, and the table says so. Each row is measured in a process of its own. A run that was interrupted goes on
where it was.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from benchmarks.contenders import Contender, Measured
    from tinyface_core.datasets.annotations import AnnotatedPicture


def main(
    images: Annotated[Path, typer.Option(help="Folder of the WIDER FACE validation pictures.")],
    ground_truth: Annotated[Path, typer.Option(help="Folder of the official .mat files.")],
    only: Annotated[Path | None, typer.Option(help="Text file with one picture name a line.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many pictures, spread over the list; 0 for all.")] = 0,
    detectors: Annotated[str, typer.Option(help="Names with commas between; empty for all.")] = "",
    train_images: Annotated[Path | None, typer.Option(help="Training pictures, for the second stage's rule.")] = None,
    calibrate: Annotated[int, typer.Option(help="How many of these.", min=1)] = 40,
    output: Annotated[Path, typer.Option(help="Folder for figures and predictions.")] = Path("runs/peers"),
) -> None:
    """Measure every detector; without --train-images the rows with the second stage are left out."""
    from benchmarks.contenders import contenders
    from tinyface_core.detector.registry import standard_detectors

    names = [name for name in detectors.split(",") if name] or standard_detectors().names()
    rows = []
    for contender in contenders(names, train_images is not None):
        typer.echo(f"{contender.label} ...", err=True)
        arguments = (contender, images, ground_truth, only, limit, train_images, calibrate, output)
        with multiprocessing.get_context("spawn").Pool(1) as process:
            rows.append(process.apply(_measure, arguments))
    show(rows)
    for sentence in standard_detectors().troubles():
        typer.echo(sentence)


def show(rows: list[Measured]) -> None:
    """Print the table as Markdown."""
    from tinyface_core.evaluation.wider import SUBSETS

    print(f"| {rows[0].pictures} pictures | " + " | ".join(SUBSETS) + " | recall under 16 px | ms | CPU ms | MB |")
    print("| --- |" + " --- |" * 7)
    for row in rows:
        cells = []
        for name in SUBSETS:
            low, high = row.intervals[name]
            cells.append(f"{row.ap[name]:.3f} ({low:.3f}-{high:.3f})")
        cells += [f"{row.recall_under_16:.3f}", f"{row.milliseconds:.0f}"]
        cells += [f"{row.processor_milliseconds:.0f}", f"{row.megabytes:.0f}"]
        print(f"| {row.label} | " + " | ".join(cells) + " |")


def _measure(
    contender: Contender,
    images: Path,
    ground_truth: Path,
    only: Path | None,
    limit: int,
    train_images: Path | None,
    calibrate: int,
    output: Path,
) -> Measured:
    from benchmarks.contenders import measure_contender
    from tinyface_core.datasets.annotations import existing
    from tinyface_core.datasets.wider import read_names, read_wider
    from tinyface_core.evaluation.wider import read_ground_truth

    names = None if only is None else read_names(only)
    pictures = _spread(existing(read_wider(images, ground_truth / "wider_face_val.mat", names))[0], limit)
    calibration: list[AnnotatedPicture] = []
    if train_images is not None and contender.second_stage:
        calibration = _spread(existing(read_wider(train_images, ground_truth / "wider_face_train.mat"))[0], calibrate)
    truth = read_ground_truth(ground_truth)
    return measure_contender(contender, pictures, truth, calibration, output, progress=_dots())


def _spread(pictures: list[AnnotatedPicture], count: int) -> list[AnnotatedPicture]:
    return pictures[:: max(1, len(pictures) // count)][:count] if count else pictures


def _dots() -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        if done % 50 == 0 or done == total:
            print(f"  {done} of {total}", file=sys.stderr, flush=True)

    return progress


if __name__ == "__main__":
    typer.run(main)
