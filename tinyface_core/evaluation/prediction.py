"""Runs a finder on annotated pictures and collects its predictions."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinyface_core.datasets.annotations import AnnotatedPicture, TellUnreadable, to_pixel_numbers, with_pixels
from tinyface_core.types import CancelToken, Detections, Finder, Frame, UserError, stop_if_asked


@dataclass(frozen=True, slots=True)
class PredictionRun:
    """Predictions of a finder.

    Attributes:
        predictions: by picture name, rows `(N, 5)` of `protocol_rows`.
        milliseconds: `(P,)` duration of the search in each picture, without reading it.
        processor_milliseconds: `(P,)` processor time of all cores, which other programs do not influence. Empty for
            searches on a cluster.
    """

    predictions: dict[str, NDArray[np.float64]]
    milliseconds: NDArray[np.float64]
    processor_milliseconds: NDArray[np.float64]


def predict(
    finder: Finder,
    pictures: Sequence[AnnotatedPicture],
    cancel: CancelToken | None = None,
    progress: Callable[[int, int], None] | None = None,
    unreadable: TellUnreadable | None = None,
) -> PredictionRun:
    """Find the faces of every picture; unreadable pictures have no predictions. `progress(done, total)` follows each.

    Raises:
        UserError: if no picture can be read, or if one cannot and `unreadable` is None.
    """
    predictions, milliseconds, processor = {}, [], []
    for number, (picture, pixels) in enumerate(with_pixels(pictures, unreadable)):
        stop_if_asked(cancel, "The evaluation was cancelled.")
        frame = Frame(pixels, str(picture.path))
        start, start_processor = time.perf_counter(), time.process_time()
        result = finder.find(frame, cancel)
        milliseconds.append((time.perf_counter() - start) * 1000)
        processor.append((time.process_time() - start_processor) * 1000)
        predictions[picture.name] = protocol_rows(result.faces)
        if progress is not None:
            progress(number + 1, len(pictures))
    if pictures and not predictions:
        raise UserError(f"None of the {len(pictures)} pictures can be read: choose others.")
    return PredictionRun(predictions, np.array(milliseconds), np.array(processor))


def protocol_rows(faces: Detections) -> NDArray[np.float64]:
    """Faces as rows `(N, 5)` of x, y, width, height and score in coordinates of the protocols (`PIXEL_CENTRE`)."""
    return np.column_stack([to_pixel_numbers(faces.boxes), faces.scores])
