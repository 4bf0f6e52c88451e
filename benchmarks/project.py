"""How quickly a project file opens and how quickly the user's work gets into it: prints a table, writes JSON.

python -m benchmarks.project --pictures 1000000 --faces 5000000 --rounds 3 --project big.tinyface
QT_QPA_PLATFORM=offscreen python -m benchmarks.project --window --project big.tinyface
QT_QPA_PLATFORM=offscreen python -m benchmarks.project --window --video hour.mp4 --faces 150000
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tinyface_core.media.video import Video
from tinyface_core.project.listing import Listing
from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.search_settings import LEAST_KEPT, LEAST_SHOWN, SearchSettings
from tinyface_core.types import LEFT_OUT, Detections, Face, FindResult, Verdict

if TYPE_CHECKING:
    from app.jobs.video_player import VideoPlayer


def made_project(path: Path, faces: int, pictures: int) -> None:
    """A project of so many faces, spread evenly over so many pictures; made by SQLite itself, as it is a million."""
    settings = json.dumps(asdict(SearchSettings()))
    Project.create(path).close()
    with Project.open(path) as project, project.together() as connection:
        connection.execute("PRAGMA cache_size = -1000000")
        indices = connection.execute(_INDICES).fetchall()
        for name, _ in indices:
            connection.execute(f"DROP INDEX {name}")
        connection.execute(_PICTURES, (str(path.parent), pictures))
        connection.execute(_RUNS, (settings,))
        connection.execute(_FACES, (faces // pictures,))
        for _, index in indices:
            connection.execute(index)


def made_video_project(path: Path, video: Path, faces: int) -> None:
    """A project of one video of which every second frame is searched: tracks of sixty searched frames, and many faces
    that are faint and in none."""
    chance = np.random.default_rng(0)
    with Video(video) as opened:
        count, fps = opened.count_frames(), opened.fps
    each = max(faces * 2 // count, 1)
    whole = FindResult(str(video.resolve()), 1280, 720, Detections.of([], []), each, each, every=2)
    with Project.create(path) as project, project.together():
        project.add_pictures([ProjectPicture(whole.source, is_video=True)])
        for number, index in enumerate(range(0, count, 2)):
            if number % 60 == 0:
                corners, speeds = chance.random((each, 2)) * [1100, 600], chance.normal(0, 1, (each, 2))
                sides, scores = 10 + 60 * chance.random((each, 1)), chance.uniform(LEAST_SHOWN, 1, each)
                scores[: round(each * _FAINT)] = LEAST_KEPT
            seconds, found = index / fps, []
            left_top = corners + speeds * (number % 60)
            for row, box in enumerate(np.hstack([left_top, left_top + sides]).tolist()):
                score, track = float(scores[row]), number // 60 * each + row
                face = Face(tuple(box), score, score, track=track if score >= LEAST_SHOWN else LEFT_OUT)
                found.append(ProjectFace(whole.source, face, index, seconds, sharpness=float(chance.random())))
            project.put_result(replace(whole, index=index, seconds=seconds), found)


_FAINT = 0.7
"""Share of the faces of a video that linking leaves out; it was 0.6 to 0.8 in clips of annotated pictures."""

LISTINGS = {
    "all, best first": Listing(order="score", falling=True),
    "those over 16 pixels, best first": Listing(smallest=16, order="score", falling=True),
    "the confirmed, smallest first": Listing(verdicts=frozenset({Verdict.CONFIRMED}), order="size"),
}
_INDICES = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql <> ''"
_COUNTED = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?{})"
_PICTURES = f"""
    INSERT INTO pictures (id, path, seen_at, sha256, size)
    {_COUNTED.format(2)} SELECT n, p, ?1 || '/' || p, printf('%064x', n), 1
    FROM (SELECT n, printf('pictures/%04d/%07d.jpg', n / 1000, n) AS p FROM numbers)
