"""What `tinyface find FOLDER` and `tinyface scan` lose against the search alone: prints a table.

In turns, in one process: the search of pictures that are decoded already, and both commands over a folder of them. A
command's time for one picture is taken off that for all, so that loading the networks does not count.

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
from collections.abc import Callable
from pathlib import Path

from tinyface_core.commands.app import app
from tinyface_core.media.images import load_image
from tinyface_core.media.sources import list_media
from tinyface_core.search.finder import build_finder
from tinyface_core.types import SearchSettings


def seconds(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def run(*arguments: object) -> None:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        app([str(argument) for argument in arguments], standalone_mode=False)


def found(folder: Path, scratch: Path) -> None:
    run("find", folder, "--no-sheets", "--output", scratch / "output")  # a single photo would get one


def scanned(folder: Path, scratch: Path) -> None:
    run("scan", folder, "--project", scratch / "case.tinyface")


def command_seconds(command: Callable[[Path, Path], None], all_photos: Path, one_photo: Path) -> float:
    """What all photos but one take."""
    taken = []
    for folder in (one_photo, all_photos):
        with tempfile.TemporaryDirectory() as scratch:
            taken.append(seconds(lambda folder=folder, scratch=scratch: command(folder, Path(scratch))))  # type: ignore[misc]
    return taken[1] - taken[0]


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
        stages: dict[str, Callable[[], float]] = {
            "decoding alone": lambda: seconds(lambda: [load_image(photo) for photo in sources[1:]]),
            "search alone": lambda: seconds(lambda: [finder.find(frame) for frame in frames[1:]]),
            "tinyface find": lambda: command_seconds(found, all_photos, one_photo),
            "tinyface scan": lambda: command_seconds(scanned, all_photos, one_photo),
        }
        taken: dict[str, list[float]] = {name: [] for name in stages}
        for _ in range(options.rounds):
            for name, stage in stages.items():
                taken[name].append(stage())
    print(f"{len(sources) - 1} pictures, {options.rounds} rounds; rate against the search alone in the same round")
    for name, each in taken.items():
        ratios = [alone / seconds for alone, seconds in zip(taken["search alone"], each, strict=True)]
        rate = (len(sources) - 1) / statistics.median(each)
        spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        print(f"{name:16} {rate:6.1f} pictures a second, {spread}")


if __name__ == "__main__":
    main()
