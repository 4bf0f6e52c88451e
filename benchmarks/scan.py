"""What a scan of many pictures costs beside the search, and whether it survives being killed: prints a table.

Pictures are made of photos at hand by cutting, re-encoding and resizing them: of each cut there is one file, a copy of
it, one of a lower quality and a smaller one. The search is made: it waits as long as an accelerator would take.

python -m benchmarks.scan PHOTOS --pictures 10000
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from functools import lru_cache
from itertools import combinations
from pathlib import Path

import numpy as np
from PIL import Image

from tinyface_core.media.images import load_image
from tinyface_core.media.sources import list_media
from tinyface_core.memory import peak_memory_megabytes
from tinyface_core.pace import Advance
from tinyface_core.project.likeness import copies
from tinyface_core.project.relink import fingerprint
from tinyface_core.project.scanned import FoundFile, Outcome, ScannedFile, ScannedFiles
from tinyface_core.project.store import Project
from tinyface_core.search.scan import Observer, ScanOrder, kept, noted, scan
from tinyface_core.types import Detections, FindResult, Frame

KINDS = ("first", "copy", "encoded", "smaller")
TABLES = {
    "pictures": "id, path, sha256, size, likeness",
    "files": "path, size, modified, picture, reason",
    "runs": "picture, frame, width, height",
    "faces": "picture, frame, x1, y1, x2, y2, score",
}


def make_pictures(photos: Path, folder: Path, count: int, side: int) -> None:
    """So many files, a thousand to a folder, named after their photo, cut and kind."""
    sources = sorted(path for path in photos.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"))
    rng = np.random.default_rng(0)
    for cut in range(count // len(KINDS)):
        below = folder / f"{cut * len(KINDS) // 1000:04}"
        below.mkdir(parents=True, exist_ok=True)
        number = cut * len(KINDS) * len(sources) // count
        named = {kind: below / f"{number:06}-{cut:07}-{kind}.jpg" for kind in KINDS}
        photo = reduced(sources[number], 2 * side)
        width, height = (round(edge * rng.uniform(0.6, 1.0)) for edge in photo.size)
        left, top = int(rng.integers(photo.width - width + 1)), int(rng.integers(photo.height - height + 1))
        image = photo.crop((left, top, left + width, top + height))
        image.thumbnail((side, side))
        image.save(named["first"], quality=90)
        shutil.copy(named["first"], named["copy"])
        image.save(named["encoded"], quality=50)
        image.resize((image.width // 2, image.height // 2)).save(named["smaller"], quality=85)


@lru_cache(maxsize=1)
def reduced(path: Path, side: int) -> Image.Image:
    with Image.open(path) as photo:
        photo.draft("RGB", (side, side))
        return photo.convert("RGB")


def decoding_seconds(folder: Path) -> float:
    """What listing the files, telling them apart and decoding each content once takes where nothing else is done."""
    began, known = time.monotonic(), set()
    for path in list_media([folder]):
        content, _ = fingerprint(path)
        if content not in known:
            known.add(content)
            load_image(path)
    return time.monotonic() - began


def storing_seconds(folder: Path, case: Path) -> float:
    """What putting the pictures into a project takes where nothing else is done, a change for all of them.

    Beside their faces their perceptual hash is noted, and what the camera did.
    """
    search, seconds = MadeSearch(0), 0.0
    with Project.create(case) as project, project.together():
        files = ScannedFiles(project)
        for number, path in enumerate(list_media([folder])):
            frame = load_image(path)
            result, began = kept(search(frame)), time.monotonic()
            files.store(noted(FoundFile(ScannedFile.at(path), f"{number:064x}", (result,)), frame, path))
            seconds += time.monotonic() - began
    return seconds


def print_overlap(folder: Path, scratch: Path, search_ms: float, turns: int) -> None:
    """The rate of a scan against that of its slowest stage alone, in turns, a subfolder for each."""
    shares = []
    for turn, below in enumerate(sorted(folder.iterdir())[:turns]):
        count, search = sum(1 for _ in list_media([below])), MadeSearch(search_ms / 1000)
        alone = {
            "decoding": decoding_seconds(below),
            "storing": storing_seconds(below, scratch / f"stored-{turn}.tinyface"),
        }
        began = time.monotonic()
        scan_all(scratch / f"turn-{turn}.tinyface", below, search, Observer())
        seconds, alone["searching"] = time.monotonic() - began, search.busy
        slowest = max(alone, key=alone.__getitem__)
        shares.append(alone[slowest] / seconds)
        told = ", ".join(f"{stage} {count / taken:.1f}" for stage, taken in alone.items())
        print(f"files a second: {told}, scan {count / seconds:.1f}: {shares[-1]:.2f} of {slowest} alone")
    print(f"median {np.median(shares):.2f}")


class MadeSearch:
    """Waits so long and finds five faces that depend on the picture.

    Attributes:
        busy: seconds that all searches took.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.busy = 0.0

    def __call__(self, frame: Frame) -> FindResult:
        began = time.monotonic()
        time.sleep(self._seconds)
        corners = frame.pixels[:5, 0, :2].astype(np.float64)
        boxes = np.concatenate([corners, corners + 12], axis=1)
        found = Detections.of(boxes, [0.5] * len(boxes))
        self.busy += time.monotonic() - began
        return FindResult(frame.source, frame.width, frame.height, found, len(found), 0)


