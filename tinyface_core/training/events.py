"""Events of a training run, for the command line and the window."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path
from typing import Any, TextIO

from tinyface_core.failures import reason
from tinyface_core.files import replacing
from tinyface_core.types import Progress


def steps_between_reports(steps: int) -> int:
    """Number of steps between reports of losses; short trainings report more often."""
    return max(1, min(10, steps // 40))


class JobEvents:
    """Receives the events of a long job; subclasses handle them in `_write`, as a dictionary of the arguments."""

    def _write(self, kind: str, record: dict[str, Any]) -> None:
        raise NotImplementedError

    def progress(self, stage: str, done: int, total: int, remaining_seconds: float | None) -> None:
        """`done` of `total` steps of a stage; the remaining time is None until it can be estimated."""
        self._write("progress", {"stage": stage, "done": done, "total": total, "remaining_seconds": remaining_seconds})

    def log(self, line: str) -> None:
        """A sentence for the log."""
        self._write("log", {"line": line})

    def left_out(self, path: Path, error: Exception) -> None:
        """A log line about a file that cannot be read and is not used."""
        self.log(f"{path} is left out: {reason(error)}")

    def scalar(self, name: str, step: int, value: float) -> None:
        """One point of a curve."""
        self._write("scalar", {"name": name, "step": step, "value": value})

    def sample(self, name: str, step: int, path: Path) -> None:
        """A sample picture of the current state of the training."""
        self._write("sample", {"name": name, "step": step, "path": path})

    def finished(self, summary: dict[str, Any]) -> None:
        """The job is done; the summary consists of JSON values."""
        self._write("finished", {"summary": summary})

    def failed(self, reason: str, what_to_do: str) -> None:
        """The job failed: why, and what the user can do."""
        self._write("failed", {"reason": reason, "what_to_do": what_to_do})


class JsonLinesEvents(JobEvents):
    """Appends every event to a file as one JSON object per line, with a `kind` and a Unix `time`."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", encoding="utf-8", buffering=1)
        if path.stat().st_size and not path.read_bytes().endswith(b"\n"):
            self._file.write("\n")  # a killed process left an incomplete line

    def _write(self, kind: str, record: dict[str, Any]) -> None:
        self._file.write(json.dumps({"kind": kind, "time": time.time(), **record}, default=str) + "\n")


class CurveEvents(JobEvents):
    """Writes the points of all curves to a CSV file with the columns name, step and value.

    A resumed run repeats the steps after its last checkpoint; their older points are removed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None

    def _write(self, kind: str, record: dict[str, Any]) -> None:
        if kind != "scalar":
            return
        if self._file is None:
            self._drop_points_from(record["step"])
            self._file = self._path.open("a", encoding="utf-8", newline="", buffering=1)
        csv.writer(self._file, lineterminator="\n").writerow((record["name"], record["step"], record["value"]))

    def _drop_points_from(self, step: int) -> None:
        rows = [["name", "step", "value"]]
        if self._path.exists():
            with self._path.open(encoding="utf-8", newline="") as file:
                # The last line may be incomplete if a run was killed.
                rows += [row for row in csv.reader(file) if len(row) == 3 and row[1].isdigit() and int(row[1]) < step]
        with replacing(self._path) as part, part.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


class ConsoleEvents(JobEvents):
    """Prints events as short lines; progress goes to `shown` instead, if given. How a job ended its command says."""

    def __init__(self, shown: Progress | None = None) -> None:
        self._shown = shown

    def _write(self, kind: str, record: dict[str, Any]) -> None:
        if kind == "progress" and self._shown is not None:
            self._shown(record["stage"], record["done"], record["total"])
        elif kind == "progress":
            left = record["remaining_seconds"]
            rest = "" if left is None else f", {left / 60:.1f} min left"
            print(f"{record['stage']}: {record['done']} of {record['total']}{rest}", flush=True)
        elif kind in _LINES:
            print(_LINES[kind].format(**record), flush=True)


_LINES = {"log": "{line}", "scalar": "step {step}: {name} {value:.4g}", "sample": "step {step}: {path}"}


class CombinedEvents(JobEvents):
    """Passes every event on to several receivers."""

    def __init__(self, *receivers: JobEvents) -> None:
        self._receivers = receivers

    def _write(self, kind: str, record: dict[str, Any]) -> None:
        for receiver in self._receivers:
            getattr(receiver, kind)(*record.values())


def run_events(folder: Path, shown: Progress | None = None) -> JobEvents:
    """The events of a run from the command line: printed, and written to `events.jsonl` and `curves.csv`."""
    files = JsonLinesEvents(folder / "events.jsonl"), CurveEvents(folder / "curves.csv")
    return CombinedEvents(ConsoleEvents(shown), *files)
