"""Nothing that was done is lost: by signals, kills, full disks, closed pipes, or a second program in the same place."""

from __future__ import annotations

import errno
import json
import os
import signal
import sqlite3
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from tests.hostile.conftest import OneFace
from tests.hostile.inputs import picture_bytes
from tinyface_core.commands.app import app
from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.datasets.crops import MiningRules, annotated_faces, mine_crops
from tinyface_core.failures import user_sentence
from tinyface_core.files import _sweep, replacing
from tinyface_core.project.records import ProjectError
from tinyface_core.project.schema import bring_up_to_date
from tinyface_core.project.store import Project
from tinyface_core.results import read_results
from tinyface_core.training.checkpoint import save_checkpoint
from tinyface_core.training.folder_lock import locked
from tinyface_core.types import UserError

ROOT = Path(__file__).resolve().parents[2]
ON_POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and processes of POSIX")

_SEARCHING = """
import sys
import time
import tinyface_core.search.finder
from tests.hostile.conftest import OneFace

from tinyface_core.__main__ import main

finder = OneFace()
finder.before = lambda _frame: time.sleep(PAUSE)
tinyface_core.search.finder.build_finder = lambda _settings: finder
main()
"""


def searching(*arguments: object, pause: float = 0.0) -> subprocess.Popen[str]:
    """`tinyface find` in a process of its own, each frame taking so many seconds."""
    script = _SEARCHING.replace("PAUSE", str(pause))
    command = [sys.executable, "-c", script, "find", *map(str, arguments)]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_hear_signals if os.name == "posix" else None,
    )


