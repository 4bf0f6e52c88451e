"""`tinyface evaluate`: the standard benchmarks, one command each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinyface_core.commands.failures import Failures, existing_pictures
from tinyface_core.commands.options import Device, searches, split_names
from tinyface_core.commands.progress import shown_progress
from tinyface_core.files import check_writable
from tinyface_core.runtime import Runtime
from tinyface_core.search_settings import SearchSettings
from tinyface_core.types import CropBatch, UserError

if TYPE_CHECKING:
    from tinyface_core.datasets.annotations import AnnotatedPicture
    from tinyface_core.evaluation.bootstrap import Difference
    from tinyface_core.evaluation.prediction import PredictionRun
    from tinyface_core.evaluation.similarity import Measure

evaluate_app = typer.Typer(help="Measure a detector or the upscalers as the field does.", no_args_is_help=True)

Predictions = Annotated[Path | None, typer.Option(help="Measure this submission folder; nothing is searched.")]
WritePredictions = Annotated[Path | None, typer.Option(help="Write the predictions here, in the official form.")]
Output = Annotated[Path | None, typer.Option(help="Folder for the report as JSON and the curves as CSV, SVG and PNG.")]
Images = Annotated[Path, typer.Option(help="Folder of the pictures.")]
Annotations = Annotated[Path, typer.Option(help="File (coco, wider) or folder (yolo, voc, fddb, wider).")]
Limit = Annotated[int, typer.Option(help="At most so many pictures, spread over the list; 0 for all.", min=0)]
Kind = Annotated[str, typer.Option(help="coco, yolo, voc, fddb, wider or another form that `tinyface parts` lists.")]
Rounds = Annotated[int, typer.Option(help="Resamplings for the intervals; 0 for none.", min=0)]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


@evaluate_app.command("wider")
@searches
def wider_command(
    ground_truth: Annotated[Path, typer.Option(help="Folder of wider_face_val.mat and the three subsets.")],
    images: Annotated[Path | None, typer.Option(help="Folder of the validation pictures.")] = None,
    only: Annotated[Path | None, typer.Option(help="Text file with one picture name a line.")] = None,
    predictions: Predictions = None,
    write_predictions: WritePredictions = None,
    compare: Annotated[Path | None, typer.Option(help="Submission folder to compare with, paired by picture.")] = None,
    rounds: Rounds = 1000,
    seed: Annotated[int, typer.Option(help="Of the resampling.")] = 0,
    output: Output = None,
    as_json: AsJson = False,
    parts: Annotated[
        Path | None,
        typer.Option(help="Search on the cluster that Ray is connected to; its workers leave what they find here."),
    ] = None,
    *,
    settings: SearchSettings,
) -> None:
    """WIDER FACE: average precision easy, medium and hard, and by face height, by the official protocol."""
    from tinyface_core.commands.evaluate_tables import print_wider
    from tinyface_core.datasets.annotations import Oddities, existing
    from tinyface_core.datasets.wider import read_names, read_wider, wider_names
    from tinyface_core.evaluation.report_files import write_wider_report
    from tinyface_core.evaluation.submission import read_submission, write_submission
    from tinyface_core.evaluation.wider import compare_wider, evaluate_wider, read_ground_truth

    truth = read_ground_truth(ground_truth)
    listed = [picture.name for picture in truth.pictures]
    names = None if only is None else wider_names(read_names(only), listed)
    run, failures, oddities = None, Failures(), Oddities()
    for folder in (output, write_predictions):
        if folder is not None:
            check_writable(folder)
    if predictions is not None:
        found = read_submission(predictions)
        found = found if names is None else {name: rows for name, rows in found.items() if name in names}
    elif images is not None:
        pictures, oddities = existing(read_wider(images, ground_truth / "wider_face_val.mat", names))
        run = _search(pictures, settings, failures, parts)
        found = run.predictions
    else:
        raise UserError("Give --images to search them, or --predictions to measure what was found before.")
    if write_predictions is not None:
        write_submission(write_predictions, found)
    # Requested pictures whose files are missing were not searched and do not count.
    measured = names if run is None else found.keys()
    report = replace(evaluate_wider(found, truth, measured, rounds, seed), oddities=oddities)
    differences = {}
    if compare is not None:
        base = read_submission(compare)
        differences = compare_wider(base, found, truth, max(rounds, 1), seed)
    document = report.as_json() | _timing(run) | {"difference": _difference_json(differences)}
    if output is not None:
        _tell(write_wider_report(output, report, document))
    _show(as_json, document, partial(print_wider, report, run, differences))
    failures.end(len(found) + failures.count)


@evaluate_app.command("folder")
@searches
def folder_command(
    images: Images,
    annotations: Annotations,
    kind: Kind = "coco",
    limit: Limit = 0,
    rounds: Rounds = 1000,
    output: Output = None,
    as_json: AsJson = False,
    *,
    settings: SearchSettings,
) -> None:
    """Your own annotated pictures: the figures of WIDER FACE over all their faces, and by face height."""
    from tinyface_core.commands.evaluate_tables import print_wider
    from tinyface_core.evaluation.annotated import measure_finder, open_annotated
    from tinyface_core.evaluation.report_files import write_wider_report
    from tinyface_core.search.finder import build_finder

    annotated = open_annotated(kind, images, annotations).spread(limit)
    finder = build_finder(settings)
    failures = Failures()
    if output is not None:
        check_writable(output)
    with shown_progress() as progress:
        report, run = measure_finder(finder, annotated, rounds, None, progress, failures.add)
    document = report.as_json() | _timing(run)
    if output is not None:
        _tell(write_wider_report(output, report, document, str(images)))
    _show(as_json, document, partial(print_wider, report, run, {}, str(images)))
    failures.end(len(annotated.pictures))


@evaluate_app.command("robustness")
@searches
def robustness_command(
    images: Images,
    annotations: Annotations,
    kind: Kind = "coco",
    conditions: Annotated[str, typer.Option(help="Names with commas between; empty for all.")] = "",
    limit: Limit = 0,
    rounds: Rounds = 1000,
    seed: Annotated[int, typer.Option(help="Of noise, directions and resampling.")] = 0,
    output: Output = None,
    as_json: AsJson = False,
    *,
    settings: SearchSettings,
) -> None:
    """Grey, dark, noisy, blurred, compressed, tilted, turned, squeezed: what a detector loses, at three strengths."""
    from tinyface_core.commands.evaluate_tables import print_robustness
    from tinyface_core.evaluation.annotated import open_annotated
    from tinyface_core.evaluation.report_files import write_robustness_report
    from tinyface_core.evaluation.robustness import chosen_conditions, measure_robustness
    from tinyface_core.search.finder import build_finder

    chosen = chosen_conditions(split_names(conditions))
    annotated = open_annotated(kind, images, annotations).spread(limit)
    _tell(" ".join(annotated.oddities.sentences))
    finder, failures = build_finder(settings), Failures()
    with shown_progress() as progress:
        results = list(measure_robustness(finder, annotated, chosen, rounds, seed, None, progress, failures.add))
    if output is not None:
        _tell(write_robustness_report(output, results))
    document = [result.as_json() for result in results]
    _show(as_json, document, partial(print_robustness, results))
    failures.end(len(annotated.pictures))


@evaluate_app.command("alarms")
@searches
def alarms_command(
    pictures: Annotated[Path, typer.Argument(help="Folder of pictures without faces; its subfolders are their kinds.")],
    as_json: AsJson = False,
    *,
    settings: SearchSettings,
) -> None:
    """Count false alarms in pictures without faces, by kind of picture."""
    from tinyface_core.commands.evaluate_tables import print_alarms
    from tinyface_core.evaluation.alarms import count_alarms, pictures_by_kind
    from tinyface_core.search.finder import build_finder

    listed, failures = pictures_by_kind(pictures), Failures()
    finder = build_finder(settings)
    with shown_progress() as progress:
        alarms = list(count_alarms(finder, listed, progress=progress, unreadable=failures.add))
    _show(as_json, [asdict(kind) for kind in alarms], partial(print_alarms, alarms))
    failures.end(sum(map(len, listed.values())))


@evaluate_app.command("fddb")
@searches
def fddb_command(
    folds: Annotated[Path, typer.Option(help="Folder of the FDDB-fold-XX-ellipseList.txt files.")],
    images: Annotated[Path | None, typer.Option(help="Folder that holds 2002/ and 2003/.")] = None,
    predictions: Annotated[
        Path | None, typer.Option(help="Official detection text, or folder of the ten; nothing is searched.")
    ] = None,
    output: Output = None,
    as_json: AsJson = False,
    *,
    settings: SearchSettings,
) -> None:
    """FDDB: discrete and continuous ROC, true-positive rates at given numbers of false positives."""
    from tinyface_core.commands.evaluate_tables import print_fddb
    from tinyface_core.datasets.fddb import read_fddb, read_fddb_ellipses
    from tinyface_core.evaluation.fddb import evaluate_fddb, read_fddb_detections, write_fddb_detections
    from tinyface_core.evaluation.report_files import write_fddb_report

    run, failures = None, Failures()
    if output is not None:
        check_writable(output)
    if predictions is not None:
        found = read_fddb_detections(predictions)
    elif images is not None:
        run = _search(existing_pictures(read_fddb(images, folds)), settings, failures)
        found = run.predictions
    else:
        raise UserError("Give --images to search them, or --predictions to measure what was found before.")
    faces = read_fddb_ellipses(folds)
    report = evaluate_fddb(found, faces)
    document = report.as_json() | _timing(run)
    if output is not None:
        _tell(write_fddb_report(output, report, document))
        write_fddb_detections(output, found, faces)
    _show(as_json, document, partial(print_fddb, report, run))
    failures.end(len(found) + failures.count)


@evaluate_app.command("restoration")
def restoration_command(
    images: Annotated[Path, typer.Option(help="Folder of pictures that no upscaler was trained on.")],
    ground_truth: Annotated[Path, typer.Option(help="wider_face_val.mat or wider_face_val_bbx_gt.txt.")],
    upscalers: Annotated[str, typer.Option(help="Names with commas between; empty for all.")] = "",
    detector: Annotated[str, typer.Option(help="Detector that looks for the enlarged faces; empty for none.")] = "",
    measures: Annotated[str, typer.Option(help="Names with commas between; empty for all that can be had.")] = "",
    limit: Annotated[int, typer.Option(help="At most so many faces; 0 for all.", min=0)] = 0,
    photos: Annotated[
        bool, typer.Option(help="Reduce them as photos show small faces: blurred, noisy, compressed.")
    ] = False,
    guessed: Annotated[
        int, typer.Option(help="Of so many faces, compare how far they are guessed with the true error.", min=0)
    ] = 0,
    seed: Annotated[int, typer.Option(help="Draws the faces.")] = 0,
    device: Device = "auto",
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Likeness, sharpness and faithfulness of upscalers: held-out faces of 64 pixels, reduced to 16 and enlarged."""
    from tinyface_core.commands.evaluate_tables import print_restoration
    from tinyface_core.datasets.wider import read_wider
    from tinyface_core.detector.registry import standard_detectors
    from tinyface_core.evaluation.picture_sets import reduce_crops
    from tinyface_core.evaluation.restoration import (
        contact_sheet,
        evaluate_upscaler,
        found_faces,
        held_out_faces,
        photo_crops,
    )
    from tinyface_core.files import write_json
    from tinyface_core.upscalers.registry import standard_upscalers

    registry = standard_upscalers()
    names = split_names(upscalers) or registry.names()
    finder = standard_detectors().make(detector, Runtime(device)) if detector else None
    pictures = existing_pictures(read_wider(images, ground_truth))
    reduce, failures = photo_crops if photos else reduce_crops, Failures()
    faces = held_out_faces(pictures, limit=limit or None, seed=seed, reduce=reduce, unreadable=failures.add)
    chosen, remarks = _measures(measures, faces.high[:1])
    results, enlarged = [], {}
    with shown_progress() as progress:
        for number, name in enumerate(names):
            result, enlarged[name] = evaluate_upscaler(
                registry.make(name, device), faces, chosen, finder, guessed=guessed
            )
            results.append(result)
            progress("Enlarging", number + 1, len(names))
    real = None if finder is None else float(found_faces(finder, faces.high, faces.boxes).mean())
    document = {
        "faces": len(faces.high),
        "reduced_as_photos": photos,
        "real_faces_found": real,
        "upscalers": [asdict(result) for result in results],
        "remarks": remarks,
    }
    if output is not None:
        write_json(output / "restoration.json", document)
        contact_sheet(output / "restoration.png", faces, enlarged)
    table = partial(print_restoration, results, chosen, len(faces.high), photos, real, remarks)
    _show(as_json, document, table)
    failures.end(len(pictures))