"""
_RUNS = """
    INSERT INTO runs (
        picture, frame, seconds, width, height, candidates, refined, device, weights, settings, timings, remarks
    )
    SELECT id, -1, NULL, 1024, 768, 300, 128, 'auto', '{"detector": "made"}', ?1, '{}', '[]'
    FROM pictures
"""
# Multiples of the golden ratio are spread evenly and in no order.
_FACES = f"""
    INSERT INTO faces (picture, frame, id, x1, y1, x2, y2, score, detector_score, refined, drawn, verdict, note, size)
    {_COUNTED.format(1)}
    SELECT id, -1, id * 1000 + n, x, y, x + side, y + side, 0.1 + 0.9 * chance, 0.5, 1, 0,
    CASE WHEN chance < 0.9 THEN '' WHEN chance < 0.96 THEN 'face' ELSE 'not a face' END, '', side
    FROM (
        SELECT id, n, 4.0 + (id * 7919 + n * 104729) % 250 AS side, (id * 31 + n * 97) % 700 * 1.0 AS x,
        (id * 17 + n * 53) % 500 * 1.0 AS y, (id * 10 + n) * 618033989 % 1000000007 / 1000000007.0 AS chance
        FROM pictures, numbers
    )
"""


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    start = time.perf_counter()
    yield
    into.append((time.perf_counter() - start) * 1000)


def measure(path: Path, rounds: int) -> dict[str, float]:
    """Medians of what was done."""
    times: dict[str, list[float]] = {}

    def clock(name: str) -> Callable[[], list[float]]:
        return lambda: times.setdefault(f"{name}, ms", [])

    for _ in range(rounds):
        with timed(clock("open")()):
            project = Project.open(path)
        with timed(clock("first pictures")()):
            pictures = next(project.picture_pages())
        with timed(clock("faces of one picture")()):
            faces = project.faces(pictures[-1].source)
        with timed(clock("save one verdict")()):
            project.put_faces(faces[:1])
        with timed(clock("save a search of one picture")()):
            project.put_result(FindResult(pictures[-1].source, 1024, 768, Detections.of([], []), 300, 128), faces)
        for name, listing in LISTINGS.items():
            with timed(clock(f"count {name}")()):
                count = listing.count(project)
            for place, first in {"first": 0, "middle": count // 2}.items():
                with timed(clock(f"{place} page of {name}")()):
                    listing.page(project, first, 100)
        project.close()
    return {name: statistics.median(values) for name, values in times.items()}


def measure_window(path: Path) -> dict[str, float]:
    """What the user of a window waits for that opens the project: see the names."""
    from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer
    from PySide6.QtWidgets import QApplication

    from app.main_window import MainWindow
    from app.models.face_columns import Column
    from app.session.session import Session
    from app.settings import Settings
    from app.style import apply_style
    from app.work.collecting import Collector
    from benchmarks.window import EventLoopGaps
    from tinyface_core.memory import peak_memory_megabytes

    application = QApplication([])
    settings = Settings(QSettings(str(path.with_suffix(".ini")), QSettings.Format.IniFormat))
    apply_style(application, "dark")
    window, loop, figures = MainWindow(Session(settings)), QEventLoop(), {}
    collector, visible = Collector(), window.session.visible
    window.show()

    def wait(name: str, is_done: Callable[[], bool], rest: float = 0.5) -> None:
        """Until it is done, and a moment more; notes how long it took and how long the window did not answer."""
        gaps, began = EventLoopGaps(), time.perf_counter()
        look = QTimer(interval=5)
        look.timeout.connect(lambda: loop.quit() if is_done() else None)
        look.start()
        loop.exec()
        figures[f"{name}, s"] = time.perf_counter() - began
        look.stop()
        QTimer.singleShot(round(rest * 1000), loop.quit)
        loop.exec()
        figures.update(gaps.told(name))

    wait("window alone", lambda: True, 3)
    figures["window alone: memory, MB"] = peak_memory_megabytes()
    loaded: list[bool] = []
    window.project.loaded.connect(lambda: loaded.append(True))
    window.face_list.filters.reset()
    window.project.open(path)
    wait("first pictures and faces", lambda: window.session.pictures.rowCount() > 0 and visible.rowCount() > 0, 0)
    wait("all pictures", lambda: bool(loaded))
    for name, change in {
        "sorted by size": lambda: window.face_list.table.sortByColumn(Column.SIZE, Qt.SortOrder.AscendingOrder),
        "filtered by score": lambda: window.face_list.filters.score_slider.setValue((0.5, 0.9)),
        "filtered by verdict": lambda: window.face_list.filters.verdict_filter.setCurrentIndex(2),
        "sorted by score": lambda: window.face_list.table.sortByColumn(Column.SCORE, Qt.SortOrder.AscendingOrder),
    }.items():
        changed: list[bool] = []
        visible.excerpt_changed.connect(partial(changed.append, True))
        QTimer.singleShot(0, change)
        wait(name, lambda changed=changed: bool(changed) or not window.project.is_excerpt)  # type: ignore[misc]
    for name, bar in {
        "the list is scrolled": window.face_list.gallery.verticalScrollBar(),
        "the film strip is scrolled": window.film_strip.horizontalScrollBar(),
    }.items():
        steps = iter(range(100))
        wait(name, partial(_scrolled, bar, steps))
    window.face_list.filters.reset()
    for name, act in {
        "all listed are selected": window.face_list.gallery.selectAll,
        "a verdict on all selected": window.actions_.verdicts[Verdict.CONFIRMED].trigger,
        "it is undone": window.actions_.undo.trigger,
        "the table of all selected": lambda: window.face_list.show_gallery(False),
    }.items():
        QTimer.singleShot(0, act)
        wait(name, lambda: True, 2)
    player = window.session.shown.player
    if player.path is not None:
        window.face_list.filters.reset()
        wait("the video is open", lambda: player.info.frames > 0)
        places = iter(range(0, player.info.frames, max(player.info.frames // 30, 1)))
        wait("thirty frames are gone to", partial(_sought, player, places))
        player.play()
        end = time.monotonic() + 6
        wait("played", lambda: time.monotonic() > end)
        player.pause()
        window.session.selection.give_verdict(visible.keys(range(1)), Verdict.CONFIRMED)
        wait("a track is confirmed", lambda: True, 1)
    figures["memory at most, MB"] = peak_memory_megabytes()
    window.close()
    collector.stop()
    return figures


def _scrolled(bar: Any, steps: Iterator[int]) -> bool:
    step = next(steps, None)
    if step is not None:
        bar.setValue(bar.maximum() * (step + 1) // 100)
    return step is None


def _sought(player: VideoPlayer, places: Iterator[int]) -> bool:
    place = next(places, None)
    if place is not None:
        player.seek(place)
    return place is None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faces", type=int, default=100_000)
    parser.add_argument("--pictures", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--json", type=Path, default=None)
    parser.add_argument("--window", action="store_true", help="measure the window instead, with over 200,000 faces")
    parser.add_argument("--project", type=Path, help="measure this one, made by an earlier run or to be made")
    parser.add_argument("--video", type=Path, help="make a project of this video instead of pictures")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.project or Path(folder) / "benchmark.tinyface"
        if not path.exists() and arguments.video is not None:
            made_video_project(path, arguments.video, arguments.faces)
        elif not path.exists():
            made_project(path, arguments.faces, arguments.pictures)
        size = path.stat().st_size / 1e6
        result = measure_window(path) if arguments.window else measure(path, arguments.rounds)
        with Project.open(path) as project:
            counts = project.counts()
    print(f"{counts.faces} faces in {counts.pictures} pictures, {size:.1f} MB")
    for name, value in result.items():
        print(f"  {name:48} {value:10.2f}")
    if arguments.json is not None:
        arguments.json.write_text(json.dumps({"megabytes": size} | result, indent=2) + "\n")


if __name__ == "__main__":
    main()
