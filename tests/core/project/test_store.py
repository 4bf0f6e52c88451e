"""The project file: nothing is lost, whoever is killed; it moves, grows old and is shared without harm."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tinyface_core.project.records import ChangeError, ProjectError, ProjectFace, ProjectPicture, Remaining
from tinyface_core.project.relink import fingerprint, fingerprint_pictures, relink
from tinyface_core.project.schema import VERSION
from tinyface_core.project.store import Project
from tinyface_core.search_settings import SearchSettings
from tinyface_core.types import LEFT_OUT, NO_TRACK, Detections, Face, FindResult, Origin, Verdict

ROOT = Path(__file__).resolve().parents[3]
VERSION_1 = ROOT / "tests" / "data" / "project-version-1.tinyface"


def a_face(source: Path | str, x: float = 10.0, **more: object) -> ProjectFace:
    origin = Origin.DRAWN if more.get("drawn") else Origin.FOUND
    face = Face((x, 20.0, x + 8, 31.5), 0.75, 0.5, 0.25, 0.125, True, origin=origin)
    return ProjectFace(str(source), face, **more)  # type: ignore[arg-type]


def a_result(source: Path | str, index: int | None = None) -> FindResult:
    return FindResult(
        str(source),
        640,
        480,
        Detections.of([], []),
        40,
        12,
        {"detect": 0.5},
        SearchSettings(second_stage=False, device="cpu"),
        {"detector": "d 81"},
        ("Slow.",),
        index,
        None if index is None else index / 25,
    )


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "album" / "crowd.jpg"
    path.parent.mkdir()
    path.write_bytes(b"pixels of a crowd")
    return path


@pytest.fixture
def project(tmp_path: Path, picture: Path) -> Project:
    made = Project.create(tmp_path / "album" / "case.tinyface")
    made.add_pictures([ProjectPicture(str(picture))])
    return made


def test_what_is_put_in_comes_out_again(project: Project, picture: Path) -> None:
    found = a_face(picture, verdict=Verdict.CONFIRMED, note="the mayor")
    drawn = a_face(picture, 50, drawn=True)
    project.put_result(a_result(picture), [found])
    project.put_faces([drawn])
    project.set_reviewed(str(picture), True)
    with Project.open(project.path) as again:
        assert sorted(again.faces(str(picture)), key=lambda face: face.face.box) == [found, drawn]
        assert again.results() == [a_result(picture)]
        (listed,) = again.pictures()
        assert (listed.source, listed.faces, listed.reviewed, listed.missing) == (str(picture), 2, True, False)
        assert again.counts().verdicts == {"face": 1, "": 1}
        assert again.check() == []


def test_a_new_search_replaces_what_was_found_and_keeps_what_was_drawn(project: Project, picture: Path) -> None:
    old, drawn, new = a_face(picture), a_face(picture, 50, drawn=True), a_face(picture, 90)
    project.put_result(a_result(picture), [old])
    project.put_faces([drawn])
    project.put_result(a_result(picture), [new])
    assert {face.id for face in project.faces(str(picture))} == {drawn.id, new.id}
    project.remove_faces([drawn])
    assert [face.id for face in project.faces(str(picture))] == [new.id]


def test_a_changed_box_is_kept_with_the_first_one(project: Project, picture: Path) -> None:
    face = a_face(picture).with_box((1.0, 2.0, 30.0, 40.5))
    project.put_faces([face])
    assert project.faces(str(picture)) == [face] and face.found is not None


def test_frames_of_a_video_are_kept_apart(project: Project, tmp_path: Path) -> None:
    video = str(tmp_path / "walk.mp4")
    project.add_pictures([ProjectPicture(video, is_video=True)])
    for index in (0, 30):
        project.put_result(a_result(video, index), [a_face(video, index=index, seconds=index / 25)])
    project.put_result(a_result(video, 30), [])
    assert [(face.index, face.seconds) for face in project.faces(video)] == [(0, 0.0)]
    assert [result.index for result in project.results()] == [0, 30]


def test_a_removed_picture_takes_its_faces_along(project: Project, picture: Path) -> None:
    project.put_result(a_result(picture), [a_face(picture)])
    project.remove_pictures([str(picture)])
    assert project.counts().faces == 0 and project.results() == [] and project.pictures() == []


def test_a_face_of_a_picture_that_is_not_in_the_project_changes_nothing(project: Project, picture: Path) -> None:
    with pytest.raises(ProjectError, match="not part of the project"):
        project.put_faces([a_face(picture), a_face("/elsewhere/other.jpg")])
    assert project.counts().faces == 0


def test_changes_made_together_are_all_there_or_none(project: Project, picture: Path) -> None:
    with pytest.raises(ZeroDivisionError), project.together():
        project.put_faces([a_face(picture)])
        project.set_reviewed(str(picture), True)
        _ = 1 / 0
    assert (project.counts().faces, project.counts().reviewed) == (0, 0)
    with project.together():
        project.put_faces([a_face(picture)])
        project.set_reviewed(str(picture), True)
    assert (project.counts().faces, project.counts().reviewed) == (1, 1)


# -- killed in the middle of writing ---------------------------------------------------------------------

_WRITER = """
import sys
from pathlib import Path
from tests.core.project.test_store import a_face, a_result
from tinyface_core.project.store import Project
project, picture = Project.open(Path(sys.argv[1])), sys.argv[2]
round = 0
while True:
    round += 1
    # One transaction of a thousand faces that all bear its number: half of one would show.
    project.put_result(a_result(picture), [a_face(picture, x, note=str(round)) for x in range(1000)])
    print(round, flush=True)