def _measures(names: str, crops: CropBatch) -> tuple[list[Measure], list[str]]:
    """The requested measures; without a request all available ones, and one sentence for each that is not."""
    from tinyface_core.evaluation.similarity import MEASURES, MeasureUnavailableError

    asked = split_names(names)
    unknown = [name for name in asked if name not in MEASURES]
    if unknown:
        raise UserError(f"There is no measure {unknown[0]}; known: {', '.join(MEASURES)}.")
    chosen, remarks = [], []
    for measure in (MEASURES[name] for name in asked or MEASURES):
        try:
            measure.compare(crops, crops)  # downloads networks before the long work begins
            chosen.append(measure)
        except MeasureUnavailableError as error:
            if asked:
                raise
            remarks.append(str(error))
    return chosen, remarks


def _search(
    pictures: list[AnnotatedPicture], settings: SearchSettings, failures: Failures, parts: Path | None = None
) -> PredictionRun:
    if parts is not None:
        return _search_on_cluster(pictures, settings, failures, parts)
    from tinyface_core.evaluation.prediction import predict
    from tinyface_core.search.finder import build_finder

    finder = build_finder(settings)
    with shown_progress() as progress:
        return predict(finder, pictures, progress=partial(progress, "Searching"), unreadable=failures.add)


def _search_on_cluster(
    pictures: list[AnnotatedPicture], settings: SearchSettings, failures: Failures, parts: Path
) -> PredictionRun:
    from tinyface_core.commands.scan import scan_observer, search_by
    from tinyface_core.evaluation.cluster import predict_on_cluster

    with shown_progress() as progress:
        return predict_on_cluster(partial(search_by, settings), pictures, parts, scan_observer(progress, failures))


def _show(as_json: bool, document: object, print_table: Callable[[], None]) -> None:
    """Print a report as JSON or as a table."""
    if as_json:
        typer.echo(json.dumps(document, indent=2))
    else:
        print_table()


def _tell(remark: str) -> None:
    if remark:
        typer.echo(remark, err=True)


def _timing(run: PredictionRun | None) -> dict[str, object]:
    if run is None:
        return {}
    processor = run.processor_milliseconds
    return {
        "milliseconds_per_picture": float(run.milliseconds.mean()),
        "processor_milliseconds_per_picture": float(processor.mean()) if len(processor) else None,
    }


def _difference_json(differences: Mapping[str, Difference]) -> dict[str, object]:
    return {
        name: {
            "ap": d.value,
            "interval": [d.interval.low, d.interval.high],
            "share_above_zero": d.share_above_zero,
        }
        for name, d in differences.items()
    }
