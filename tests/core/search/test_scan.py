"""Scanning folders: each content once, resumable at any moment, and what has changed is noticed."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from threading import Event, Timer
from typing import Any

import numpy as np
import pytest

from tests.core.commands import conftest
from tests.core.search.made_scan import content, found_in, save_photo, scanned
from tinyface_core.pace import Advance
from tinyface_core.project.records import ProjectError, ProjectPicture
from tinyface_core.project.scanned import FoundFile, Outcome, ScannedFile, ScannedFiles
from tinyface_core.project.store import Project
from tinyface_core.search import scan as module
from tinyface_core.search.scan import Observer, ScanOrder, rounds
from tinyface_core.types import Detections, FindResult, Frame, UserError, Verdict

clip = conftest.clip
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Two photos, a copy of the first in a folder below, and what is no picture."""
    folder = tmp_path / "photos"
    first = save_photo(folder / "a.jpg", 1)
    save_photo(folder / "b.jpg", 2)
    (folder / "below").mkdir()
    shutil.copy(first, folder / "below" / "copy.jpg")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff no picture")
    return folder


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return tmp_path / "case.tinyface"


def sources(case: Path) -> list[str]:
    with Project.open(case) as project:
        return [picture.path.name for picture in project.pictures()]


class Searches:
    """Counts searches by name."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, frame: Frame) -> FindResult:
        self.names.append(Path(frame.source).name)
        return found_in(frame)


def test_each_content_is_searched_once_and_what_fails_keeps_its_reason(photos: Path, case: Path) -> None:
    search = Searches()
    outcomes = scanned(case, photos, search=search)
    assert outcomes == {Outcome.SEARCHED: 2, Outcome.COPY: 1, Outcome.FAILED: 1, Outcome.GONE: 0}
    assert search.names == ["a.jpg", "b.jpg"] and sources(case) == ["a.jpg", "b.jpg"]
    with Project.open(case) as project:
        assert [(Path(file.path).name, file.reason[:28]) for file in ScannedFiles(project).failed()] == [
            ("broken.jpg", "broken.jpg is not a picture ")
        ]
        expected = found_in(next(module.read_frames(photos / "a.jpg"))).faces
        kept = expected.take(expected.scores >= 0.1)
        assert sorted(face.face.box for face in project.faces(str(photos / "a.jpg"))) == sorted(f.box for f in kept)
        assert 0 < len(kept) < len(expected), "the faint ones are not kept"


def test_the_first_file_is_stored_at_once_since_somebody_may_wait_for_it(photos: Path, case: Path) -> None:
    stored = threading.Event()

    class Waits(Observer):
        def stored(self, change: object) -> None:
            stored.set()

    def search(frame: Frame) -> FindResult:
        assert frame.source == str(photos / "a.jpg") or stored.wait(5)
        return found_in(frame)

    assert scanned(case, photos, search=search, observer=Waits())[Outcome.SEARCHED] == 2


def test_a_second_scan_decodes_and_reads_nothing(photos: Path, case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scanned(case, photos)
    before = content(case)
    for name in ("fingerprint", "read_frames"):
        monkeypatch.setattr(module, name, lambda *_: pytest.fail("read again"))
    assert +scanned(case, photos) == {Outcome.UNCHANGED: 3, Outcome.FAILED_BEFORE: 1}
    assert content(case) == before


def test_a_copy_that_was_listed_as_a_picture_becomes_a_file_of_the_first(photos: Path, case: Path) -> None:
    copy = photos / "below" / "copy.jpg"
    listed = [ProjectPicture(str(path)) for path in (photos / "a.jpg", copy)]
    with Project.create(case) as project:
        project.add_pictures(listed)
    assert scanned(case, photos)[Outcome.COPY] == 1 and sources(case) == ["a.jpg", "b.jpg"]


def test_a_copy_of_which_something_was_said_is_searched_as_a_picture_of_its_own(photos: Path, case: Path) -> None:
    copy = photos / "below" / "copy.jpg"
    with Project.create(case) as project:
        project.add_pictures([ProjectPicture(str(copy))])
        project.set_reviewed(str(copy), True)
    assert scanned(case, photos)[Outcome.SEARCHED] == 3 and sources(case) == ["copy.jpg", "a.jpg", "b.jpg"]


def test_an_album_that_was_moved_keeps_what_was_said_once_its_new_place_is_scanned(photos: Path, case: Path) -> None:
    scanned(case, photos)
    with Project.open(case) as project:
        face = project.faces(str(photos / "b.jpg"))[0]
        project.put_faces([module.replace(face, verdict=Verdict.CONFIRMED)])
    photos.rename(moved := photos.with_name("moved"))
    search = Searches()
    assert +scanned(case, moved, search=search) == {Outcome.MOVED: 2, Outcome.COPY: 1, Outcome.FAILED: 1}
    assert search.names == []
    with Project.open(case) as project:
        assert [(picture.source, picture.missing) for picture in project.pictures()] == [
            (str(moved / "a.jpg"), False), (str(moved / "b.jpg"), False)
        ]  # fmt: skip
        assert project.faces(str(moved / "b.jpg"))[0].verdict == Verdict.CONFIRMED
        assert ScannedFiles(project).of_picture(str(moved / "below" / "copy.jpg")) == str(moved / "a.jpg")
    assert Outcome.MOVED not in +scanned(case, moved), "it is told once"


def test_two_scans_of_one_project_are_refused(photos: Path, case: Path) -> None:
    def search(frame: Frame) -> FindResult:
        with pytest.raises(UserError, match=r"^Another scan works on case.tinyface: wait"):
            scanned(case, photos)
        return found_in(frame)

    assert scanned(case, photos, search=search)[Outcome.SEARCHED] == 2
    assert scanned(case, photos)[Outcome.UNCHANGED] == 3, "the lock went with the scan"


def test_files_that_failed_are_tried_again_when_asked_to_or_when_they_have_changed(photos: Path, case: Path) -> None:
    scanned(case, photos)
    assert scanned(case, photos, retry=True)[Outcome.FAILED] == 1
    save_photo(photos / "broken.jpg", 3)
    assert scanned(case, photos)[Outcome.SEARCHED] == 1
    with Project.open(case) as project:
        assert ScannedFiles(project).failed() == []


def test_of_files_of_one_content_that_cannot_be_searched_each_is_told(photos: Path, case: Path) -> None:
    for name in ("c.jpg", "d.jpg", "e.jpg"):
        (photos / name).write_bytes(b"none of these is a picture")
    told: dict[str, str] = {}

    class Told(module.Observer):
        def failed(self, path: Path, error: BaseException) -> None:
            told[path.name] = str(error)

    for retry in (False, True):
        told.clear()
        assert scanned(case, photos, observer=Told(), retry=retry)[Outcome.FAILED] == 4
        assert sorted(told) == ["broken.jpg", "c.jpg", "d.jpg", "e.jpg"]
    with Project.open(case) as project:
        assert [told[Path(file.path).name] for file in ScannedFiles(project).failed()] == [
            file.reason for file in ScannedFiles(project).failed()
        ]


def test_new_changed_and_gone_files_are_noticed(photos: Path, case: Path) -> None:
    scanned(case, photos)
    with Project.open(case) as project:
        faces = project.faces(str(photos / "b.jpg"))
        project.set_reviewed(str(photos / "b.jpg"), True)
    save_photo(photos / "new.jpg", 4)
    save_photo(photos / "b.jpg", 5)
    (photos / "below" / "copy.jpg").unlink()
    search = Searches()
    assert +scanned(case, photos, search=search) == {
        Outcome.SEARCHED: 2, Outcome.UNCHANGED: 1, Outcome.FAILED_BEFORE: 1, Outcome.GONE: 1
    }  # fmt: skip
    assert search.names == ["b.jpg", "new.jpg"]
    with Project.open(case) as project:
        assert project.faces(str(photos / "b.jpg")) != faces
        assert not project.pictures()[1].reviewed, "faces of another picture were marked"
    assert scanned(case, photos)[Outcome.GONE] == 0, "it is told once"


def test_a_picture_stays_with_its_content_when_its_file_is_renamed_removed_or_written_over(
    photos: Path, case: Path
) -> None:
    scanned(case, photos)
    with Project.open(case) as project:
        faces = project.faces(str(photos / "a.jpg"))
        project.put_faces([module.replace(faces[0], verdict=Verdict.CONFIRMED)])
    copy = photos / "below" / "copy.jpg"
    save_photo(photos / "a.jpg", 6)  # its first content lies in the copy alone now
    assert scanned(case, photos)[Outcome.SEARCHED] == 1
    with Project.open(case) as project:
        assert [face.verdict for face in project.faces(str(copy))].count(Verdict.CONFIRMED) == 1
        assert Verdict.CONFIRMED not in [face.verdict for face in project.faces(str(photos / "a.jpg"))]
    copy.rename(renamed := photos / "renamed.jpg")
    assert +scanned(case, photos) == {
        Outcome.MOVED: 1, Outcome.UNCHANGED: 2, Outcome.FAILED_BEFORE: 1, Outcome.GONE: 1
    }  # fmt: skip
    with Project.open(case) as project:
        assert [face.verdict for face in project.faces(str(renamed))].count(Verdict.CONFIRMED) == 1
        assert not any(picture.missing for picture in project.pictures())


def test_verdicts_stay_when_a_changed_picture_shows_the_same_faces(photos: Path, case: Path) -> None:
    scanned(case, photos)
    path = photos / "b.jpg"
    with Project.open(case) as project:
        face = project.faces(str(path))[0]
        project.put_faces([module.replace(face, verdict=Verdict.CONFIRMED)])
    save_photo(path, 2, quality=92)
    scanned(case, photos)
    with Project.open(case) as project:
        assert [f.face.box for f in project.faces(str(path)) if f.verdict] == [face.face.box]


def test_a_folder_that_is_unplugged_loses_nothing(photos: Path, case: Path, tmp_path: Path) -> None:
    scanned(case, photos)
    before = content(case)
    photos.rename(tmp_path / "unplugged")
    told: list[Path] = []

    class Told(Observer):
        def failed(self, path: Path, error: BaseException) -> None:
            told.append(path)

    assert scanned(case, photos, observer=Told())[Outcome.GONE] == 0
    photos.mkdir()
    assert scanned(case, photos, observer=Told())[Outcome.GONE] == 0
    assert told == [photos, photos] and content(case) == before


def test_a_folder_that_is_unplugged_while_it_is_scanned_loses_nothing(photos: Path, case: Path, tmp_path: Path) -> None:
    scanned(case, photos)
    with Project.open(case) as project:
        known = project.counts().faces
    save_photo(photos / "new.jpg", 7)

    def unplugged(frame: Frame) -> FindResult:
        photos.rename(tmp_path / "unplugged")
        photos.mkdir()
        return found_in(frame)

    assert scanned(case, photos, search=unplugged)[Outcome.GONE] == 0
    with Project.open(case) as project:
        assert project.counts().faces >= known


@pytest.mark.parametrize("mount_point_stays", [True, False])
def test_what_an_unplugged_drive_took_along_has_not_failed_and_the_drive_is_told_once(
    photos: Path, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mount_point_stays: bool
) -> None:
    for number in range(10):
        save_photo(photos / "below" / f"{number}.jpg", 10 + number)
    (photos / "broken.jpg").unlink()
    away, told, read = tmp_path / "unplugged", list[str](), module.read_frames

    def unplugged(path: Path, *how: Any) -> Iterable[Frame]:
        if path.name == "4.jpg":
            photos.rename(away)
            if mount_point_stays:
                photos.mkdir()
        return read(path, *how)

    class Told(Observer):
        def failed(self, path: Path, error: BaseException) -> None:
            told.append(str(error))

    monkeypatch.setattr(module, "read_frames", unplugged)
    outcomes = scanned(case, photos, observer=Told())
    assert told == [f"{photos} is no longer there: connect its drive, and try again."]
    assert +outcomes == {Outcome.SEARCHED: 6, Outcome.GONE: 7}
    if mount_point_stays:
        photos.rmdir()
    away.rename(photos)
    monkeypatch.undo()
    assert +scanned(case, photos) == {Outcome.SEARCHED: 6, Outcome.UNCHANGED: 6, Outcome.COPY: 1}


def test_a_file_that_is_removed_before_its_turn_is_gone_and_has_not_failed(
    photos: Path, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = module.read_frames

    def removed(path: Path, *how: Any) -> Iterable[Frame]:
        if path.name == "b.jpg":
            path.unlink()
        return read(path, *how)

    monkeypatch.setattr(module, "read_frames", removed)
    assert scanned(case, photos)[Outcome.GONE] == 1
    with Project.open(case) as project:
        assert [Path(file.path).name for file in ScannedFiles(project).failed()] == ["broken.jpg"]


def test_a_watched_folder_that_comes_back_is_watched_anew(
    photos: Path, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinyface_core.search.scan.SECONDS_TO_RETURN", 0.05)
    away, stop = tmp_path / "unplugged", Event()
    looks = rounds(ScanOrder([photos]), True, stop)
    next(looks)
    next(looks)
    Timer(0.3, photos.rename, [away]).start()
    next(looks)
    assert not photos.exists()
    Timer(0.3, away.rename, [photos]).start()
    next(looks)
    assert photos.exists()
    Timer(0.3, save_photo, [photos / "new.jpg", 9]).start()
    next(looks)
    assert (photos / "new.jpg").exists()
    stop.set()
    assert list(looks) == []


def test_pictures_that_the_project_searched_before_are_not_searched_again(photos: Path, case: Path) -> None:
    scanned(case, photos / "a.jpg")
    with Project.open(case) as project, project.together() as connection:
        connection.execute("DELETE FROM files")  # as a project of an older version, or one that was moved
    search = Searches()
    assert +scanned(case, photos / "a.jpg", search=search) == {Outcome.UNCHANGED: 1}
    assert search.names == []


def test_frames_of_videos_are_searched_and_a_stopped_video_is_searched_anew(
    clip: Path,
    case: Path,
) -> None:
    def search(frame: Frame) -> FindResult:
        if frame.index == 6:
            raise KeyboardInterrupt
        return found_in(frame)

    with pytest.raises(KeyboardInterrupt):
        scanned(case, clip, search=search)
    assert content(case)["files"] == []
    assert scanned(case, clip)[Outcome.SEARCHED] == 1
    with Project.open(case) as project:
        assert [result.index for result in project.results()] == [0, 3, 6]
    assert scanned(case, clip)[Outcome.UNCHANGED] == 1


def test_what_is_stopped_is_stored_and_a_token_stops_it_too(photos: Path, case: Path) -> None:
    stop = threading.Event()

    def search(frame: Frame) -> FindResult:
        stop.set()
        return found_in(frame)

    with pytest.raises(module.Cancelled):
        scanned(case, photos, search=search, cancel=stop)
    assert "a.jpg" in sources(case)
    assert scanned(case, photos)[Outcome.UNCHANGED] >= 1


def test_a_result_that_cannot_be_stored_fails_alone(photos: Path, case: Path) -> None:
    def search(frame: Frame) -> FindResult:
        result = found_in(frame)
        if Path(frame.source).name in ("a.jpg", "copy.jpg"):  # not a number cannot be stored
            return module.replace(result, faces=Detections.of([[np.nan, 0, 4, 4]], [0.5]))
        return result

    outcomes = scanned(case, photos, search=search)
    assert outcomes[Outcome.SEARCHED] == 1 and sources(case) == ["b.jpg"]
    assert outcomes[Outcome.FAILED] == 3, "the photo, its copy, and what is no picture"


def test_a_project_that_cannot_be_written_ends_the_scan(photos: Path, case: Path) -> None:
    scanned(case, photos / "b.jpg")
    with Project.open(case) as project:
        with project.reading() as connection:
            connection.execute("PRAGMA max_page_count = 1")
        for seed in range(10, 60):
            save_photo(photos / f"{seed}.jpg", seed)
        with pytest.raises(ProjectError, match="disk is full"):
            module.scan(project, module.ScanOrder([photos]), found_in)
    assert sources(case)[0] == "b.jpg" and len(sources(case)) < 5, "the first that was stored alone may have had room"


def test_a_pipe_and_a_link_to_nothing_are_failures_of_their_own(photos: Path, case: Path) -> None:
    os.mkfifo(photos / "pipe.jpg")
    (photos / "link.jpg").symlink_to(photos / "nowhere.jpg")
    outcomes = scanned(case, photos)
    assert outcomes[Outcome.SEARCHED] == 2 and outcomes[Outcome.FAILED] == 3
    assert +scanned(case, photos) == {Outcome.UNCHANGED: 3, Outcome.FAILED_BEFORE: 3}, "the link too"
    assert scanned(case, photos, retry=True)[Outcome.FAILED] == 3
    with Project.open(case) as project:
        reasons = {Path(file.path).name: file.reason for file in ScannedFiles(project).failed()}
    assert "regular file" in reasons["pipe.jpg"] and "does not exist" in reasons["link.jpg"]


def test_a_folder_that_is_named_in_a_roundabout_way_is_the_same(photos: Path, case: Path) -> None:
    assert scanned(case, photos / "below" / "..")[Outcome.SEARCHED] == 2
    assert +scanned(case, photos) == {Outcome.UNCHANGED: 3, Outcome.FAILED_BEFORE: 1}


def test_names_that_are_no_text_are_scanned_as_others(photos: Path, case: Path) -> None:
    save_photo(photos / "x.jpg", 8).rename(strange := photos / os.fsdecode(b"caf\xe9.jpg"))
    (photos / os.fsdecode(b"bad\xe9.jpg")).write_bytes(b"")
    assert scanned(case, photos)[Outcome.FAILED] == 2
    with Project.open(case) as project:
        assert project.faces(str(strange))
    assert scanned(case, photos)[Outcome.UNCHANGED] == 4


def test_all_files_are_counted_while_the_first_are_searched(photos: Path, case: Path) -> None:
    counted: list[tuple[int, int]] = []
    all_listed = threading.Event()

    class Counts(Observer):
        def counted(self, advance: Advance) -> None:
            counted.append((advance.done, advance.total))

    def search(frame: Frame) -> FindResult:
        all_listed.wait(0.2)
        return found_in(frame)

    scanned(case, photos, search=search, observer=Counts())
    assert [done for done, _ in counted] == [1, 2, 3, 4] and counted[0][1] == 4


def test_what_a_scan_has_met_is_counted_but_for_failed_files_that_are_tried_again(photos: Path, case: Path) -> None:
    (broken := photos / "broken.jpg").write_bytes(b"")
    scanned(case, photos)
    paths = [str(path) for path in photos.rglob("*") if path.is_file()]
    with Project.open(case) as project:
        files = ScannedFiles(project)
        assert files.known(str(broken)) is not None
        assert files.count_known([*paths, "/none.jpg"], retry=False) == 4
        assert files.count_known([*paths, "/none.jpg"], retry=True) == 3


@pytest.mark.parametrize(
    ("index", "seconds", "is_noted"), [(None, None, True), (0, None, True), (1, None, False), (0, 0.0, False)]
)
def test_of_a_photo_and_of_the_first_page_it_is_noted_what_it_looks_like(
    photos: Path, index: int | None, seconds: float | None, is_noted: bool
) -> None:
    path = photos / "a.jpg"
    (read,) = module.read_frames(path)
    found = module.noted(
        FoundFile(ScannedFile.at(path), "ab", ()), module.replace(read, index=index, seconds=seconds), path
    )
    assert (found.likeness is not None) == is_noted


def test_files_that_are_wanted_come_first_until_they_are_known(photos: Path, case: Path) -> None:
    class Wants(Observer):
        def wanted(self) -> list[Path]:
            return wishes

    wishes, search = [photos / "b.jpg"], Searches()
    scanned(case, photos, search=search, observer=Wants())
    assert search.names == ["b.jpg", "a.jpg"]
    save_photo(photos / "b.jpg", 7)
    save_photo(photos / "a.jpg", 8)
    scanned(case, photos, search=search, observer=Wants())
    assert search.names[2:] == ["a.jpg", "b.jpg"]


def test_a_full_disk_beside_the_project_ends_the_scan_and_the_file_is_not_taken_in(photos: Path, case: Path) -> None:
    class Writes(Observer):
        def searched(self, frame: Frame, result: FindResult) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        scanned(case, photos, observer=Writes())
    assert content(case)["files"] == []


def test_a_watched_folder_of_which_nothing_is_told_is_looked_at_now_and_then_until_it_is_cancelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SECONDS_BETWEEN_LOOKS", 0.05)
    order, stop = module.ScanOrder([tmp_path, tmp_path / "gone"], retry=True), threading.Event()
    (late := threading.Timer(20, stop.set)).start()
    watching = module.rounds(order, watch=True, cancel=stop)
    assert list(islice(watching, 3)) == [order, *[module.replace(order, retry=False)] * 2]
    stop.set()
    late.cancel()
    assert list(watching) == []
    assert list(module.rounds(order, watch=False)) == [order]


def test_faces_that_are_kept_begin_with_a_score_of_a_tenth() -> None:
    result = FindResult("a.jpg", 9, 9, Detections.of([[0, 0, 4, 4]] * 3, [0.1, 0.099, 0.5]), 3, 0)
    assert module.kept(result).faces.scores.tolist() == [0.1, 0.5] and module.kept(result).min_score == 0.1
    assert module.kept(result, 0.4).faces.scores.tolist() == [0.5]


def test_a_scan_that_is_killed_at_any_moment_goes_on_to_what_an_uninterrupted_one_gives(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    for number in range(120):
        save_photo(folder / f"{number % 7}" / f"{number}.jpg", number % 100)  # 20 of them are copies
    (folder / "broken.jpg").write_bytes(b"broken")
    whole, killed = tmp_path / "whole.tinyface", tmp_path / "killed.tinyface"
    outcomes = scanned(whole, folder)
    assert outcomes[Outcome.SEARCHED] == 100 and outcomes[Outcome.COPY] == 20
    Project.create(killed).close()
    held = []
    for statement in np.random.default_rng(0).integers(50, 600, 4).tolist():
        command = [sys.executable, "-m", "tests.core.search.made_scan", killed, folder, str(statement)]
        assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
        held.append(len(content(killed)["files"]))
    assert held == sorted(held) and len({0, *held}) > 3, "it was killed in the middle, and more than once"
    scanned(killed, folder)
    assert content(killed) == content(whole)
