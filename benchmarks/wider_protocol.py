"""How long the WIDER FACE protocol takes on a set of the benchmark's size, and that it is linear in the pictures.

python -m benchmarks.wider_protocol
"""

from __future__ import annotations

import time

import numpy as np

from tinyface_core.datasets.wider import WiderFaces
from tinyface_core.evaluation.wider import SUBSETS, WiderGroundTruth, evaluate_wider

PICTURES, FACES, BOXES = 3226, 12, 600
"""As in the validation set: 39,708 faces in 3,226 pictures; and the paper's candidates a picture."""


def main() -> None:
    """Measure a quarter, a half and the whole of the set, without intervals and with those of 1,000 resamplings."""
    print("| pictures | boxes | seconds | ms a picture | seconds with intervals |")
    print("| --- | --- | --- | --- | --- |")
    for count in (PICTURES // 4, PICTURES // 2, PICTURES):
        truth, predictions = _made_up(count)
        plain, whole = (_seconds(truth, predictions, rounds) for rounds in (0, 1000))
        print(f"| {count} | {count * BOXES} | {plain:.1f} | {plain / count * 1000:.2f} | {whole:.1f} |", flush=True)


def _made_up(count: int) -> tuple[WiderGroundTruth, dict[str, np.ndarray]]:
    rng = np.random.default_rng(0)
    pictures, predictions, masks = [], {}, []
    for number in range(count):
        boxes = rng.uniform(1, 900, (FACES, 4))
        pictures.append(WiderFaces(f"0--A/{number}", boxes, np.zeros(FACES, bool)))
        masks.append(np.ones(FACES, bool))
        predictions[f"0--A/{number}"] = np.column_stack([rng.uniform(1, 900, (BOXES, 4)), rng.uniform(0, 1, BOXES)])
    return WiderGroundTruth(tuple(pictures), dict.fromkeys(SUBSETS, tuple(masks)), count), predictions


def _seconds(truth: WiderGroundTruth, predictions: dict[str, np.ndarray], rounds: int) -> float:
    """Processor time, so that other programs on the machine do not count."""
    start = time.process_time()
    evaluate_wider(predictions, truth, rounds=rounds)
    return time.process_time() - start


if __name__ == "__main__":
    main()
