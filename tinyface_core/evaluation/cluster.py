"""Searches annotated pictures on a Ray cluster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.evaluation.prediction import PredictionRun, protocol_rows
from tinyface_core.files import absolute
from tinyface_core.project.parts import parts_in, read_part
from tinyface_core.search.cluster import Search, scan_into_parts
from tinyface_core.search.scan import Observer, ScanOrder
from tinyface_core.types import UserError


def predict_on_cluster(
    make_search: Callable[[], Search],
    pictures: Sequence[AnnotatedPicture],
    parts: Path,
    observer: Observer | None = None,
    workers: int | None = None,
) -> PredictionRun:
    """As `predict`, on a Ray cluster; see `scan_into_parts`.

    Args:
        make_search: creates the search function; called in each worker.
        pictures: to search; all machines must see them under the same paths.
        parts: folder for the parts of this measurement; pictures in existing parts are not searched again.
        observer: informed of the progress, and of pictures that cannot be read, which have no predictions.
        workers: number of workers; see `scan_into_parts`.

    Returns:
        Predictions and times, without processor times.

    Raises:
        UserError: if the workers cannot search, another scan writes there, or no picture can be read.
        PartError: if a part is damaged.
    """
    names = {str(absolute(picture.path)): picture.name for picture in pictures}
    scan_into_parts(ScanOrder(list(map(Path, names))), parts, make_search, observer, workers=workers, least_score=0.0)
    predictions, milliseconds = {}, {}
    for found in (found for part in parts_in(parts) for found in read_part(part)):
        if (name := names.get(found.file.path)) is not None and found.results:
            (result,) = found.results
            predictions[name] = protocol_rows(result.faces)
            milliseconds[name] = sum(result.timings.values()) * 1000
    if pictures and not predictions:
        raise UserError(f"None of the {len(pictures)} pictures can be read: choose others.")
    return PredictionRun(predictions, np.array(list(milliseconds.values())), np.array([]))