def _hear_signals() -> None:
    """Undo what `nohup` or a shell's background may have done to the process of these tests: signals it ignores."""
    for name in ("SIGINT", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Twelve frames."""
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height = 64, 48
        for shade in range(12):
            pixels = np.full((48, 64, 3), 20 * shade, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        container.mux(stream.encode())
    return path


def indices(path: Path) -> list[int | None]:
    return [result.index for result in read_results(path)]


@ON_POSIX
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT", "SIGKILL"])
def test_a_search_of_a_video_that_is_ended_keeps_what_was_found_and_is_gone_on_from(
    name: str, video: Path, tmp_path: Path, finder: OneFace
) -> None:
    process = searching(video, "--every", "1", "--output", tmp_path, pause=0.3)
    assert process.stdout is not None and process.stderr is not None
    for line in process.stdout:
        if "frame 1:" in line:
            break
    number = getattr(signal, name)
    process.send_signal(number)
    if name == "SIGTERM":
        process.send_signal(signal.SIGHUP)  # as a logout does
    _, told = process.communicate(timeout=30)
    kept = [json.loads(line) for line in (tmp_path / "clip-faces-search.jsonl").read_text().splitlines()]
    saved = [values["index"] for values in kept if "index" in values]
    assert saved[:2] == [0, 1] and len(saved) < 12
    if name != "SIGKILL":
        assert saved == indices(tmp_path / "clip-faces.json")
        assert process.returncode in ({130} if name == "SIGINT" else {128 + number, 128 + signal.SIGHUP})
        assert "Traceback" not in told and told.strip()
    searched: list[int | None] = []
    finder.before = lambda frame: searched.append(frame.index)
    command = ["find", str(video), "--every", "1", "--output", str(tmp_path), "--resume"]
    assert CliRunner().invoke(app, command).exit_code == 0
    assert sorted([*saved, *searched]) == indices(tmp_path / "clip-faces.json") == list(range(12))
    assert not list(tmp_path.glob(".*part*")) and not list(tmp_path.glob("*.jsonl"))


def test_a_killed_search_is_linked_to_the_same_tracks_when_it_is_gone_on_from(
    video: Path, tmp_path: Path, finder: OneFace
) -> None:
    """Faces that are too faint by themselves are kept for the linking of the whole."""
    process = searching(video, "--tracks", "--every", "1", "--output", tmp_path / "killed", pause=0.2)
    kept = tmp_path / "killed" / "clip-faces-search.jsonl"
    while not kept.exists() or len(kept.read_text().splitlines()) < 6:
        assert process.poll() is None
        time.sleep(0.02)
    process.kill()
    process.communicate(timeout=30)
    for out in ("killed", "whole"):
        command = ["find", str(video), "--tracks", "--every", "1", "--resume", "--output", str(tmp_path / out)]
        assert CliRunner().invoke(app, command).exit_code == 0
    (killed, *_), (whole, *_) = (read_results(tmp_path / out / "clip-faces.json") for out in ("killed", "whole"))
    assert killed == whole and not kept.exists()


def test_what_was_kept_of_a_search_is_dropped_by_a_new_one(video: Path, tmp_path: Path, finder: OneFace) -> None:
    kept = tmp_path / "clip-faces-search.jsonl"
    kept.write_text("{}\n")
    searched: list[int | None] = []
    finder.before = lambda frame: searched.append(frame.index)
    assert CliRunner().invoke(app, ["find", str(video), "--every", "4", "--output", str(tmp_path)]).exit_code == 0
    assert searched == indices(tmp_path / "clip-faces.json") == [0, 4, 8] and not kept.exists()


def test_only_the_same_search_of_the_same_file_is_gone_on_from(finder: OneFace, album: Path, tmp_path: Path) -> None:
    searched: list[str] = []
    finder.before = lambda frame: searched.append(Path(frame.source).name)
    for changes, expected in (
        ([], ["a.jpg", "z.jpg"]),
        ([], []),
        (["--min-score", "0.2"], ["a.jpg", "z.jpg"]),
    ):
        searched.clear()
        done = CliRunner().invoke(app, ["find", str(album), "--output", str(tmp_path), "--resume", *changes])
        assert done.exit_code == 0, done.output
        assert searched == expected and done.stdout.count("was searched before") == 2 - len(expected)
    searched.clear()
    later = (tmp_path / "z-faces.json").stat().st_mtime + 10
    os.utime(album / "z.jpg", (later, later))
    CliRunner().invoke(app, ["find", str(album), "--output", str(tmp_path), "--resume", "--min-score", "0.2"])
    assert searched == ["z.jpg"]


def test_what_a_reader_no_longer_hears_is_saved_all_the_same(album: Path, tmp_path: Path) -> None:
    process = searching(album, "--output", tmp_path / "out", pause=0.3)
    assert process.stdout is not None and process.stderr is not None
    assert "a.jpg" in process.stdout.readline()
    process.stdout.close()  # `| head -1`
    assert process.wait(timeout=30) == 0, process.stderr.read()
    assert {path.name for path in (tmp_path / "out").glob("*.json")} == {"a-faces.json", "z-faces.json"}


def test_libraries_say_nothing_to_the_terminal(tmp_path: Path) -> None:
    odd = {
        "exif.jpg": picture_bytes("JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xffgarbage"),
        "exif.tif": picture_bytes("TIFF")[:-40],
        "broken.hdr": b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 60 +X 60\n" + bytes(64),
        "broken.exr": b"\x76\x2f\x31\x01\x02\0\0\0dataWindow\0box2i\0\x10\0\0\0" + struct.pack("<4i", 0, 0, 9, 9),
        "float.tif": b"II*\0" + struct.pack("<IHHHIIHHIII", 8, 2, 256, 4, 1, 64, 257, 4, 1, 64, 0),
        "wrong.png": picture_bytes("PNG")[:60] + bytes(9) + picture_bytes("PNG")[69:],
    }
    for name, content in odd.items():
        (tmp_path / name).write_bytes(content)
    process = searching(*(tmp_path / name for name in odd), "--output", tmp_path / "out")
    _, told = process.communicate(timeout=60)
    lines = [line.strip() for line in told.splitlines()]
    assert all(any(name in line for name in odd) or line.endswith("failed:") for line in lines), told


def test_a_folder_that_cannot_be_written_is_told_before_the_search(
    finder: OneFace, album: Path, tmp_path: Path
) -> None:
    searched: list[str] = []
    finder.before = lambda frame: searched.append(frame.source)
    (tmp_path / "file").touch()
    for output in (tmp_path / "file", tmp_path / "file" / "out", Path("/proc/out")):
        done = CliRunner().invoke(app, ["find", str(album), "--output", str(output)])
        assert done.exit_code == 1 and f"can be written into {output} (" in done.stderr and searched == []
        assert "choose another folder" in done.stderr


# -- trainings -----------------------------------------------------------------------------------------------


def test_two_trainings_do_not_share_a_folder(tmp_path: Path) -> None:
    again = pytest.raises(UserError, match="Another training works in")
    with locked(tmp_path / "run"), again, locked(tmp_path / "run"):
        pass
    with locked(tmp_path / "run"):
        pass


def test_a_training_says_that_it_was_stopped_and_that_its_folder_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("RGB", (80, 80)).save(tmp_path / "a.png")
    faces = AnnotatedPicture("a", tmp_path / "a.png", np.array([[8, 8, 72, 72]], np.float32), np.array([False]))
    crops = mine_crops([faces], [annotated_faces], MiningRules())
    crops.save(tmp_path / "crops.npz")
    stop = threading.Event()
    stop.set()
    monkeypatch.setattr("tinyface_core.commands.training_options.stop_on_signal", lambda: stop)
    run, steps = tmp_path / "run", ("perception", "upsample", "adversarial", "surroundings", "judge")
    command = ["train", "gan", "train", str(tmp_path / "crops.npz"), "--folder", str(run), "--preset", "tiny"]
    command += ["--batch", "2", "--device", "cpu", *(word for step in steps for word in (f"--{step}-steps", "0"))]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 130 and "Stopped at step 1 of 2000" in done.output
    before = (run / "events.jsonl").read_bytes()
    with locked(run):
        done = CliRunner().invoke(app, command)
    assert done.exit_code == 1 and "Another training works in" in done.stderr
    assert (run / "events.jsonl").read_bytes() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full is a device of Linux")
def test_a_full_disk_is_told_of_a_checkpoint_and_the_older_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "checkpoint.pt"
    save_checkpoint(path, {"step": 1})
    before = path.read_bytes()
    full = tmp_path / ".full.pt"
    full.symlink_to("/dev/full")
    monkeypatch.setattr("tinyface_core.files._temporary", lambda _target: full)
    with pytest.raises(OSError) as failed:
        save_checkpoint(path, {"weights": torch.zeros(100_000)})
    assert failed.value.errno == errno.ENOSPC and "The disk is full" in user_sentence(failed.value)
    assert path.read_bytes() == before


# -- what killed programs leave ------------------------------------------------------------------------------

_WRITING = """
import sys
import time
from pathlib import Path
from tinyface_core.files import replacing
with replacing(Path(sys.argv[1])) as part:
    part.write_text("half")
    print("written", flush=True)
    time.sleep(60)
"""


@ON_POSIX
def test_what_a_killed_program_was_writing_is_removed_by_the_next(tmp_path: Path) -> None:
    target = tmp_path / "result.json"
    process = subprocess.Popen([sys.executable, "-c", _WRITING, target], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "written\n"
    for alive in (True, False):
        _sweep.cache_clear()
        with replacing(tmp_path / "other.json") as part:
            part.touch()
        assert len(list(tmp_path.glob(".*"))) == alive
        process.kill()
        process.wait()
    assert [path.name for path in tmp_path.iterdir()] == ["other.json"]


def test_the_leavings_of_an_older_version_and_of_another_machine_go_after_a_day(tmp_path: Path) -> None:
    left = [tmp_path / f".{'0' * 32}.part.png", tmp_path / f".00000000-1-{'0' * 12}.part.tinyface-journal"]
    for old in (False, True):
        for path in left:
            path.touch()
            os.utime(path, (0, 0)) if old else None
        _sweep.cache_clear()
        with replacing(tmp_path / "new.json") as part:
            part.touch()
        assert [path.exists() for path in left] == [not old, not old]


# -- projects ------------------------------------------------------------------------------------------------


def test_an_empty_project_file_is_no_new_project(tmp_path: Path) -> None:
    for content in (b"", None):
        path = tmp_path / "case.tinyface"
        path.unlink(missing_ok=True)
        if content is None:
            with sqlite3.connect(path) as connection:  # a database without a table
                connection.execute("PRAGMA user_version = 0")
                connection.execute("VACUUM")
            connection.close()
        else:
            path.write_bytes(content)
        before = path.read_bytes()
        with pytest.raises(ProjectError, match=r"case\.tinyface: .* is empty"):
            Project.open(path)
        assert path.read_bytes() == before


def test_a_full_disk_is_not_hidden_by_what_is_undone_for_it(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "full.tinyface") as connection:
        connection.execute("PRAGMA max_page_count = 2")
        with pytest.raises(sqlite3.OperationalError, match="full"):
            bring_up_to_date(connection)
    connection.close()
    with Project.create(tmp_path / "case.tinyface") as project:
        project._connection.execute("PRAGMA max_page_count = 1")
        with pytest.raises(ProjectError, match="The disk is full"), project.together() as inside:
            inside.execute("INSERT INTO pasted SELECT 1, zeroblob(100000)")
