"""Milliseconds a picture of our searches, in turns, as ratios to RetinaFace-MobileNet0.25 on the same pictures.

    python -m benchmarks.search_speed VAL --threads 2
    python -m benchmarks.search_speed VAL --threads 1 --backend torch --precision float32
    python -m benchmarks.search_speed VAL --threads 2 --beside 1
    python -m benchmarks.search_speed VAL --beside 3 --at-once 2

A turn is all pictures one after the other, as in use. Of each picture the quickest turn counts, so that what else runs
on the machine counts less. With `--beside` each turn is done a second time beside so many busy processes. With
`--at-once 2` two pictures are searched at the same time, as in searches of folders; then the whole turn is measured.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import product
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from tinyface_core.backends.choice import processor_name
from tinyface_core.detector.registry import standard_detectors
from tinyface_core.media.images import load_image
from tinyface_core.runtime import Runtime
from tinyface_core.search.finder import build_finder
from tinyface_core.search.proposals import propose
from tinyface_core.search.tiling import Copies
from tinyface_core.search_settings import Effort, SearchSettings
from tinyface_core.types import Frame

REFERENCE = "retinaface-mobilenet0.25"
INSTRUCTIONS = ("avx2", "avx512f", "avx_vnni", "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16")

_LESS: dict[str, dict[str, bool]] = {
    ", MB-FCN alone": {"second_detector": False, "second_stage": False},
    ", without second stage": {"second_stage": False},
    "": {},
}
"""Changes of the settings of an effort, by their names in the table."""

_SPIN = "import os\nos.sched_setaffinity(0, range(os.cpu_count()))\nwhile True: pass"

Search = Callable[[Frame], object]


def main(
    images: Annotated[Path, typer.Argument(help="Folder of pictures.")],
    limit: Annotated[int, typer.Option(help="At most so many pictures, spread over the folder.", min=1)] = 8,
    turns: Annotated[int, typer.Option(help="How often every search has its turn.", min=1)] = 5,
    threads: Annotated[int, typer.Option(help="The process is confined to so many processors; 0 for all.", min=0)] = 0,
    backend: Annotated[str, typer.Option(help="auto, torch, onnxruntime or openvino.")] = "auto",
    precision: Annotated[str, typer.Option(help="auto, float32, int8 or, with torch, bfloat16.")] = "auto",
    beside: Annotated[int, typer.Option(help="Measure beside so many busy processes, too.", min=0)] = 0,
    at_once: Annotated[int, typer.Option(help="How many pictures are searched at the same time.", min=1)] = 1,
) -> None:
    """Print a Markdown table."""
    if threads:  # before any library counts the processors
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    files = sorted(images.iterdir())
    frames = [load_image(file) for file in files[:: -(-len(files) // limit)]]
    wanted = partial(SearchSettings.of, device="cpu", backend=backend, precision=precision)
    reference = standard_detectors().make(REFERENCE, Runtime("cpu"))
    searches: dict[str, Search] = {REFERENCE: lambda frame: propose(reference, Copies(frame.pixels))}
    used = ""
    for effort, (less, changes) in product(Effort, _LESS.items()):
        if changes and effort is Effort.FAST:  # that has neither
            continue
        finder = build_finder(wanted(effort, **changes))
        used = f"{finder.settings.backend} {finder.settings.precision}"
        searches[f"{effort}{less}"] = finder.find
    quiet, busy = _in_turns(searches, frames, turns, beside, at_once)
    print(f"{processor_name()}, {_instructions()}; {threads or os.cpu_count()} threads; {used}\n")
    heads = [f"{len(frames)} pictures, {turns} turns", "ms", f"times {REFERENCE}"]
    heads += [f"ms beside {beside}", "times alone"] if beside else []
    print(f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}")
    for row, name in enumerate(searches):
        cells = [name, f"{quiet[row]:.0f}", f"{quiet[row] / quiet[0]:.2f}"]
        cells += [f"{busy[row]:.0f}", f"{busy[row] / quiet[row]:.2f}"] if beside else []
        print(f"| {' | '.join(cells)} |")


def _in_turns(
    searches: dict[str, Search], frames: list[Frame], turns: int, beside: int, at_once: int
) -> tuple[np.ndarray, np.ndarray]:
    """Milliseconds a picture `(S,)` of each search: alone, the quickest turn; beside others, the middle one."""
    quiet, busy = np.zeros((2, len(searches), turns, len(frames)))
    for turn in range(turns):
        for row, search in enumerate(searches.values()):
            search(frames[0])  # the first search sets things up
            quiet[row, turn] = _turn(search, frames, at_once)
            if beside:
                with _busy(beside):
                    busy[row, turn] = _turn(search, frames, at_once)
    return quiet.min(axis=1).mean(axis=1), np.median(busy, axis=1).mean(axis=1)


def _turn(search: Search, frames: list[Frame], at_once: int) -> list[float]:
    """Milliseconds of each picture; of several at once, those of all divided by their number."""
    if at_once == 1:
        return [_milliseconds(partial(search, frame)) for frame in frames]
    with ThreadPoolExecutor(at_once) as pool:
        return [_milliseconds(lambda: list(pool.map(search, frames))) / len(frames)] * len(frames)


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


@contextmanager
def _busy(count: int) -> Iterator[None]:
    """So many other processes that do nothing but compute, on any of the processors."""
    others = [subprocess.Popen([sys.executable, "-c", _SPIN]) for _ in range(count)]
    time.sleep(0.5)
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def _instructions() -> str:
    """Which of the instructions that matter the processor has, where the system tells."""
    file = Path("/proc/cpuinfo")
    flags = set(file.read_text().split()) if file.exists() else set()
    return ", ".join(name for name in INSTRUCTIONS if name in flags) or "instruction sets not known"


if __name__ == "__main__":
    typer.run(main)