class Watched(Observer):
    """Notes memory now and then, and after a minute how long it will take."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.memory: list[tuple[int, float]] = []
        self.foretold: float | None = None

    def counted(self, advance: Advance) -> None:
        now = time.monotonic()
        if advance.done % 250 == 0:
            self.memory.append((advance.done, resident_megabytes()))
        if self.foretold is None and now - self.began >= 60:
            self.foretold = now + advance.seconds_left


def resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def scan_all(case: Path, folder: Path, search: MadeSearch, observer: Observer) -> Counter[Outcome]:
    if not case.exists():
        Project.create(case).close()
    with Project.open(case) as project:
        return scan(project, ScanOrder([folder]), search, observer)


def content(case: Path) -> list[list[tuple[object, ...]]]:
    """All but numbers drawn by chance."""
    connection = sqlite3.connect(case)
    held = [sorted(connection.execute(f"SELECT {columns} FROM {table}")) for table, columns in TABLES.items()]
    connection.close()
    return held


def killed_scan(case: Path, folder: Path, kills: int, seconds: float) -> list[int]:
    """Scan in programs that are killed at moments of a random length, then to the end; files known after each."""
    Project.create(case).close()
    known = []
    for wait in np.random.default_rng(1).uniform(1.5, 2 * seconds / kills, kills):
        command = [sys.executable, "-m", "benchmarks.scan", str(folder), "--into", str(case)]
        with subprocess.Popen(command) as process:
            time.sleep(wait)
            process.send_signal(signal.SIGKILL)
        known.append(len(content(case)[1]))
    scan_all(case, folder, MadeSearch(0), Observer())
    return known


def told_copies(case: Path) -> str:
    """Pairs of pictures that are in one group, by whether they show the same cut or photo."""
    with Project.open(case) as project:
        sources, hashes = ScannedFiles(project).likenesses()
    photos, cuts = zip(*(Path(source).name.split("-")[:2] for source in sources), strict=True)
    true = sum(number * (number - 1) // 2 for number in Counter(cuts).values())
    pairs = [pair for group in copies(hashes) for pair in combinations(group.tolist(), 2)]
    same_cut = sum(cuts[a] == cuts[b] for a, b in pairs)
    same_photo = sum(photos[a] == photos[b] for a, b in pairs)
    return (
        f"{same_cut} of {true} pairs told, {same_photo - same_cut} of two cuts of one photo, "
        f"{len(pairs) - same_photo} of two photos"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--pictures", type=int, default=10_000)
    parser.add_argument("--side", type=int, default=320, help="longer side of the pictures in pixels")
    parser.add_argument("--search-ms", type=float, default=20.0)
    parser.add_argument("--turns", type=int, default=3, help="subfolders over which scan and stages are compared")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.into:
        scan_all(options.into, options.photos, MadeSearch(0), Observer())
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder, case = Path(scratch) / "pictures", Path(scratch) / "case.tinyface"
        make_pictures(options.photos, folder, options.pictures, options.side)
        print_overlap(folder, Path(scratch), options.search_ms, options.turns)
        search, watched, processor = MadeSearch(options.search_ms / 1000), Watched(), time.process_time()
        outcomes = scan_all(case, folder, search, watched)
        ended, processor = time.monotonic(), time.process_time() - processor
        seconds, searched = ended - watched.began, outcomes[Outcome.SEARCHED]
        print(f"processor: {processor / outcomes.total() * 1000:.1f} ms a file")
        done, memory = np.array(watched.memory)[len(watched.memory) // 5 :].T
        print(f"{outcomes.total()} files, {searched} searched, {outcomes[Outcome.COPY]} copies")
        print(f"{seconds:.1f} s: {searched / seconds:.1f} searches a second, at work {search.busy / seconds:.0%} of it")
        slope = np.polyfit(done / 1000, memory, 1)[0]
        print(f"memory: {slope:+.2f} MB a thousand files, {peak_memory_megabytes():.0f} MB at most")
        if watched.foretold is not None:
            said, true = watched.foretold - watched.began - 60, seconds - 60
            print(f"after a minute {said:.0f} s were foretold, it took {true:.0f}")
        began = time.monotonic()
        again = scan_all(case, folder, MadeSearch(0), Observer())
        print(f"second scan: {time.monotonic() - began:.1f} s, {again[Outcome.UNCHANGED]} as before")
        began = time.monotonic()
        print(f"copies: {told_copies(case)}, in {time.monotonic() - began:.1f} s")
        if options.kills:
            other = Path(scratch) / "killed.tinyface"
            known = killed_scan(other, folder, options.kills, seconds / 3)
            print(f"killed with {known} files known; in the end equal: {content(other) == content(case)}")


if __name__ == "__main__":
    main()
