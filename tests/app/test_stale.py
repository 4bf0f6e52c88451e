"""Nothing on the screen speaks of what is not there any more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.pictures import State
from tests.app.conftest import BOXES, FRAMES
from tinyface_core.project.records import ProjectFace, ProjectPicture, Remaining
from tinyface_core.project.store import Project
from tinyface_core.types import Detections, Face, FindResult, Verdict

MakePhoto = Callable[..., Path]


def test_the_tip_of_a_face_does_not_stay_over_the_next_picture(
    qtbot: QtBot, window: MainWindow, photo: MakePhoto
) -> None:
    first, second = photo("a.png"), photo("b.png")
    window.session.opened.open_paths([first, second])
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)
    x1, y1, x2, y2 = BOXES[0]
    canvas = window.canvas
    qtbot.mouseMove(canvas, canvas.view.from_picture(QPointF((x1 + x2) / 2, (y1 + y2) / 2)).toPoint())
    qtbot.waitUntil(lambda: "a.png" in canvas.toolTip())
    window.session.shown.show(str(second))
    assert canvas.toolTip() == ""
    # The mouse did not move: the face that lies there now is told.
    qtbot.waitUntil(lambda: "b.png" in canvas.toolTip())


def test_a_broken_video_does_not_show_the_time_of_the_one_before(
    qtbot: QtBot, window: MainWindow, video: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    window.session.opened.open_paths([video, broken])
    qtbot.waitUntil(lambda: window.video.timeline.time.text() != "")
    window.video.timeline.number.setValue(7)
    window.session.shown.show(str(broken))
    qtbot.waitUntil(lambda: window.session.pictures.pictures()[1].state == State.FAILED)
    assert window.video.timeline.time.text() == "" and window.video.timeline.bar.frames == 0
    assert window.video.timeline.number.value() == 0


@pytest.fixture
def case(photo: MakePhoto, tmp_path: Path) -> Path:
    """A project of one searched picture with one face."""
    path, case = photo(), tmp_path / "case.tinyface"
    with Project.create(case) as project:
        project.add_pictures([ProjectPicture(str(path))])
        face = ProjectFace(str(path), Face(BOXES[0], 0.9, 0.9))
        project.put_result(FindResult(str(path), 160, 120, Detections.of([], []), 1, 0), [face])
    return case


def test_a_project_that_loads_says_so_instead_of_no_faces(
    qtbot: QtBot, window: MainWindow, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[str, str]] = []

    def look(_part: object) -> None:
        window.face_list._tell_counts()
        said.append((window.face_list.nothing.text(), window.status.sentence.text()))

    window.project.loading.connect(lambda: look(None))
    window.opener.open_paths([case])
    qtbot.waitUntil(lambda: window.face_list.count.text() == "1 face")
    assert said == [("Loading the faces of the project…", "Loading the project…")]
    assert window.status.sentence.text() == "Ready"


def test_verdicts_that_another_window_gives_are_shown_and_told_once(
    qtbot: QtBot, window: MainWindow, case: Path, photo: MakePhoto
) -> None:
    window.opener.open_paths([case])
    qtbot.waitUntil(lambda: len(window.session.faces.entries()) == 1)
    (entry,) = window.session.faces.entries()
    with qtbot.waitSignal(window.project.loaded, raising=False, timeout=200):
        pass
    other = Project.open(case)
    other.put_faces([ProjectFace(entry.source, entry.face, verdict=Verdict.NOT_A_FACE, note="a poster", id=entry.id)])
    drawn = ProjectFace(entry.source, Face((50.0, 50.0, 60.0, 60.0), 1.0, 1.0), drawn=True, verdict=Verdict.CONFIRMED)
    other.put_faces([drawn])
    added = photo("added.png")
    other.add_pictures([ProjectPicture(str(added))])
    window.project.follower.look()
    qtbot.waitUntil(lambda: len(window.session.faces.entries()) == 2)
    first, second = window.session.faces.entries()
    assert (first.verdict, first.note, first.key) == (Verdict.NOT_A_FACE, "a poster", entry.key)
    assert second.id == drawn.id and window.session.pictures.row_of(str(added)) == 1
    assert "Another window" in window.notice.sentence.text()
    window.notice.hide()
    other.remove_faces([drawn])
    window.project.follower.look()
    qtbot.waitUntil(lambda: len(window.session.faces.entries()) == 1)
    assert not window.notice.isVisible()
    other.close()


def test_pictures_that_a_scan_elsewhere_has_searched_wait_for_none_and_copies_go(
    qtbot: QtBot, window: MainWindow, case: Path, photo: MakePhoto
) -> None:
    empty, copy, left = (str(photo(f"{name}.png")) for name in ("empty", "copy", "left"))
    with Project.open(case) as other:
        other.add_pictures(map(ProjectPicture, (empty, copy, left)))
        window.opener.open_paths([case])
        qtbot.waitUntil(lambda: window.status.sentence.text() == "Ready · 3 pictures are not searched yet")
        other.put_result(FindResult(empty, 160, 120, Detections.of([], []), 0, 0), [])
        other.remove_pictures([copy])
        window.project.follower.look()
        qtbot.waitUntil(lambda: window.status.sentence.text() == "Ready · 1 picture is not searched yet")
        assert [picture.name for picture in window.session.pictures.pictures()] == [
            "photo.png",
            "empty.png",
            "left.png",
        ]
        other.add_pictures([ProjectPicture(copy)])  # of what goes here, nothing is taken out of the file
        qtbot.waitUntil(lambda: window.project.is_saved)
        assert len(other.pictures()) == 4


def test_what_the_window_itself_writes_is_nobody_elses(qtbot: QtBot, window: MainWindow, case: Path) -> None:
    window.opener.open_paths([case])
    qtbot.waitUntil(lambda: len(window.session.faces.entries()) == 1)
    window.session.selection.give_verdict([window.session.faces.entries()[0].key], Verdict.CONFIRMED)
    qtbot.waitUntil(lambda: window.project.is_saved)
    window.project.follower.look()
    qtbot.wait(200)
    assert not window.notice.isVisible()


def test_a_window_in_which_nothing_is_done_makes_no_file_by_looking(qtbot: QtBot, window: MainWindow) -> None:
    window.project.follower.look()
    qtbot.wait(200)
    assert not window.project.path.exists()


def test_the_film_strip_counts_the_faces_that_are_shown_once_a_project_is_loaded(
    qtbot: QtBot, window: MainWindow, case: Path, photo: MakePhoto
) -> None:
    with Project.open(case) as project:
        (picture,) = project.pictures()
        project.put_faces([ProjectFace(picture.source, Face((40.0, 40.0, 50.0, 52.0), 0.12, 0.12))])
        other = str(photo("faint.png"))
        project.add_pictures([ProjectPicture(other)])
        project.put_faces([ProjectFace(other, Face((40.0, 40.0, 50.0, 52.0), 0.12, 0.12))])
    window.opener.open_paths([case])
    qtbot.waitUntil(lambda: len(window.session.faces.entries()) == 3)
    qtbot.waitUntil(lambda: [picture.faces for picture in window.session.pictures.pictures()] == [1, 0])


def test_the_first_picture_that_another_program_adds_is_shown(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, photo: MakePhoto
) -> None:
    Project.create(tmp_path / "empty.tinyface").close()
    window.opener.open_paths([tmp_path / "empty.tinyface"])
    with qtbot.waitSignal(window.project.loaded):
        pass
    source = str(photo("first.png"))
    with Project.open(tmp_path / "empty.tinyface") as other:
        other.add_pictures([ProjectPicture(source)])
    window.project.follower.look()
    qtbot.waitUntil(lambda: window.session.shown.source == source)


def test_a_picture_that_is_not_where_it_was_stays_marked_as_its_faces_come(
    qtbot: QtBot, window: MainWindow, case: Path
) -> None:
    gone = str(case.with_name("gone.png"))
    with Project.open(case) as project:
        project.add_pictures([ProjectPicture(gone)])
        face = ProjectFace(gone, Face(BOXES[0], 0.9, 0.9))
        project.put_result(FindResult(gone, 160, 120, Detections.of([], []), 1, 0), [face])
    window.opener.open_paths([case])
    qtbot.waitUntil(lambda: (gone, None) in window.session.searches.results)
    here, missing = window.session.pictures.pictures()
    assert (here.state, missing.state) == (State.DONE, State.FAILED) and "not where it was" in missing.reason


def test_a_video_that_another_file_replaced_is_told_and_searched_anew(
    qtbot: QtBot, window: MainWindow, video: Path, tmp_path: Path
) -> None:
    """What was found in the earlier file goes, but for what was said of it."""
    case, source = tmp_path / "case.tinyface", str(video)
    with Project.create(case) as project:
        project.add_pictures([ProjectPicture(source, is_video=True)])
        for index in range(FRAMES + 40):
            verdict = Verdict.CONFIRMED if index in (3, FRAMES + 30) else Verdict.UNDECIDED
            face = ProjectFace(source, Face(BOXES[0], 0.9, 0.9), index, index / 20, verdict)
            result = FindResult(source, 160, 128, Detections.of([], []), 1, 0, index=index, seconds=index / 20)
            project.put_result(result, [face])
        project.set_remaining(source, Remaining.SEARCH)
        project.set_fingerprint(source, "of a longer video", 10**9)
    window.opener.open_paths([case])
    qtbot.waitUntil(lambda: "was changed since it was searched" in window.notice.sentence.text())
    (picture,) = window.session.pictures.pictures()
    assert picture.state == State.FAILED and picture.reason.startswith(f"{source} was changed")

    window.actions_.find_video.trigger()
    pictures = window.session.pictures
    done = (State.DONE, Remaining.NOTHING)
    qtbot.waitUntil(lambda: (pictures.pictures()[0].state, pictures.pictures()[0].remaining) == done, timeout=20_000)
    qtbot.waitUntil(lambda: window.project.is_saved)
    assert not window.notice.isVisible()
    results = window.session.searches.results
    assert results and max(index or 0 for _, index in results) < FRAMES
    assert all((entry.index or 0) < FRAMES for entry in window.session.faces.entries())
    with Project.open(case) as project:
        (kept,) = project.pictures()
        assert not kept.changed and kept.searched and kept.remaining == Remaining.NOTHING
        assert {result.index for result in project.results(source)} == {index for _, index in results}
        faces = project.faces(source)
        assert all((face.index or 0) < FRAMES for face in faces)
        assert 3 in {face.index for face in faces if face.verdict}
