"""Crash reports, which contain no pictures, and the project that was open at the crash."""

from __future__ import annotations

import faulthandler
import os
import platform
import sys
import threading
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TextIO

from filelock import FileLock, Timeout

from tinyface_core import __version__
from tinyface_core.folders import user_folder

_KEPT = 10
"""So many reports stay in the folder; older ones are removed."""

_WORK = "Work: "


@dataclass(frozen=True, slots=True)
class CrashReport:
    """Report on a run of the program that crashed.

    Attributes:
        file: the report; it is deleted once there are ten newer ones.
        work: the project that was open, if it still exists.
    """

    file: Path
    text: str
    work: Path | None


def _read(file: Path) -> CrashReport:
    text = file.read_text(encoding="utf-8", errors="surrogateescape")
    works = [Path(line.removeprefix(_WORK)) for line in text.splitlines() if line.startswith(_WORK)]
    return CrashReport(file, text, works[-1] if works and works[-1].is_file() else None)


class CrashWatch:
    """Keeps a report of this program on the disk and deletes it when the program ends normally.

    A lock beside the report means that its program still runs: a report without a lock is of a crash.
    """

    def __init__(self) -> None:
        self._folder = user_folder("crashes")
        self._file = self._folder / f"{os.getpid()}.running"
        self._lock = FileLock(self._file.with_suffix(".lock"), blocking=False)
        self._hooks = sys.excepthook, threading.excepthook
        self._out: TextIO | None = None

    def begin(self) -> CrashReport | None:
        """Start watching; returns the last report of a crash, or None.

        Of several crashes it is the last one in which a project was open that still exists.

        Raises:
            OSError: if the user's folder is not writable.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        left = self._left()
        self._lock.acquire()
        self._out = self._file.open("w", encoding="utf-8", errors="surrogateescape")
        system = f"{platform.system()} {platform.release()} {platform.machine()}"  # `platform()` runs a program
        self._write(f"Tiny Face Inspector {__version__}, Python {platform.python_version()}, {system}\n")
        faulthandler.enable(self._out)
        sys.excepthook, threading.excepthook = self._note, self._note_in_thread
        return left

    def work_in(self, project: Path) -> None:
        """Note which project is open."""
        self._write(f"{_WORK}{project}\n")

    def end(self) -> None:
        """Delete the report: the program ends normally."""
        if self._out is None:
            return
        faulthandler.disable()
        sys.excepthook, threading.excepthook = self._hooks
        with suppress(OSError):  # what found no room is tried once more
            self._out.close()
        self._out = None
        self._file.unlink(missing_ok=True)
        self._lock.release()
        Path(self._lock.lock_file).unlink(missing_ok=True)

    def _left(self) -> CrashReport | None:
        left = []
        for running in self._folder.glob("*.running"):
            lock = FileLock(running.with_suffix(".lock"), blocking=False)
            with suppress(Timeout, OSError), lock:
                report = running.with_name(f"crash-{running.stat().st_mtime_ns:020}.txt")
                running.replace(report)
                left.append(report)
                Path(lock.lock_file).unlink(missing_ok=True)
        for old in sorted(self._folder.glob("crash-*.txt"))[:-_KEPT]:
            old.unlink(missing_ok=True)
        if not left:
            return None
        reports = [_read(file) for file in sorted(left, reverse=True)]
        return next((report for report in reports if report.work is not None), reports[0])

    def _write(self, text: str) -> None:
        if self._out is not None:
            with suppress(OSError):  # a full disk must not make a defect of its own
                self._out.write(text)
                self._out.flush()

    def _note(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._write("".join(traceback.format_exception(kind, error, trace)))
        self._hooks[0](kind, error, trace)

    def _note_in_thread(self, failed: threading.ExceptHookArgs) -> None:
        trace = traceback.format_exception(failed.exc_type, failed.exc_value, failed.exc_traceback)
        self._write("".join(trace))
        self._hooks[1](failed)
