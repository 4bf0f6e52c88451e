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
    observer: Observer,
) -> PredictionRun:
    """As `predict`, on a Ray cluster, without processor times; see `scan_into_parts`.

    All machines must see the pictures under the same paths; those in existing parts of the folder are not searched
    again.

    Raises:
        UserError: if the workers cannot search, another scan writes there, or no picture can be read.
        PartError: if a part is damaged.
    """
    names = {str(absolute(picture.path)): picture.name for picture in pictures}
    scan_into_parts(ScanOrder(list(map(Path, names))), parts, make_search, observer, least_score=0.0)
    predictions, milliseconds = {}, {}
    for found in (found for part in parts_in(parts) for found in read_part(part)):
        if (name := names.get(found.file.path)) is not None and found.results:
            (result,) = found.results
            predictions[name] = protocol_rows(result.faces)
            milliseconds[name] = sum(result.timings.values()) * 1000
    if pictures and not predictions:
        raise UserError(f"None of the {len(pictures)} pictures can be read: choose others.")
    return PredictionRun(predictions, np.array(list(milliseconds.values())), np.array([]))