"""


def writer(project: Path, picture: Path, script: str = _WRITER) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, str(project), str(picture)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("delay", [0.0, 0.003, 0.011, 0.02, 0.047])
def test_a_program_killed_while_it_writes_leaves_its_last_commit(project: Project, picture: Path, delay: float) -> None:
    project.close()
    process = writer(project.path, picture)
    assert process.stdout is not None
    told = int(process.stdout.readline()) and int(process.stdout.readline())
    threading.Event().wait(delay)
    process.send_signal(signal.SIGKILL)
    said = [int(line) for line in process.stdout.read().split()]  # what it had told and we had not yet read
    process.wait()
    last_told = max([told, *said])
    with Project.open(project.path) as left:
        faces = left.faces(str(picture))
        assert left.check() == []
        left.set_reviewed(str(picture), True)
    rounds = {int(face.note) for face in faces}
    assert len(faces) == 1000
    assert rounds <= {last_told, last_told + 1}, "a commit that was told is lost"
    assert len(rounds) == 1, "half of a commit is there"
    # What SQLite needed to undo the rest goes with the next change: the one file is all there is.
    assert sorted(path.name for path in project.path.parent.iterdir()) == ["case.tinyface", "crowd.jpg"]


_SHARING_WRITER = """
import sys
from pathlib import Path
from tests.core.project.test_store import a_face
from tinyface_core.project.store import Project
with Project.open(Path(sys.argv[1])) as project:
    for x in range(60):
        project.put_faces([a_face(sys.argv[2], x, note="theirs")])
