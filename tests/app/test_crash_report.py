"""What stays behind of a program that ended unexpectedly."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from app.crash_report import CrashReport, CrashWatch
from app.main_window import MainWindow
from tinyface_core.folders import user_folder

PROGRAM = """
import sys, os, signal
from pathlib import Path
from app.crash_report import CrashWatch
watch = CrashWatch()
watch.begin()
watch.work_in(Path("before.tinyface"))
watch.work_in(Path(sys.argv[1]))
end = sys.argv[2]
if end == "well":
    watch.end()
elif end == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
elif end == "fault":
    import faulthandler, ctypes
    ctypes.string_at(0)
elif end == "running":
    print("ready", flush=True)
    sys.stdin.read()
else:
    raise RuntimeError("a defect")
"""


def run(work: Path, end: str) -> None:
    subprocess.run([sys.executable, "-c", PROGRAM, work, end], capture_output=True, check=False)


@pytest.mark.parametrize(
    ("end", "told"), [("killed", "Tiny Face Inspector"), ("fault", "Fatal Python error"), ("raised", "a defect")]
)
def test_a_program_that_ended_unexpectedly_leaves_report_and_work_once(tmp_path: Path, end: str, told: str) -> None:
    work = tmp_path / "case.tinyface"
    work.write_bytes(b"x")
    run(work, end)
    watch = CrashWatch()
    left = watch.begin()
    watch.end()
    assert left is not None and told in left.text and left.file.is_file()
    assert left.work == work
    again = CrashWatch()
    assert again.begin() is None, "it is told once"
    again.end()


def test_of_two_programs_that_were_killed_the_one_with_work_is_told(tmp_path: Path) -> None:
    work, programs = tmp_path / "case.tinyface", list[subprocess.Popen[bytes]]()
    work.write_bytes(b"x")
    for path in (work, tmp_path / "nothing.tinyface"):
        command = [sys.executable, "-c", PROGRAM, path, "running"]
        programs.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        assert programs[-1].stdout is not None and programs[-1].stdout.readline().strip() == b"ready"
    for program in programs:
        program.kill()
        program.communicate()
    watch = CrashWatch()
    left = watch.begin()
    watch.end()
    assert left is not None and left.work == work


def test_a_program_that_ended_well_leaves_nothing(tmp_path: Path) -> None:
    run(tmp_path, "well")
    assert not list(user_folder("crashes").iterdir())
    watch = CrashWatch()
    assert watch.begin() is None
    watch.end()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_costs_the_report_and_makes_no_error_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, real = CrashWatch(), Path.open
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda _path, *how, **more: real(Path("/dev/full"), *how, **more))
        watch.begin()
    watch.work_in(tmp_path)
    watch.end()
    assert not list(user_folder("crashes").iterdir())


def test_a_program_that_still_runs_is_no_crash(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, tmp_path, "running"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdout.readline() == b"ready\n"
        watch = CrashWatch()
        assert watch.begin() is None
        watch.end()
        other.communicate(b"")


def test_only_the_last_ten_reports_are_kept() -> None:
    folder = user_folder("crashes")
    folder.mkdir()
    for number in range(14):
        (folder / f"crash-{number:020}.txt").write_text("old")
    watch = CrashWatch()
    watch.begin()
    watch.end()
    assert [path.stem[-2:] for path in sorted(folder.iterdir())] == [f"{n:02}" for n in range(4, 14)]


def test_the_window_offers_what_was_open_and_the_report(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(window.project, "open", opened.append)
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(Path(url.toLocalFile())))
    window.tell_of_crash(CrashReport(tmp_path / "crash.txt", "trace", tmp_path / "case.tinyface"))
    assert "unexpectedly" in window.notice.sentence.text()
    assert [button.text() for button in window.notice.offers] == ["Open what was open", "Show the report"]
    qtbot.mouseClick(window.notice.offers[1], Qt.MouseButton.LeftButton)
    assert opened.pop() == tmp_path / "crash.txt" and not window.notice.isHidden()
    qtbot.mouseClick(window.notice.offers[0], Qt.MouseButton.LeftButton)
    assert opened == [tmp_path / "case.tinyface"] and window.notice.isHidden()
    window.notice.say("Another sentence.")
    assert not any(button.isVisibleTo(window.notice) for button in window.notice.offers)


def test_no_other_program_is_run_to_begin_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[object] = []
    monkeypatch.setattr(platform, "_uname_cache", None)
    monkeypatch.setattr(subprocess, "check_output", lambda command, **_: ran.append(command) or "")
    watch = CrashWatch()
    watch.begin()
    try:
        assert not ran and platform.system() in next(user_folder("crashes").glob("*.running")).read_text()
    finally:
        watch.end()
