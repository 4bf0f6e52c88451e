"""`tinyface scan`, with a made search in place of the networks."""

from __future__ import annotations

import errno
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from PIL import Image
from typer.testing import CliRunner

from tests.core.search.made_scan import found_in, save_photo
from tinyface_core.commands.app import app
from tinyface_core.commands.stopping import orderly_end
from tinyface_core.commands.writing import Writing
from tinyface_core.project.records import ProjectError
from tinyface_core.project.store import Project
from tinyface_core.results import read_results
from tinyface_core.search import finder
from tinyface_core.search_settings import SearchSettings
from tinyface_core.types import CancelToken, FindResult, Frame, stop_if_asked
from tinyface_core.upscalers.generator import GeneratorUpscaler


class MadeFinder:
    def __init__(self, settings: SearchSettings) -> None:
        self.settings = settings

    def find(self, frame: Frame, cancel: CancelToken | None = None) -> FindResult:
        return found_in(frame)


@pytest.fixture(autouse=True)
def _made_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finder, "build_finder", MadeFinder)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for seed in (1, 2, 3):
        save_photo(folder / f"day {seed}" / "a.jpg", seed)
    return folder


def run(*arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, [*map(str, arguments)])
    assert done.exit_code == code, done.output
    return done.output


def test_a_project_is_made_and_nothing_else_and_the_second_scan_finds_nothing_to_do(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "case.tinyface: searched 3; " in run("scan", photos, "--project", "case.tinyface")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case.tinyface", "photos"]
    assert "case.tinyface: as before 3; " in run("scan", photos, "--project", "case.tinyface")
    assert "3 pictures" in run("project", "show", "case.tinyface")


def test_what_is_named_is_written_in_folders_as_the_pictures_lie(photos: Path, tmp_path: Path) -> None:
    case, output = tmp_path / "case.tinyface", tmp_path / "output"
    run(
        "scan",
        photos,
        "--project",
        case,
        "--write",
        "annotated, json,crops,xmp,csv",
        "--methods",
        "",
        "--output",
        output,
        "--min-score",
        0.3,
    )
    folder = output / photos.relative_to(photos.anchor) / "day 1"
    source = photos / "day 1" / "a.jpg"
    (result,) = read_results(folder / "a.jpg-faces.json")
    assert result.source == str(source) and result.min_score == 0.3
    expected = found_in(Frame(np.asarray(Image.open(source)), str(source))).faces
    assert sorted(result.faces.scores) == sorted(expected.scores[expected.scores >= 0.3])
    assert Image.open(folder / "a.jpg-faces.jpg").size >= (96, 96)
    assert (folder / "a.jpg.xmp").read_text().count("stArea:unit") == 2 * len(result.faces)
    assert len(list((folder / "a.jpg-crops").rglob("face-*_original.png"))) == len(result.faces) > 0
    assert len((folder / "a.jpg-faces.csv").read_text().splitlines()) == 1 + len(result.faces)
    with Project.open(case) as project:
        assert len(project.faces(str(source))) == (expected.scores >= 0.1).sum() > len(result.faces)


def test_pictures_whose_names_are_shortened_or_unreadable_do_not_write_over_each_other(tmp_path: Path) -> None:
    names = ["n" * 240 + "1.jpg", "n" * 240 + "2.jpg", "a\nb.jpg", "a\tb.jpg", "a_b.jpg"]
    for seed, name in enumerate(names):
        save_photo(tmp_path / "photos" / name, seed)
    command = ("scan", tmp_path / "photos", "--project", tmp_path / "c.tinyface", "--write", "json", "--output")
    run(*command, tmp_path / "out")
    written = list((tmp_path / "out").rglob("*.json"))
    assert len(written) == len(names) and any(path.name == "a_b.jpg-faces.json" for path in written)


def test_a_full_disk_ends_a_scan_which_goes_on_there_once_there_is_room(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    def write(_self: Writing, frame: Frame, _result: FindResult) -> None:
        if len(written) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(frame.source)

    monkeypatch.setattr(Writing, "write", write)
    command = ("scan", photos, "--project", tmp_path / "c.tinyface", "--write", "json", "--output", tmp_path / "out")
    assert run(*command, code=1) == "The disk is full: make room and try again.\n"
    written.append("there is room")
    assert "as before 1" in (told := run(*command)) and "searched 2" in told


def test_what_cannot_be_written_is_told_before_the_search(photos: Path, tmp_path: Path) -> None:
    case = tmp_path / "case.tinyface"
    assert "There is no export format called pdf" in run(
        "scan", photos, "--project", case, "--write", "json,pdf", code=1
    )
    assert not case.exists()


def test_what_failed_is_told_kept_and_tried_again(photos: Path, tmp_path: Path) -> None:
    case, broken = tmp_path / "my case.tinyface", photos / "broken.jpg"
    broken.write_bytes(b"")
    assert "broken.jpg is empty" in run("scan", photos, "--project", case, code=1)
    again = run("scan", photos, "--project", case)
    assert "failed before 1" in again and f'`tinyface project failed "{case}"` says why' in again
    assert f'1 file could not be searched: `tinyface project failed "{case}"`' in run("project", "show", case)
    assert f"{broken}: broken.jpg is empty" in run("project", "failed", case)
    assert "failed 1;" in run("scan", photos, "--project", case, "--retry", code=1)


def test_a_folder_that_is_not_there_does_not_count_as_one_of_the_searched_files(photos: Path, tmp_path: Path) -> None:
    (photos / "broken.jpg").write_bytes(b"")
    told = run("scan", photos, tmp_path / "none", "--project", tmp_path / "case.tinyface", code=1)
    assert "searched 3, failed 1" in told and "2 of 5 failed:" in told


def test_a_project_beside_which_nothing_can_be_written_is_told_with_its_name(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_lock: FileLock) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", ".case.tinyface.scan")

    monkeypatch.setattr(FileLock, "acquire", refuse)
    told = run("scan", photos, "--project", tmp_path / "case.tinyface", code=1)
    assert "case.tinyface cannot be written: copy it into a folder of your own" in told and ".scan" not in told


def test_a_link_to_nothing_is_told_with_its_name_once(photos: Path, tmp_path: Path) -> None:
    case, link = tmp_path / "case.tinyface", photos / "link.jpg"
    link.symlink_to("nothing.jpg")
    run("scan", photos, "--project", case, code=1)
    assert run("project", "failed", case).splitlines()[-1] == f"{link} does not exist: check the name."


def test_re_encoded_and_resized_copies_are_grouped(photos: Path, tmp_path: Path) -> None:
    case, first = tmp_path / "case.tinyface", photos / "day 1" / "a.jpg"
    with Image.open(first) as image:
        image.resize((64, 64)).save(photos / "small.webp", quality=50)
    run("scan", photos, "--project", case)
    told = run("project", "copies", case)
    assert f"{photos / 'small.webp'}\n{first}\n\n2 photos of 4 in 1 group" in told


def test_sheets_are_written_of_pictures_with_faces(photos: Path, tmp_path: Path, small_weights: Path) -> None:
    output = tmp_path / "output"
    run("scan", photos / "day 1", "--project", tmp_path / "case.tinyface", "--write", "sheets", "--output", output)
    (sheet,) = output.rglob("*.png")
    assert sheet.name == "a.jpg-comparison.png" and Image.open(sheet).width > 96


def test_a_picture_whose_sheet_an_interruption_gave_up_is_scanned_again(
    photos: Path,
    tmp_path: Path,
    small_weights: Path,
    interrupt: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slow(_self: object, _crops: object, _factor: int, cancel: CancelToken | None = None) -> None:
        if cancel is not None:
            interrupt()
            while not cancel.is_set():
                time.sleep(0.01)
        stop_if_asked(cancel)

    output = tmp_path / "output"
    scan = ("scan", photos / "day 1", "--project", tmp_path / "case.tinyface", "--write", "sheets", "--output", output)
    with monkeypatch.context() as patched:
        patched.setattr(GeneratorUpscaler, "enlarge", slow)
        assert "Interrupted. The same command goes on." in run(*scan, code=130)
    assert not list(output.rglob("*.png")) and "searched 1" in run(*scan)
    assert list(output.rglob("*.png"))


def test_what_is_written_is_not_scanned_itself(photos: Path, tmp_path: Path) -> None:
    case = tmp_path / "case.tinyface"
    told = run("scan", photos, "--project", case, "--write", "annotated", "--output", photos / "out", code=1)
    assert "would be scanned" in told and not (photos / "out").exists()


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="signals are not sent to threads here")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_watched_folder_is_looked_at_as_soon_as_it_changes_until_it_is_interrupted(
    photos: Path, tmp_path: Path, number: signal.Signals
) -> None:
    case = tmp_path / "case.tinyface"
    (photos / "broken.jpg").write_bytes(b"")

    def wait_for(pictures: int) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with suppress(ProjectError), Project.open(case) as project:
                if project.counts().pictures == pictures:
                    return
            time.sleep(0.05)

    def change() -> None:
        wait_for(3)
        time.sleep(0.5)  # until the watch has begun
        save_photo(photos / "new.jpg", 9)
        wait_for(4)
        time.sleep(0.5)  # until it watches again
        signal.pthread_kill(threading.main_thread().ident or 0, number)

    before = signal.signal(number, signal.default_int_handler)  # what runs in the background may ignore it
    thread = threading.Thread(target=change)
    thread.start()
    try:
        with orderly_end():
            told = run("scan", photos, tmp_path / "none", "--project", case, "--watch", code=128 + number)
    finally:
        thread.join()
        signal.signal(number, before)
    lines = [line.partition("; ")[0].partition(": ")[2] for line in told.splitlines() if "case.tinyface: " in line]
    assert lines[:2] == ["searched 3, failed 1", "searched 1, as before 3, failed before 1"][: len(lines)] and lines
    assert told.count("does not exist") == 1, "it is told once"
    with Project.open(case) as project:
        assert project.counts().pictures == 4


def test_a_scan_without_a_project_says_how_to_name_one(photos: Path) -> None:
    assert "Name the project file that keeps the results" in run("scan", photos, code=1)


@pytest.mark.parametrize("options", [("--engine", "ray"), ("--engine", "ray", "--parts", "parts", "--watch")])
def test_a_scan_needs_a_project_or_a_cluster_and_parts(photos: Path, options: tuple[str, ...]) -> None:
    assert "Name --project, or --engine ray with --parts alone" in run("scan", photos, *options, code=1)


def test_a_scan_by_ray_without_ray_makes_no_folder(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    assert "This needs ray" in run("scan", photos, "--engine", "ray", "--parts", tmp_path / "parts", code=1)
    assert not (tmp_path / "parts").exists()


def test_an_empty_folder_is_told_and_leaves_a_project_that_can_be_used(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    told = run("scan", tmp_path / "empty", "--project", tmp_path / "case.tinyface", code=1)
    assert "There is no photo or video in the folder" in told and "case.tinyface: no photo or video\n" in told
    assert "0 pictures" in run("project", "show", tmp_path / "case.tinyface")