"""


def test_two_programs_on_one_file_both_keep_their_work(project: Project, picture: Path) -> None:
    process = writer(project.path, picture, _SHARING_WRITER)
    for x in range(60):
        project.put_faces([a_face(picture, 1000 + x, note="ours")])
    assert process.wait(60) == 0
    notes = [face.note for face in project.faces(str(picture))]
    assert notes.count("ours") == notes.count("theirs") == 60
    assert project.check() == []


# -- files that grow old, move, or are none ----------------------------------------------------------------


def test_a_file_of_version_1_is_brought_up_to_date_and_keeps_everything(tmp_path: Path) -> None:
    path = tmp_path / "old.tinyface"
    shutil.copy(VERSION_1, path)
    with Project.open(path) as project:
        crowd, walk = project.pictures()
        assert (crowd.sha256, crowd.size, crowd.faces, crowd.reviewed) == ("ab" * 32, 1234, 3, False)
        assert (walk.is_video, walk.faces) == (True, 1)
        faces = {face.id: face for face in project.faces(crowd.source)}
        assert faces[11].face == Face((10, 20, 18, 30), 0.9, 0.8, 0.7, 0.6, True)
        assert (faces[11].verdict, faces[11].note) == ("face", "the mayor")
        assert faces[12].verdict == "not a face" and faces[13].drawn
        assert [(result.index, result.remarks) for result in project.results()] == [(None, ()), (30, ("slow",))]
        project.set_reviewed(crowd.source, True)
    with Project.open(path) as project:
        assert project.pictures()[0].reviewed
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA user_version").fetchone()[0] == VERSION > 1
    copies = list(tmp_path.glob("old.version-*"))
    with sqlite3.connect(copies[0]) as raw:
        assert len(copies) == 1 and raw.execute("PRAGMA user_version").fetchone()[0] == 1
        assert raw.execute("SELECT count(*) FROM faces").fetchone()[0] == 4


def test_how_faces_moved_is_kept_beside_what_was_said_of_them(tmp_path: Path, picture: Path) -> None:
    with Project.create(tmp_path / "case.tinyface") as project:
        project.add_pictures([ProjectPicture(str(picture))])
        face = ProjectFace(str(picture), Face((1, 2, 3, 4), 0.9, 0.9, track=3), 5, 0.2, moves_behind=b"12345678")
        project.put_faces([face])
        assert project.faces(str(picture)) == [face]
        judged = replace(face, verdict=Verdict.CONFIRMED)
        project.put_faces([judged])
        moved = replace(face, moves_before=b"abcdefgh", moves_behind=b"")
        project.put_moves([moved])
        assert project.faces(str(picture)) == [replace(moved, verdict=Verdict.CONFIRMED)]


def test_large_files_of_older_versions_are_read_again_as_only_their_ends_were_noted(tmp_path: Path) -> None:
    path = tmp_path / "old.tinyface"
    shutil.copy(VERSION_1, path)
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE pictures SET sha256 = 'cd', size = iif(is_video, 65 * 1048576, 1)")
    with Project.open(path) as project:
        assert [picture.sha256 for picture in project.pictures()] == ["cd", ""]


def test_compacting_gives_the_room_of_what_was_removed_back(tmp_path: Path, picture: Path) -> None:
    with Project.create(tmp_path / "case.tinyface") as project:
        project.add_pictures([ProjectPicture(str(picture))])
        faces = [ProjectFace(str(picture), Face((1, 1, 9, 9), 0.5, 0.5)) for _ in range(5000)]
        project.put_faces(faces)
        project.remove_faces(faces[1:])
        size = project.path.stat().st_size
        assert project.compact() > size / 2
        assert project.faces(str(picture)) == faces[:1] and project.check() == []
    with Project.open(project.path) as again:
        assert again.counts().faces == 1


def test_tracks_of_a_video_come_out_as_they_went_in(project: Project, tmp_path: Path) -> None:
    video = str(tmp_path / "walk.mp4")
    project.add_pictures([ProjectPicture(video, is_video=True)])
    face = a_face(video, index=3, seconds=0.12, sharpness=0.5).with_track(4, settled=True)
    project.put_result(replace(a_result(video, 3), cut=True, every=3), [face])
    with Project.open(project.path) as again:
        assert again.faces(video) == [face] and again.faces(video)[0].face.track == 4
        (result,) = again.results(video)
        assert result.cut and result.every == 3


def test_faces_that_linking_left_out_are_asked_for_alone(project: Project, tmp_path: Path) -> None:
    video = str(tmp_path / "walk.mp4")
    project.add_pictures([ProjectPicture(video, is_video=True)])
    faces = [a_face(video, index=3).with_track(track, settled=False) for track in (LEFT_OUT, 0, NO_TRACK)]
    project.put_faces(faces)
    for left_out, wanted in ((None, faces), (True, faces[:1]), (False, faces[1:])):
        assert {face.id for face in project.faces(video, left_out)} == {face.id for face in wanted}
    assert {face.id for few in project.all_faces() for face in few}.isdisjoint({faces[0].id})


def test_what_the_search_of_a_video_has_still_to_do_is_kept(project: Project, tmp_path: Path) -> None:
    video = str(tmp_path / "walk.mp4")
    project.add_pictures([ProjectPicture(video, is_video=True)])
    for remaining in (Remaining.FOLLOWING, Remaining.SEARCH, Remaining.NOTHING):
        project.set_remaining(video, remaining)
        with Project.open(project.path) as again:
            assert again.pictures()[-1].remaining is remaining


def test_a_migration_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tinyface_core.project import schema

    path = tmp_path / "old.tinyface"
    shutil.copy(VERSION_1, path)
    before = path.read_bytes()
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE more (a); CREATE TABLE faces (a);"))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    with pytest.raises(ProjectError):
        Project.open(path)
    assert path.read_bytes() == before


def test_a_file_of_a_newer_program_is_not_touched(project: Project) -> None:
    project.close()
    with sqlite3.connect(project.path) as raw:
        raw.execute(f"PRAGMA user_version = {VERSION + 1}")
    raw.close()
    with pytest.raises(ProjectError, match="newer version"):
        Project.open(project.path)


def test_what_is_no_project_is_refused_in_one_sentence(tmp_path: Path) -> None:
    text, other = tmp_path / "notes.tinyface", tmp_path / "other.tinyface"
    text.write_text("These are my notes, and long enough to fill a header of SQLite. " * 20)
    with sqlite3.connect(other) as raw:
        raw.execute("CREATE TABLE songs (title)")
    raw.close()
    for path, sentence in (
        (text, "not a project"),
        (other, "another program"),
        (tmp_path / "none", "does not exist"),
        (tmp_path, "is a folder: choose a project file"),
    ):
        with pytest.raises(ProjectError, match=sentence):
            Project.open(path)
    assert sqlite3.connect(other).execute("SELECT count(*) FROM sqlite_schema").fetchone() == (1,)


def test_a_picture_whose_file_has_another_size_than_was_searched_is_changed(project: Project, picture: Path) -> None:
    said, unsaid = a_face(picture, verdict=Verdict.CONFIRMED), a_face(picture, 50)
    drawn = a_face(picture, 90, drawn=True)
    project.put_result(a_result(picture), [said, unsaid])
    project.put_faces([drawn])
    assert not project.pictures()[0].changed, "its size is not known"
    fingerprint_pictures(project)
    assert not project.pictures()[0].changed
    picture.write_bytes(b"other pixels, and more of them")
    assert project.pictures()[0].changed
    project.forget_search(str(picture))
    (kept,) = project.pictures()
    assert not (kept.changed or kept.searched or kept.sha256) and project.results() == []
    assert {face.id for face in project.faces(str(picture))} == {said.id, drawn.id}


def test_a_project_that_moves_with_its_pictures_finds_them(project: Project, picture: Path, tmp_path: Path) -> None:
    project.put_faces([a_face(picture)])
    project.close()
    shutil.move(tmp_path / "album", tmp_path / "archive")
    with Project.open(tmp_path / "archive" / "case.tinyface") as moved:
        (listed,) = moved.pictures()
        assert listed.path == tmp_path / "archive" / "crowd.jpg" and not listed.missing
        assert len(moved.faces(listed.source)) == 1


def test_a_project_that_moves_alone_finds_its_pictures_where_they_were(project: Project, picture: Path) -> None:
    project.close()
    elsewhere = project.path.parent.parent / "sent" / "deeper" / "case.tinyface"
    elsewhere.parent.mkdir(parents=True)
    shutil.move(project.path, elsewhere)
    with Project.open(elsewhere) as moved:
        assert moved.pictures()[0].path == picture


def test_save_as_copies_everything_and_leaves_the_first_file(project: Project, picture: Path, tmp_path: Path) -> None:
    project.put_result(a_result(picture), [a_face(picture, verdict=Verdict.CONFIRMED)])
    copy = project.save_as(tmp_path / "copies" / "second.tinyface")
    copy.put_faces([a_face(picture, 70)])
    assert len(copy.faces(str(picture))) == 2 and len(project.faces(str(picture))) == 1
    shutil.move(tmp_path / "album", tmp_path / "copies" / "album")
    copy.close()
    with Project.open(copy.path) as again:
        assert again.pictures()[0].missing  # it lay beside, not below: only "../album" is known


def test_missing_pictures_are_found_by_what_they_hold(project: Project, picture: Path, tmp_path: Path) -> None:
    project.put_faces([a_face(picture, verdict=Verdict.UNSURE)])
    assert not fingerprint_pictures(project)
    new = tmp_path / "renamed" / "IMG_0001.jpg"
    new.parent.mkdir()
    shutil.move(picture, new)
    (tmp_path / "renamed" / "crowd.jpg").write_bytes(b"pixels of a cr0wd")  # the old name and size, another picture
    assert project.pictures()[0].missing
    assert relink(project, tmp_path / "renamed") == {str(picture): str(new)}
    (listed,) = project.pictures()
    assert listed.path == new and not listed.missing
    assert project.faces(str(new))[0].verdict == "unsure"


def test_of_equal_files_the_one_of_the_same_name_is_taken(project: Project, picture: Path, tmp_path: Path) -> None:
    fingerprint_pictures(project)
    folder = tmp_path / "copies"
    for name in ("a.jpg", "crowd.jpg", "deep.jpg"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(picture, folder / name)
    picture.unlink()
    assert relink(project, folder) == {str(picture): str(folder / "crowd.jpg")}


def test_a_file_that_cannot_be_read_does_not_keep_others_from_being_found(
    project: Project, picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fingerprint_pictures(project)
    folder = tmp_path / "moved"
    folder.mkdir()
    for name in ("a.jpg", "b.jpg"):
        shutil.copy(picture, folder / name)
    picture.unlink()

    def read(path: Path) -> tuple[str, int]:
        if path.name == "a.jpg":
            raise PermissionError(13, "Permission denied", str(path))
        return fingerprint(path)

    monkeypatch.setattr("tinyface_core.project.relink.fingerprint", read)
    assert relink(project, folder) == {str(picture): str(folder / "b.jpg")}


@pytest.mark.parametrize("namesakes", [1, 2])
def test_a_picture_of_unknown_content_is_found_by_its_name_if_just_one_file_has_it(
    project: Project, picture: Path, tmp_path: Path, namesakes: int
) -> None:
    other = ProjectPicture(str(tmp_path / "album" / "gone.jpg"))
    project.add_pictures([other])
    folder = tmp_path / "elsewhere"
    for number in range(namesakes):
        (folder / str(number)).mkdir(parents=True)
        shutil.copy(picture, folder / str(number) / "crowd.jpg")
    picture.unlink()
    told: list[tuple[str, int, int]] = []
    found = relink(project, folder, progress=lambda *step: told.append(step))
    assert found == ({str(picture): str(folder / "0" / "crowd.jpg")} if namesakes == 1 else {})
    assert told == [("relink", 0, 2), ("relink", 1, 2)]


def test_what_pictures_hold_is_noted_some_at_a_time_and_what_cannot_be_read_is_passed_over(
    project: Project, picture: Path, tmp_path: Path
) -> None:
    (tmp_path / "album" / "folder.jpg").mkdir()
    for name in ("a.jpg", "folder.jpg", "gone.jpg", "z.jpg"):
        project.add_pictures([ProjectPicture(str(tmp_path / "album" / name))])
    for name in ("a.jpg", "z.jpg"):
        (tmp_path / "album" / name).write_text(name)
    left = [fingerprint_pictures(project, most=1) for _ in range(4)]
    assert left == [True, True, False, False]
    known = {listed.path.name: (listed.sha256 != "", listed.size) for listed in project.pictures()}
    nothing = (False, -1)
    assert known == {
        "crowd.jpg": (True, 17), "a.jpg": (True, 5), "z.jpg": (True, 5), "folder.jpg": nothing, "gone.jpg": nothing,
    }  # fmt: skip


def test_a_moved_picture_that_was_added_by_hand_keeps_what_was_said_at_both_places(
    project: Project, picture: Path, tmp_path: Path
) -> None:
    judged, drawn = a_face(picture, verdict=Verdict.CONFIRMED), a_face(picture, x=200.0, drawn=True)
    project.put_result(a_result(picture), [judged])
    project.put_faces([drawn])
    project.set_reviewed(str(picture), True)
    fingerprint_pictures(project)
    new = tmp_path / "moved" / "crowd.jpg"
    new.parent.mkdir()
    shutil.move(picture, new)
    project.add_pictures([ProjectPicture(str(new))])
    again, other = a_face(new), a_face(new, x=400.0, verdict=Verdict.NOT_A_FACE)
    project.put_result(a_result(new), [again, other])
    assert relink(project, tmp_path / "moved") == {str(picture): str(new)}
    (listed,) = project.pictures()
    assert (listed.path, listed.missing, listed.reviewed) == (new, False, True)
    said = {face.id: (face.verdict, face.drawn) for face in project.faces(str(new))}
    assert said == {
        again.id: (Verdict.CONFIRMED, False),
        other.id: (Verdict.NOT_A_FACE, False),
        drawn.id: (drawn.verdict, True),
    }
    assert project.check() == []


def test_a_moved_picture_that_was_added_but_not_searched_keeps_its_search(
    project: Project, picture: Path, tmp_path: Path
) -> None:
    face = a_face(picture)
    project.put_result(a_result(picture), [face])
    new = tmp_path / "moved" / "crowd.jpg"
    new.parent.mkdir()
    shutil.move(picture, new)
    project.add_pictures([ProjectPicture(str(new))])
    relink(project, tmp_path / "moved")
    assert [kept.id for kept in project.faces(str(new))] == [face.id]
    assert [result.source for result in project.results()] == [str(new)]


def test_a_file_is_known_by_all_of_its_content(tmp_path: Path) -> None:
    path = tmp_path / "long.tif"
    with path.open("wb") as file:
        file.truncate(65 * 2**20)
    before = fingerprint(path)
    with path.open("r+b") as file:
        file.seek(33 * 2**20)
        file.write(b"edited")
    assert fingerprint(path) != before and fingerprint(path) == (
        hashlib.sha256(path.read_bytes()).hexdigest(),
        65 * 2**20,
    )


def test_after_changes_that_were_undone_the_project_knows_only_what_is_in_the_file(
    project: Project, picture: Path, tmp_path: Path
) -> None:
    other = ProjectPicture(str(tmp_path / "other.png"))

    class Trouble(Exception):
        pass

    with pytest.raises(Trouble), project.together():
        project.add_pictures([other])
        project.remove_pictures([str(picture)])
        project.put_faces([a_face(other.source)])
        raise Trouble
    project.put_faces([ProjectFace(str(picture), Face((1.0, 2.0, 3.0, 4.0), 0.5, 0.5))])
    with pytest.raises(ProjectError):
        project.put_faces([ProjectFace(other.source, Face((1.0, 2.0, 3.0, 4.0), 0.5, 0.5))])
    project.add_pictures([other])
    assert [one.source for one in project.pictures()] == [str(picture), other.source]


def test_faces_come_out_frame_by_frame_and_best_first(project: Project, picture: Path) -> None:
    def face(score: float, index: int | None = None) -> ProjectFace:
        return ProjectFace(str(picture), Face((1.0, 2.0, 3.0, 4.0), score, score), index)

    project.put_faces([face(0.2), face(0.9), face(0.3, 7), face(0.5), face(0.8, 2), face(0.4, 7)])
    assert [(one.index, one.face.score) for one in project.faces(str(picture))] == [
        (None, 0.9), (None, 0.5), (None, 0.2), (2, 0.8), (7, 0.4), (7, 0.3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        ("SQLITE_BUSY_SNAPSHOT", "Another program is writing"),
        ("SQLITE_LOCKED", "Another program is writing"),
        ("SQLITE_NOTADB", "not a project"),
        ("SQLITE_READONLY_DBMOVED", "cannot be written"),
        ("SQLITE_CANTOPEN", "cannot be written"),
        ("SQLITE_PERM", "cannot be written"),
        ("SQLITE_FULL", "The disk is full"),
        ("SQLITE_CORRUPT_VTAB", "damaged"),
        ("SQLITE_IOERR_READ", "cannot be used"),
    ],
)
def test_each_trouble_of_the_file_is_a_sentence_of_its_own(project: Project, trouble: str, sentence: str) -> None:
    error = sqlite3.OperationalError("trouble")
    error.sqlite_errorname = trouble
    with pytest.raises(ProjectError, match=sentence) as caught, project.reading():
        raise error
    assert not isinstance(caught.value, ChangeError), "another try may do"


def test_a_change_that_the_file_cannot_hold_is_to_blame_itself(project: Project, picture: Path) -> None:
    with pytest.raises(ChangeError):
        project.put_faces([a_face(picture, float("nan"))])
    assert project.counts().faces == 0


def test_a_project_may_be_asked_from_any_thread_and_tells_when_somebody_else_wrote(
    project: Project, picture: Path
) -> None:
    with ThreadPoolExecutor(1) as thread:
        before = thread.submit(project.version).result()
        project.put_faces([a_face(picture), a_face(picture, 50)])
        assert thread.submit(project.version).result() == before, "what it wrote itself is no news"
        with Project.open(project.path) as other:
            other.set_reviewed(str(picture), True)
        assert thread.submit(project.version).result() != before
    assert [project.has_more_faces_than(count) for count in (0, 1, 2)] == [True, True, False]


def test_a_copy_under_the_same_name_is_the_project_itself(project: Project, picture: Path) -> None:
    project.put_faces([a_face(picture)])
    with project.save_as(project.path) as same:
        same.put_faces([a_face(picture, 50)])
    assert project.counts().faces == 2


def test_many_pictures_are_read_some_at_a_time(
    project: Project, picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinyface_core.project.database._PICTURES_AT_ONCE", 2)
    sources = [str(picture), *(str(tmp_path / f"{number}.jpg") for number in range(4))]
    project.add_pictures([ProjectPicture(source) for source in sources])
    assert [listed.faces for listed in project.pictures()] == [0] * 5
    for number, source in enumerate(sources):
        project.put_faces([a_face(source, 50.0 * place) for place in range((number + 2) % 5)])
    project.put_result(a_result(sources[3]), [])
    assert [(listed.source, listed.faces, listed.searched) for listed in project.pictures()] == [
        (sources[0], 2, False), (sources[1], 3, False), (sources[2], 4, False), (sources[3], 0, True),
        (sources[4], 1, False),
    ]  # fmt: skip
    assert [faces[0].source for faces in project.all_faces()] == [sources[number] for number in (0, 1, 2, 4)]
    project.set_fingerprint(sources[2], "ab", 2)
    assert list(project.without_fingerprint()) == [sources[number] for number in (0, 1, 3, 4)]


def test_pictures_that_are_there_already_keep_no_others_out(project: Project, picture: Path, tmp_path: Path) -> None:
    sources = [str(picture), str(tmp_path / "new.jpg")]
    project.add_pictures([ProjectPicture(source, reviewed=True) for source in sources])
    assert [(listed.source, listed.reviewed) for listed in project.pictures()] == [
        (sources[0], False), (sources[1], True),
    ]  # fmt: skip


def test_a_picture_that_is_moved_to_where_it_lies_keeps_its_faces(project: Project, picture: Path) -> None:
    face = a_face(picture, verdict=Verdict.CONFIRMED)
    project.put_result(a_result(picture), [face])
    project.move_pictures({str(picture): str(picture)})
    assert project.faces(str(picture)) == [face] and len(project.results()) == 1


def test_a_row_without_its_picture_is_told_with_its_table(project: Project, picture: Path) -> None:
    project.put_faces([a_face(picture)])
    project.close()
    with sqlite3.connect(project.path) as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("DELETE FROM pictures")
    raw.close()
    with Project.open(project.path) as again:
        assert again.check() == ["a row of faces has lost its picture"]


def test_an_empty_file_is_no_new_project(tmp_path: Path) -> None:
    path = tmp_path / "cut.tinyface"
    path.touch()
    with pytest.raises(ProjectError, match="not copied whole"):
        Project.open(path)
    assert path.read_bytes() == b"" and [other.name for other in tmp_path.iterdir()] == [path.name]


def test_the_searches_of_all_frames_of_a_video_share_their_settings(project: Project, picture: Path) -> None:
    for index in range(3):
        project.put_result(FindResult(str(picture), 9, 9, Detections.of([], []), 0, 0, index=index), [])
    first, *others = project.results(str(picture))
    assert first.settings == SearchSettings() and all(result.settings is first.settings for result in others)
