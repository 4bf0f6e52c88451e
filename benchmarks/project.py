"""How quickly a project file opens and how quickly the user's work gets into it: prints a table, writes JSON.

python -m benchmarks.project --faces 100000
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.types import Detections, Face, FindResult, SearchSettings, Verdict


def made_project(path: Path, faces: int, pictures: int) -> None:
    """A project of so many faces, spread evenly over so many pictures."""
    rng = np.random.default_rng(0)
    sources = [str(path.parent / f"pictures/{number:05}.jpg") for number in range(pictures)]
    with Project.create(path) as project:
        project.add_pictures(ProjectPicture(source, sha256="ab" * 32, size=1) for source in sources)
        for source in sources:
            corners = rng.uniform(0, 1000, (faces // pictures, 2)).tolist()
            found = [
                ProjectFace(source, Face((x, y, x + 12, y + 15), 0.5, 0.5, 0.5, 0.5, True), verdict=Verdict.CONFIRMED)
                for x, y in corners
            ]
            settings = SearchSettings()
            project.put_result(FindResult(source, 1024, 768, Detections.of([], []), 300, 128, settings=settings), found)


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    start = time.perf_counter()
    yield
    into.append((time.perf_counter() - start) * 1000)


def measure(path: Path, rounds: int) -> dict[str, float]:
    """Median milliseconds by what was done."""
    times: dict[str, list[float]] = {}

    def clock(name: str) -> Callable[[], list[float]]:
        return lambda: times.setdefault(name, [])

    for number in range(rounds):
        with timed(clock("open")()):
            project = Project.open(path)
        with timed(clock("list the pictures")()):
            pictures = project.pictures()
        with timed(clock("faces of one picture")()):
            faces = project.faces(pictures[number].source)
        with timed(clock("save one verdict")()):
            project.put_faces(faces[:1])
        with timed(clock("save a search of one picture")()):
            project.put_result(FindResult(pictures[number].source, 1024, 768, Detections.of([], []), 300, 128), faces)
        if number < 3:
            with timed(clock("every face of all pictures")()):
                assert sum(len(part) for part in project.all_faces()) == sum(p.faces for p in pictures)
        project.close()
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faces", type=int, default=100_000)
    parser.add_argument("--pictures", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--json", type=Path, default=None)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "benchmark.tinyface"
        made_project(path, arguments.faces, arguments.pictures)
        size = path.stat().st_size / 1e6
        result = measure(path, arguments.rounds)
    print(f"{arguments.faces} faces in {arguments.pictures} pictures, {size:.1f} MB")
    for name, milliseconds in result.items():
        print(f"  {name:32} {milliseconds:8.2f} ms")
    if arguments.json is not None:
        arguments.json.write_text(json.dumps({"megabytes": size, "milliseconds": result}, indent=2) + "\n")


if __name__ == "__main__":
    main()
