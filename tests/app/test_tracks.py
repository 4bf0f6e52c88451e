"""A person in a video is one row: linked while frames are searched, judged, split, joined, corrected and followed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import av
import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.jobs.exporting import FaceChoice
from app.jobs.finding import find
from app.main_window import MainWindow
from app.models.face_columns import COLUMN_TEXTS, Column
from app.models.face_entry import FaceEntry
from app.models.faces import CROPS_ROLE
from app.models.pictures import State
from app.settings import Settings
from app.views.searched_frames import SearchedFrames
from tests.app.conftest import FRAMES, FakeFinder
from tinyface_core.media.opening import MediaError
from tinyface_core.opencv import cv2
from tinyface_core.project.store import Project
from tinyface_core.search import following, second_pass
from tinyface_core.types import (
    LEFT_OUT,
    Box,
    CancelToken,
    Detections,
    FindResult,
    Frame,
    Origin,
    Progress,
    RgbImage,
    Verdict,
)

STEP, HIDDEN = 2, (12, 14)
"""Every so many frames are searched; in these the walker is behind something."""


def walker(frame: int) -> Box:
    """One who walks to the right, and is largest in frame 20."""
    half = 8 - abs(frame - 20) / 10
    return 20 + 2.0 * frame - half, 60 - half, 20 + 2.0 * frame + half, 60 + half


STANDER = (10.0, 10.0, 24.0, 26.0)


class Walk(FakeFinder):
    """Finds a walker, one who stands, and a false alarm in a single frame; the walker in enlarged copies, if told."""

    second_look = False

    def find(self, frame: Frame, cancel: CancelToken | None = None, progress: Progress | None = None) -> FindResult:
        result, number = super().find(frame, cancel, progress), frame.index or 0
        if frame.width != 160:
            middle, half = frame.width / 2, frame.width / 14
            box = (middle - half, middle - half, middle + half, middle + half)
            looks = self.second_look and number in HIDDEN
            return replace(result, faces=Detections.of([box] * looks, [0.05] * looks))
        faces = [(STANDER, 0.6)] + [(walker(number), 0.8 + number / 400)] * (number not in HIDDEN)
        faces += [((120.0, 90.0, 130.0, 100.0), 0.7)] * (number == 8)
        return replace(result, faces=Detections.of([box for box, _ in faces], [score for _, score in faces]))


@pytest.fixture
def finder() -> FakeFinder:
    return Walk()


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """A still of noise: whatever moves is what the finder says."""
    still = np.random.default_rng(0).integers(0, 255, (128, 160, 3), np.uint8)
    return write_video(tmp_path / "clip.mp4", [still] * FRAMES)


def write_video(path: Path, frames: list[RgbImage]) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=20)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = 160, 128, "yuv420p", 10
        for pixels in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return path


@pytest.fixture
def searched(qtbot: QtBot, window: MainWindow, settings: Settings, video: Path) -> str:
    """The video, searched from end to end."""
    settings.video_step = STEP
    window.session.opened.open_paths([video])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None, timeout=15000)
    search(qtbot, window)
    return str(video)


def search(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_.find_video.trigger()
    qtbot.waitUntil(lambda: window.session.pictures.pictures()[0].state == State.DONE, timeout=20_000)
    assert len(window.session.searches.results) == FRAMES // STEP


def rows(window: MainWindow) -> list[FaceEntry]:
    """The rows of the list, the surest first."""
    return window.session.visible.entries()


def go_to(qtbot: QtBot, window: MainWindow, number: int) -> None:
    window.session.shown.player.seek(number)
    qtbot.waitUntil(lambda: (frame := window.session.shown.frame) is not None and frame.index == number)


def members(window: MainWindow, row: FaceEntry) -> list[FaceEntry]:
    return window.session.faces.tracks.members(row)


def test_a_person_is_one_row_and_a_blink_is_none(qtbot: QtBot, window: MainWindow, searched: str) -> None:
    walks, stands = rows(window)
    assert COLUMN_TEXTS[Column.FRAMES](walks) == str(FRAMES // STEP - len(HIDDEN))
    assert COLUMN_TEXTS[Column.FRAMES](stands) == str(FRAMES // STEP)
    assert COLUMN_TEXTS[Column.TIME](walks) == "0:00.00 – 0:01.90"
    assert walks.size == pytest.approx(16) and walks.score == pytest.approx(0.895)
    qtbot.waitUntil(lambda: window.face_list.count.text() == "2 faces")
    qtbot.waitUntil(lambda: window.session.pictures.pictures()[0].faces == 2)


def test_a_row_shows_the_best_crops_and_a_click_goes_to_the_best_frame(
    qtbot: QtBot, window: MainWindow, searched: str
) -> None:
    walks = rows(window)[0]
    assert walks.summary is not None
    assert (walks.summary.largest.index, walks.summary.surest.index) == (20, 38)
    assert len(window.session.visible.index(0, 0).data(CROPS_ROLE)) == len(walks.summary.crops) - 1 >= 1
    best = walks.summary.best
    window.face_list.gallery.setCurrentIndex(window.session.visible.index(0, 0))
    qtbot.waitUntil(lambda: window.canvas.selected == best.key)
    frame = window.session.shown.frame
    assert frame is not None and frame.index == best.index
    assert window.face_list.selection.keys() == [walks.key]


def test_of_a_track_only_the_crops_that_its_row_shows_are_kept_and_others_are_cut_again(
    qtbot: QtBot, window: MainWindow, searched: str
) -> None:
    faces = window.session.faces
    crops = {crop.key for row in rows(window) if row.summary is not None for crop in row.summary.crops}
    assert faces.known_thumbnails(entry.key for entry in faces.entries()).keys() == crops
    hidden = next(entry.key for entry in members(window, rows(window)[0]) if entry.key not in crops)
    qtbot.waitUntil(lambda: not faces.thumbnail(hidden).isNull())
    faces.link({hidden: (LEFT_OUT, Verdict.UNDECIDED, "")})
    assert not faces.known_thumbnails([hidden])
    qtbot.waitUntil(lambda: not faces.thumbnail(hidden).isNull(), timeout=5000)


def test_faint_faces_of_a_video_have_no_thumbnails_until_a_list_shows_them() -> None:
    faces = Detections.of([[10, 10, 30, 30]] * 3, [0.39, 0.4, 0.2])
    pixels = np.zeros((128, 160, 3), np.uint8)

    class Faint:
        def find(self, frame: Frame, *_: object) -> FindResult:
            return FindResult("v", 160, 128, faces, 3, 0, index=frame.index)

    for index, seen in ((None, [True] * 3), (4, [False, True, False])):
        found = find(Faint(), Frame(pixels, "v", index), Event())  # type: ignore[arg-type]
        assert [not image.isNull() for image in found.thumbnails] == seen


def test_a_verdict_and_a_note_are_those_of_the_whole_track_and_undone_as_one(
    qtbot: QtBot, window: MainWindow, searched: str
) -> None:
    window.face_list.gallery.setCurrentIndex(window.session.visible.index(0, 0))
    qtbot.keyClick(window.face_list.gallery, Qt.Key.Key_Y)
    walks, stands = rows(window)
    window.session.commands.set_note(walks.key, "the mayor")
    assert {(face.verdict, face.note) for face in members(window, walks)} == {(Verdict.CONFIRMED, "the mayor")}
    assert {face.verdict for face in members(window, stands)} == {Verdict.UNDECIDED}
    assert window.session.commands.stack.count() == 2 and "1 face" in window.session.commands.stack.text(0)
    window.actions_.undo.trigger()
    window.actions_.undo.trigger()
    assert {(face.verdict, face.note) for face in members(window, walks)} == {(Verdict.UNDECIDED, "")}


def test_a_face_is_followed_on_every_frame_and_dashed_where_it_lies_between_two(
    qtbot: QtBot, window: MainWindow, searched: str
) -> None:
    walks = rows(window)[0]
    for number in (10, 11, 13, 17):
        go_to(qtbot, window, number)
        here = {face.face.track: face for face in window.session.selection.faces()}
        face = here[walks.face.track].face
        assert face.box == pytest.approx(walker(number), abs=0.11), "its size grows evenly but at frame 20"
        assert face.origin is (Origin.FOUND if number == 10 else Origin.FILLED)
    window.session.selection.select(walks.key)
    go_to(qtbot, window, 22)
    member = next(face for face in members(window, walks) if face.index == 22)
    assert window.canvas.selected == member.key and window.face_list.selection.keys() == [walks.key]
    assert window.video.timeline.bar.life is not None
    assert (window.video.timeline.bar.life.first, window.video.timeline.bar.life.last) == (0, 39), (
        "it was followed to the end"
    )
    qtbot.waitUntil(lambda: window.video.timeline.bar.density == {0: 2, 1: 2})


def test_faces_that_are_not_linked_yet_count_once_a_second_on_the_time_line(window: MainWindow, video: Path) -> None:
    by_frame = {0: 2, 5: 3, 10: 1, 25: 1}
    for index, count in by_frame.items():
        faces = Detections.of([STANDER] * count, [0.9] * count)
        window.session.faces.add_result(FindResult(str(video), 160, 128, faces, 3, 0, index=index, seconds=index / 20))
    assert window.session.searches.tracks.on_time_line(str(video)) == (list(by_frame), {0: 3, 1: 1})


def test_a_track_is_split_where_the_picture_is_and_joined_again(
    qtbot: QtBot, window: MainWindow, searched: str
) -> None:
    walks = rows(window)[0]
    go_to(qtbot, window, 20)
    window.session.selection.select(walks.key)
    window.actions_.split_track.trigger()
    assert [row.frames for row in sorted(rows(window), key=lambda row: row.frames)] == [8, 10, 20]
    window.actions_.undo.trigger()
    assert len(rows(window)) == 2
    window.actions_.redo.trigger()
    late, early = sorted((row for row in rows(window) if row.frames < 20), key=lambda row: -(row.index or 0))
    search(qtbot, window)
    assert len(rows(window)) == 3, "linking leaves what the analyst said"
    parts = [row.key for row in rows(window) if row.frames < 20]
    window.session.commands.set_verdicts(parts[:1], Verdict.CONFIRMED)
    window.session.searches.tracks.join(parts)
    joined = max(rows(window), key=lambda row: row.score)
    assert joined.frames == 18 and {face.verdict for face in members(window, joined)} == {Verdict.CONFIRMED}
    assert (late.index, early.index) == (20, 0)


def test_two_people_in_one_frame_are_not_joined(qtbot: QtBot, window: MainWindow, searched: str) -> None:
    window.face_list.gallery.selectAll()
    window.actions_.join_tracks.trigger()
    assert len(rows(window)) == 2 and "same frame" in window.notice.sentence.text()


def test_a_box_that_is_corrected_between_two_frames_draws_the_others_along(
    qtbot: QtBot, window: MainWindow, searched: str
) -> None:
    walks = rows(window)[0]
    window.session.commands.set_verdicts([walks.key], Verdict.UNSURE)
    go_to(qtbot, window, 13)
    window.session.selection.select(walks.key)
    window.actions_.change_box.setChecked(True)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    corrected = next(face for face in members(window, walks) if face.index == 13)
    assert corrected.face.box[1] == pytest.approx(walker(13)[1] + 10, abs=0.1)
    assert (corrected.drawn, corrected.verdict) == (True, Verdict.UNSURE)
    assert window.session.selection.key == corrected.key
    go_to(qtbot, window, 12)
    here = {face.face.track: face for face in window.session.selection.faces()}[walks.face.track]
    assert here.face.box[1] == pytest.approx(walker(12)[1] + 20 / 3, abs=0.1)
    window.session.commands.stack.undo()
    assert 13 not in {face.index for face in members(window, walks)}


def test_a_box_that_is_dragged_while_the_frame_changes_changes_no_other_frame(
    qtbot: QtBot, window: MainWindow, searched: str
) -> None:
    canvas, left = window.canvas, Qt.MouseButton.LeftButton
    walks = rows(window)[0]
    go_to(qtbot, window, 12)
    window.session.selection.select(walks.key)
    window.actions_.change_box.setChecked(True)
    canvas.view._flight.stop()
    before = [(face.index, face.face.box) for face in members(window, walks)]
    x1, y1, x2, y2 = walker(12)
    middle = canvas.view.from_picture(QPointF((x1 + x2) / 2, (y1 + y2) / 2)).toPoint()
    for step in (1, 0):
        window.session.shown.player.play()
        qtbot.mousePress(canvas, left, pos=middle)
        assert not window.session.shown.player.playing, "the frame stays"
        qtbot.mouseMove(canvas, middle + QPoint(15, 15))
        qtbot.mouseMove(canvas, middle + QPoint(30, 30))
        go_to(qtbot, window, 12 + step)
        qtbot.mouseMove(canvas, middle + QPoint(40, 40))
        qtbot.mouseRelease(canvas, left, pos=middle + QPoint(40, 40))
        assert ([(face.index, face.face.box) for face in members(window, walks)] == before) == bool(step)
        go_to(qtbot, window, 12)


def test_tracks_are_in_the_project_and_come_back_with_it(
    qtbot: QtBot, window: MainWindow, searched: str, tmp_path: Path
) -> None:
    walks = rows(window)[0]
    window.session.commands.set_verdicts([walks.key], Verdict.CONFIRMED)
    window.project.save_as(tmp_path / "case.tinyface")
    qtbot.waitUntil(lambda: window.project.is_named and window.project.is_saved)
    with Project.open(tmp_path / "case.tinyface") as project:
        saved = [face for face in project.faces(searched) if face.face.track == walks.face.track]
    assert len(saved) == 18 and {face.verdict for face in saved} == {Verdict.CONFIRMED}
    assert all(face.sharpness is not None for face in saved)
    window.actions_.close_all.trigger()
    window.opener.open_paths([tmp_path / "case.tinyface"])
    qtbot.waitUntil(lambda: [row.frames for row in rows(window)] == [18, 20], timeout=15_000)
    assert window.session.commands.stack.count() == 0, "its steps are those of a project that was closed"


def test_an_export_has_the_tracks_with_the_boxes_between(qtbot: QtBot, window: MainWindow, searched: str) -> None:
    walks = rows(window)[0]
    window.session.commands.set_verdicts([walks.key], Verdict.CONFIRMED)
    faces, results = window.session.faces.entries(), window.session.searches.results.values()
    choice = FaceChoice(tuple(results), tuple(faces), lambda face: face.verdict == Verdict.CONFIRMED)
    pictures = [picture for picture in choice.pictures() if picture.result.is_searched]
    assert [len(picture.result.faces) for picture in pictures] == [1] * (FRAMES // STEP)
    assert {int(picture.result.faces.tracks[0]) for picture in pictures} == {walks.face.track}
    between = [p.result.index for p in pictures if p.result.faces.origins[0] == Origin.FILLED]
    assert tuple(between) == HIDDEN and {p.entries[0].verdict for p in pictures} == {Verdict.CONFIRMED}


def test_a_search_that_was_killed_goes_on_and_links_what_both_found(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, settings: Settings, video: Path, tmp_path: Path
) -> None:
    settings.video_step = STEP
    window.session.opened.open_paths([video])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None, timeout=15000)
    window.project.save_as(tmp_path / "case.tinyface")
    finder.pause = 0.05
    window.actions_.find_video.trigger()
    qtbot.waitUntil(lambda: len(window.session.searches.results) >= 6, timeout=15_000)
    finder.steps = 200
    qtbot.waitUntil(lambda: window.project.is_saved)
    (tmp_path / "killed.tinyface").write_bytes((tmp_path / "case.tinyface").read_bytes())
    window.actions_.cancel.trigger()
    window.opener.open_paths([tmp_path / "killed.tinyface"])
    qtbot.waitUntil(lambda: window.project.path.name == "killed.tinyface")
    qtbot.waitUntil(lambda: window.session.shown.frame is not None and len(window.session.searches.results) >= 6)
    qtbot.waitUntil(lambda: window.session.pictures.pictures()[0].state == State.DONE)
    finder.searched.clear()
    finder.steps, finder.pause = 1, 0.0
    search(qtbot, window)
    assert len(finder.searched) <= FRAMES // STEP - 6 + len(HIDDEN), "also where it looks again"
    assert [row.frames for row in rows(window)] == [18, 20]


def test_what_was_found_until_a_search_breaks_off_is_linked(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, settings: Settings, video: Path
) -> None:
    settings.video_step = STEP
    window.session.opened.open_paths([video])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None, timeout=15000)
    found = finder.find

    def find_until_it_is_unplugged(frame: Frame, *given: Any) -> FindResult:
        if frame.index == 12:
            raise MediaError("clip.mp4 is no longer there: connect its drive, and try again.")
        return found(frame, *given)

    finder.find = find_until_it_is_unplugged  # type: ignore[method-assign]
    window.actions_.find_video.trigger()
    qtbot.waitUntil(lambda: window.session.pictures.pictures()[0].state == State.FAILED)
    qtbot.waitUntil(lambda: [row.frames for row in rows(window)] == [6, 6])
    finder.find = found  # type: ignore[method-assign]
    search(qtbot, window)
    assert [row.frames for row in rows(window)] == [18, 20]


def killed_while_searched(
    qtbot: QtBot, window: MainWindow, video: Path, reached: Event, hold: Event, folder: Path
) -> Path:
    """The project as it is stored when a search of the video has come to where it is held; then it is cancelled."""
    window.session.opened.open_paths([video])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None, timeout=15000)
    window.project.save_as(folder / "case.tinyface")
    window.actions_.find_video.trigger()
    qtbot.waitUntil(reached.is_set, timeout=20_000)
    qtbot.waitUntil(lambda: window.project.is_saved)
    (killed := folder / "killed.tinyface").write_bytes((folder / "case.tinyface").read_bytes())
    window.actions_.cancel.trigger()
    hold.set()
    qtbot.waitUntil(lambda: window.session.pictures.pictures()[0].state == State.DONE)
    return killed


def open_project(qtbot: QtBot, window: MainWindow, project: Path) -> None:
    with qtbot.waitSignal(window.project.loaded):
        window.opener.open_paths([project])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None)


@pytest.mark.parametrize("killed_in", ["second look", "following"])
def test_a_search_that_was_killed_behind_its_last_frame_goes_on_there(
    qtbot: QtBot,
    window: MainWindow,
    finder: FakeFinder,
    settings: Settings,
    video: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    killed_in: str,
) -> None:
    assert isinstance(finder, Walk)
    finder.second_look, reached, hold = True, Event(), Event()

    def held(part: Callable[..., Any]) -> Callable[..., Any]:
        def do(*given: Any) -> Any:
            reached.set()
            hold.wait(30)
            return part(*given)

        return do

    part = second_pass if killed_in == "second look" else following
    name = "look_again" if killed_in == "second look" else "followed_in"
    with monkeypatch.context() as patched:
        patched.setattr(part, name, held(getattr(part, name)))
        settings.video_step = STEP
        killed = killed_while_searched(qtbot, window, video, reached, hold, tmp_path)
    open_project(qtbot, window, killed)
    pictures = window.session.pictures
    qtbot.waitUntil(lambda: pictures.state_text(pictures.pictures()[0]) == "2 faces, search interrupted")
    assert window.video.timeline.search.text() == "Continue the search"
    assert all(entry.face.track >= 0 for entry in window.session.faces.entries()), "what was left out stays in the file"
    finder.searched.clear()
    search(qtbot, window)
    assert len(finder.searched) == (len(HIDDEN) if killed_in == "second look" else 0), "no frame is searched again"
    assert [row.frames for row in rows(window)] == [20, 20]
    assert all(entry.face.track >= 0 for entry in window.session.faces.entries()), "what was left out stays in the file"
    qtbot.waitUntil(lambda: pictures.state_text(pictures.pictures()[0]) == "2 faces")
    assert window.video.timeline.search.text() == "Search the video"
    search(qtbot, window)
    assert len(finder.searched) >= FRAMES // STEP, "once it came to its end, another search is a new one"


def test_following_that_was_killed_goes_on_where_it_was(
    qtbot: QtBot,
    window: MainWindow,
    finder: FakeFinder,
    settings: Settings,
    video: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reached, hold, starts = Event(), Event(), []
    follow = following.followed_in

    def followed(*given: Any) -> Iterator[FindResult]:
        starts.append(given[4])
        for number, result in enumerate(follow(*given)):
            if number == 25 and len(starts) == 1:
                reached.set()
                hold.wait(30)
            yield result

    monkeypatch.setattr(following, "followed_in", followed)
    monkeypatch.setattr("app.jobs.linking._SECONDS_BETWEEN_TOLD", -1)
    settings.video_step = STEP
    open_project(qtbot, window, killed_while_searched(qtbot, window, video, reached, hold, tmp_path))
    search(qtbot, window)
    assert len(starts) == 2 and starts[0] == 0 and 8 <= starts[1] <= 24
    gone_on = moves(window)
    assert sum(bool(behind) for _, behind in gone_on.values()) == len(gone_on) == 38
    search(qtbot, window)
    assert starts[2:] == [0] and moves(window) == gone_on, "as if it had not been interrupted"


def moves(window: MainWindow) -> dict[tuple[int | None, Box], tuple[bytes, bytes]]:
    tracked = [face for face in window.session.faces.entries() if face.face.track >= 0]
    return {(face.index, face.face.box): (face.moves_before, face.moves_behind) for face in tracked}


@pytest.mark.parametrize("killed", [False, True])
def test_a_window_that_searches_keeps_no_more_faint_faces_than_an_opened_project(
    qtbot: QtBot,
    window: MainWindow,
    finder: FakeFinder,
    settings: Settings,
    video: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    killed: bool,
) -> None:
    found, settings.video_step = finder.find, STEP
    monkeypatch.setattr("app.session.tracks._FEWEST_NEW", 5)  # also linked meanwhile

    def find_faint(frame: Frame, *given: Any) -> FindResult:
        """Of the one who stands only a trace is seen at times, and a handful of traces are no faces."""
        result, number = found(frame, *given), frame.index or 0
        scores = np.where(result.faces.boxes[:, 0] == STANDER[0], 0.6 - 0.4 * (number % 8 > 0), result.faces.scores)
        traces = [(80.0 + 15 * n, 4.0, 90.0 + 15 * n, 14.0) for n in range(5)]
        faces = Detections.of([*result.faces.boxes, *traces], [*scores, *[0.2] * len(traces)])
        return replace(result, faces=faces if frame.width == 160 else Detections.of([], []))

    finder.find = find_faint  # type: ignore[method-assign]
    window.session.opened.open_paths([video])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None, timeout=15000)
    window.project.save_as(tmp_path / "case.tinyface")
    qtbot.waitUntil(lambda: window.project.is_named)
    if killed:
        finder.pause = 0.05
        window.actions_.find_video.trigger()
        qtbot.waitUntil(lambda: len(window.session.searches.results) >= 14, timeout=15_000)
        qtbot.waitUntil(lambda: window.project.is_saved)
        kept = window.session.faces.entries()
        assert all(face.face.score >= 0.4 or face.face.track >= 0 for face in kept)
        (tmp_path / "killed.tinyface").write_bytes((tmp_path / "case.tinyface").read_bytes())
        window.actions_.cancel.trigger()
        with qtbot.waitSignal(window.project.loaded):
            window.opener.open_paths([tmp_path / "killed.tinyface"])
        qtbot.waitUntil(lambda: window.session.shown.frame is not None)
    search(qtbot, window)
    assert [row.frames for row in rows(window)] == [18, 20]
    window.session.commands.set_verdicts([rows(window)[1].key], Verdict.CONFIRMED)
    qtbot.waitUntil(lambda: window.project.is_saved)
    kept = {(face.index, face.id): (face.face, face.verdict) for face in window.session.faces.entries()}
    with Project.open(window.project.path) as project:
        loaded = project.faces(str(video), left_out=False)
        assert {(face.index, face.id): (face.face, face.verdict) for face in loaded}.items() <= kept.items()
        assert len(project.faces(str(video))) == len(loaded) + 5 * FRAMES // STEP + 1
    assert {index for index, _ in kept.keys() - {(face.index, face.id) for face in loaded}} <= {8}, "what blinks up"


def test_a_second_look_finds_a_face_where_its_track_has_a_gap(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, settings: Settings, video: Path, tmp_path: Path
) -> None:
    assert isinstance(finder, Walk)
    finder.second_look = True
    settings.video_step = STEP
    window.session.opened.open_paths([video])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None, timeout=15000)
    search(qtbot, window)
    qtbot.waitUntil(lambda: max(row.frames for row in rows(window)) > 18 and rows(window)[0].frames == 20)
    again = [face for face in members(window, rows(window)[0]) if face.index in HIDDEN]
    assert [face.face.score for face in again] == [0.05, 0.05]
    qtbot.waitUntil(lambda: window.project.is_saved)
    with Project.open(window.project.path) as project:
        assert {face.id for face in again} <= {face.id for face in project.faces(str(video))}


def test_a_face_of_a_track_is_enlarged_from_several_frames_too(qtbot: QtBot, window: MainWindow, searched: str) -> None:
    stands = rows(window)[1]
    window.session.selection.select(stands.key, go_there=True)
    crops = window.comparison.grid.crops
    qtbot.waitUntil(lambda: [crop.accessibleName().split()[0] for crop in crops][1:] == ["Bilinear", "Several"])
    qtbot.waitUntil(lambda: "…" not in crops[-1].accessibleName())
    assert "17 frames" in crops[-1].accessibleName()
    window.settings.several_frames = False
    qtbot.waitUntil(lambda: len(crops) == 2)


def test_the_first_frame_of_each_scene_is_searched(
    qtbot: QtBot,
    window: MainWindow,
    settings: Settings,
    finder: FakeFinder,
    video: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tinyface_core.media import video as reader

    read: Callable[..., object] = reader.Video.frames
    monkeypatch.setattr(
        reader.Video,
        "frames",
        lambda self, *given: (replace(frame, cut=frame.index == 25) for frame in read(self, *given)),  # type: ignore[attr-defined]
    )
    window.session.opened.open_paths([video])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None, timeout=15000)
    way = window.video.timeline.searched_frames.way
    way.setCurrentText("changes of scene")
    way.activated.emit(way.currentIndex())
    window.actions_.find_video.trigger()
    qtbot.waitUntil(lambda: window.video.timeline.bar.marks == [0, 25], timeout=15_000)
    assert len(finder.searched) == 2


def test_a_video_is_searched_by_a_rate_in_time_until_a_step_is_chosen(
    qtbot: QtBot, window: MainWindow, video: Path, finder: FakeFinder
) -> None:
    """Of 20 frames a second about 8: every second one; the choice says so, and is the same in both places."""
    window.session.opened.open_paths([video])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None, timeout=15000)
    chosen = window.video.timeline.searched_frames
    assert chosen.way.currentText() == "8 frames a second" and not chosen.step.isVisible()
    search(qtbot, window)
    assert [result.every for result in window.session.searches.results.values()] == [STEP] * (FRAMES // STEP)
    other = SearchedFrames(window.settings)
    qtbot.addWidget(other)
    other.way.activated.emit(1)
    assert window.settings.video_step == 10 and chosen.step.isVisible() and chosen.step.value() == 10
    assert chosen.way.currentText() == "every n-th frame"


def follow_jolted(qtbot: QtBot, window: MainWindow, settings: Settings, tmp_path: Path) -> Path:
    """Search every fourth frame of a video in which the camera jolts by five pixels in the others, and follow faces."""
    noise = cv2.GaussianBlur(np.random.default_rng(0).integers(0, 255, (128, 170, 3), np.uint8), (0, 0), 1.5)
    jolts = [5 * (number % 4 > 0) for number in range(FRAMES)]
    video = write_video(tmp_path / "jolted.mp4", [np.ascontiguousarray(noise[:, 5 - x : 165 - x]) for x in jolts])
    settings.video_step = 4
    window.session.opened.open_paths([video])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None, timeout=15000)
    with qtbot.waitSignal(window.session.searches.tracks.followed, timeout=20_000):
        window.actions_.find_video.trigger()
    return video


def test_a_face_is_followed_through_frames_that_were_not_searched_as_its_box_is_corrected_too(
    qtbot: QtBot, window: MainWindow, settings: Settings, tmp_path: Path
) -> None:
    """The camera jolts by five pixels in frames that are not searched."""
    follow_jolted(qtbot, window, settings, tmp_path)
    go_to(qtbot, window, 1)
    stands = next(row for row in rows(window) if row.face.box == STANDER)

    def left() -> float:
        return next(face for face in window.session.selection.faces() if face.key == stands.key).face.box[0]

    assert left() == pytest.approx(STANDER[0] + 5, abs=0.5)
    first = next(face for face in members(window, stands) if face.index == 0)
    window.session.commands.change_box(first.key, (2.0, 10.0, 16.0, 26.0), QImage())
    assert left() == pytest.approx(2 * 0.75 + STANDER[0] * 0.25 + 5, abs=0.5), "it goes the same way"


def test_a_project_that_is_opened_again_shows_followed_boxes_where_they_were(
    qtbot: QtBot, window: MainWindow, settings: Settings, tmp_path: Path
) -> None:
    """Also where a track was split; the camera jolts in frames that are not searched, so interpolation is beside."""
    video = follow_jolted(qtbot, window, settings, tmp_path)

    def shown() -> dict[int, list[Box]]:
        frames = (Frame(np.zeros((1, 1, 3), np.uint8), str(video), number) for number in range(FRAMES))
        between = window.session.searches.tracks.faces_at
        return {frame.index or 0: sorted(entry.face.box for entry in between(frame)) for frame in frames}

    def exported() -> dict[int, list[Box]]:
        faces, results = window.session.faces.entries(), window.session.searches.results.values()
        pictures = FaceChoice(tuple(results), tuple(faces), lambda face: face.face.score >= 0.4).pictures()
        between = [picture.result for picture in pictures if not picture.result.is_searched]
        return {result.index or 0: sorted(face.box for face in result.faces) for result in between}

    stands = next(row for row in rows(window) if row.face.box == STANDER)
    before = shown()
    followed = {number: boxes for number, boxes in before.items() if number % 4}
    assert exported() == followed and len(followed) == FRAMES // 4 * 3
    assert before[1] and len(before[FRAMES - 1]) == len(before[FRAMES - 2]) > 0, "behind the last searched frame too"
    window.session.searches.tracks.split(stands.key, 8)
    assert shown() == before
    window.project.save_as(tmp_path / "case.tinyface")
    qtbot.waitUntil(lambda: window.project.is_named and window.project.is_saved)
    window.project.close()
    qtbot.waitUntil(lambda: not window.session.pictures.rowCount())
    with qtbot.waitSignal(window.project.loaded, timeout=15000):
        window.project.open(tmp_path / "case.tinyface")
    assert shown() == before and exported() == followed
    with Project.open(tmp_path / "case.tinyface") as project:
        assert project.check() == []
