"""Milliseconds a picture of detectors, in turns, and the ratio to the first of them.

    python benchmarks/detector_speed.py VAL --detectors retinaface-mobilenet0.25,detector-desktop

Each also searches thoroughly: ours its pyramid, the others a copy of twice the size. A turn is all pictures one after
the other, as in use: the threads of one library go on waiting for work for a while, at the cost of the next detector.
The machine should do nothing else meanwhile.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from tinyface_core.detector.one_by_one import PyramidDetector
from tinyface_core.detector.peers import PEERS
from tinyface_core.detector.pyramid import PyramidLevel
from tinyface_core.detector.registry import Detector, standard_detectors
from tinyface_core.media.images import load_image


def main(
    images: Annotated[Path, typer.Argument(help="Folder of pictures.")],
    detectors: Annotated[str, typer.Option(help="Names with commas between; empty for all.")] = "",
    limit: Annotated[int, typer.Option(help="At most so many pictures, spread over the folder.", min=1)] = 20,
    turns: Annotated[int, typer.Option(help="How often every detector has its turn.", min=1)] = 3,
) -> None:
    """Print a Markdown table."""
    files = sorted(images.iterdir())
    pictures = [load_image(file).pixels for file in files[:: -(-len(files) // limit)]]
    names = [name for name in detectors.split(",") if name] or standard_detectors().names()
    rows = [(name, standard_detectors().load(name, "cpu")) for name in names]
    rows += [(f"{name}, thorough", _thorough(name)) for name in names]
    seconds = np.zeros((len(rows), turns * len(pictures)))
    for turn in range(turns):
        for row, (_, detector) in enumerate(rows):
            detector.propose(pictures[:1])  # the first search sets things up
            for place, picture in enumerate(pictures, turn * len(pictures)):
                start = time.perf_counter()
                detector.propose([picture])
                seconds[row, place] = time.perf_counter() - start
    print(f"| {len(pictures)} pictures, {turns} turns | ms, mean | ms, median | ratio of means |")
    print("| --- | --- | --- | --- |")
    for (label, _), taken in zip(rows, seconds, strict=True):
        mean, median = taken.mean() * 1000, np.median(taken) * 1000
        print(f"| {label} | {mean:.0f} | {median:.0f} | {taken.mean() / seconds[0].mean():.2f} |")


def _thorough(name: str) -> Detector:
    if any(peer.name == name for peer in PEERS):
        return PyramidDetector(standard_detectors().load(name, "cpu"), (PyramidLevel(2.0),))
    return standard_detectors(thorough=True).load(name, "cpu")


if __name__ == "__main__":
    typer.run(main)
