"""What `tinyface find FOLDER` and `tinyface scan` lose against the search alone: prints a table.

In turns, in one process: decoding, the search of pictures that are decoded already, and both commands over a folder of
them. A command's time for one picture is taken off that for all, so that loading the networks does not count. The time
of the processor, all cores together, depends little on what else the machine does. Beside them a loop that decodes
and runs RetinaFace-MobileNet0.25, where its package is installed (the extra "peers").

python -m benchmarks.overlap PHOTOS --pictures 16 --rounds 3
"""

from __future__ import annotations

import argparse
import contextlib
import io
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from tinyface_core.commands.app import app
from tinyface_core.detector.registry import standard_detectors
from tinyface_core.media.images import load_image
from tinyface_core.media.sources import list_media
from tinyface_core.runtime import Runtime
from tinyface_core.search.finder import build_finder
from tinyface_core.search_settings import SearchSettings


class Taken(NamedTuple):
    """Seconds by the clock, and of the processor."""

    clock: float
    processor: float


def taken_by(work: Callable[[], object]) -> Taken:
    began, processor = time.monotonic(), time.process_time()
    work()
    return Taken(time.monotonic() - began, time.process_time() - processor)


def run(*arguments: object) -> None:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        app([str(argument) for argument in arguments], standalone_mode=False)


def found(folder: Path, scratch: Path) -> None:
    run("find", folder, "--no-sheets", "--output", scratch / "output")  # a single photo would get one


def scanned(folder: Path, scratch: Path) -> None:
    run("scan", folder, "--project", scratch / "case.tinyface")


def loop_of(detector: str) -> Callable[[Sequence[Path]], None]:
    """Decodes and searches one picture after the other, with nothing round it."""
    peer = standard_detectors().make(detector, Runtime())

    def loop(photos: Sequence[Path]) -> None:
        for photo in photos:
            peer.propose(load_image(photo).pixels)

    return loop


def taken_by_command(command: Callable[[Path, Path], None], all_photos: Path, one_photo: Path) -> Taken:
    """What all photos but one take."""
    taken = []
    for folder in (one_photo, all_photos):
        with tempfile.TemporaryDirectory() as scratch:
            taken.append(taken_by(partial(command, folder, Path(scratch))))
    one, every = taken
    return Taken(every.clock - one.clock, every.processor - one.processor)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--pictures", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    listed = list(list_media([options.photos]))
    sources = listed[:: max(1, len(listed) // options.pictures)][: options.pictures]
    with tempfile.TemporaryDirectory() as scratch:
        all_photos, one_photo = Path(scratch) / "all", Path(scratch) / "one"
        for folder, photos in ((all_photos, sources), (one_photo, sources[:1])):
            folder.mkdir()
            for photo in photos:
                shutil.copy(photo, folder)
        frames = [load_image(photo) for photo in sources]
        finder = build_finder(SearchSettings())
        finder.warm_up()
        stages: dict[str, Callable[[], Taken]] = {
            "decoding alone": lambda: taken_by(lambda: [load_image(photo) for photo in sources[1:]]),
            "search alone": lambda: taken_by(lambda: [finder.find(frame) for frame in frames[1:]]),
            "tinyface find": partial(taken_by_command, found, all_photos, one_photo),
            "tinyface scan": partial(taken_by_command, scanned, all_photos, one_photo),
        }
        if find_spec("retinaface"):
            loop = loop_of("retinaface-mobilenet0.25")
            loop(sources[:1])
            stages["RetinaFace loop"] = lambda: taken_by(lambda: loop(sources[1:]))
        taken: dict[str, list[Taken]] = {name: [] for name in stages}
        for _ in range(options.rounds):
            for name, stage in stages.items():
                taken[name].append(stage())
    count = len(sources) - 1
    print(f"{count} pictures, {options.rounds} rounds; rate against the search alone in the same round")
    for name, each in taken.items():
        ratios = [alone.clock / one.clock for alone, one in zip(taken["search alone"], each, strict=True)]
        rate = count / statistics.median(one.clock for one in each)
        processor = statistics.median(one.processor for one in each) / count * 1000
        spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        print(f"{name:15} {rate:6.1f} pictures a second, {processor:6.1f} ms of the processor each, {spread}")


if __name__ == "__main__":
    main()
