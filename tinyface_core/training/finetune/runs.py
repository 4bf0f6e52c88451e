"""Fine-tuning runs on disk: any program can start, list, control and watch them through files.

A run is a folder. The process that executes it holds a lock, which the system releases when the process ends. So no run
is executed twice, and a free lock shows that the process has ended.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, TypeVar

from filelock import FileLock, Timeout

from tinyface_core.checked import checked, read_json
from tinyface_core.failures import reason
from tinyface_core.files import read_text, replacing, write_json
from tinyface_core.folders import user_folder
from tinyface_core.names import local_time
from tinyface_core.own_weights import OwnWeights, installed_weights
from tinyface_core.training.finetune.comparison import Comparison
from tinyface_core.training.finetune.request import FineTuneRequest, load_request
from tinyface_core.training.folder_lock import lock_of
from tinyface_core.types import UserError
from tinyface_core.weights import Manifest, WeightsEntry, checked_card, read_cards

T = TypeVar("T")

_PATIENCE_SECONDS = 15
_REQUEST = "request.json"

Wish = Literal["run", "pause", "keep", "discard"]
"""What the user wants: go on, stop until resumed, finish early with the weights so far, or delete the run."""


class RunState(StrEnum):
    """The state of a run."""

    RUNNING = "running"
    PAUSED = "paused"
    INTERRUPTED = "interrupted"
    """Its process ended unexpectedly, such as when the computer was switched off."""
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: finished, or failed for a reason, and what the user can do then."""

    state: RunState
    reason: str = ""
    what_to_do: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A run.

    Attributes:
        folder: folder with all of its files.
    """

    folder: Path

    @property
    def request(self) -> FineTuneRequest:
        """The request.

        Raises:
            OSError, UserError: if the folder is not a run.
        """
        return load_request(self.folder / _REQUEST)

    def begun(self) -> float:
        """When it was made, in seconds since 1970."""
        return (self.folder / _REQUEST).stat().st_mtime

    @property
    def events_file(self) -> Path:
        """The events (`tinyface_core.training.events`), one JSON object per line."""
        return self.folder / "events.jsonl"

    @property
    def faces_sheet(self) -> Path:
        """Held-back faces before and after training a generator; see `training.gan_samples.write_before_after`."""
        return self.folder / "faces.png"

    def lock(self) -> FileLock:
        """The lock held by the process that executes the run."""
        return lock_of(self.folder)

    def is_alive(self) -> bool:
        """Whether a process is executing the run."""
        if not (self.folder / "lock").exists():
            return False
        lock = self.lock()
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
        return False

    def state(self) -> RunState:
        """The current state."""
        if self.is_alive():
            return RunState.RUNNING
        if (outcome := self.outcome()) is not None:
            return outcome.state
        return RunState.PAUSED if self.wish() == "pause" else RunState.INTERRUPTED

    def wish(self) -> Wish:
        """What the user wants."""
        wish: Wish = _read_json(self.folder / "wish.json", Wish) or "run"  # type: ignore[arg-type]
        return wish

    def ask(self, wish: Wish) -> None:
        """Set what the user wants; the executing process complies within a step."""
        write_json(self.folder / "wish.json", wish)

    def outcome(self) -> Outcome | None:
        """How it ended; None if it has not."""
        return _read_json(self.folder / "outcome.json", Outcome)

    def end(self, outcome: Outcome | None) -> None:
        """Store the outcome, or remove it (None) when the run is started again."""
        if outcome is None:
            (self.folder / "outcome.json").unlink(missing_ok=True)
        else:
            write_json(self.folder / "outcome.json", asdict(outcome))

    def comparison(self) -> Comparison | None:
        """The comparison of before and after; None if not yet measured."""
        return _read_json(self.folder / "comparison.json", Comparison)

    def cards(self) -> list[WeightsEntry]:
        """The new weights, with absolute paths; empty if there are none yet or they cannot be read."""
        try:
            return list(read_cards(self.folder / "cards.json"))
        except (OSError, ValueError, UserError):
            return []

    def start(self) -> None:
        """Start or resume the run in a detached process, which goes on when this process ends.

        Raises:
            OSError: if the process cannot be started.
        """
        self.ask("run")
        self.end(None)
        command = [sys.executable, "-m", "tinyface_core.training.finetune.process", str(self.folder)]
        # Its own session, so that closing the terminal or the window does not end it.
        detached: dict[str, Any] = (
            {"creationflags": 0x00000008 | 0x00000200} if sys.platform == "win32" else {"start_new_session": True}
        )
        with (self.folder / "output.log").open("ab") as output:
            subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=process_environment(),
                **detached,
            )
        # Until the process holds its lock, the run would look interrupted.
        for _ in range(_PATIENCE_SECONDS * 20):
            if self.is_alive() or self.outcome() is not None:
                return
            time.sleep(0.05)

    def discard(self) -> None:
        """Delete the run; an executing process does so itself, within a step."""
        if self.is_alive():
            self.ask("discard")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def tidy(self) -> None:
        """Remove files that are only needed during the run."""
        for part in ("pixels", "frames", "detector", "gan"):
            shutil.rmtree(self.folder / part, ignore_errors=True)


def runs_folder() -> Path:
    """The folder of all runs."""
    return user_folder("runs")


def all_runs() -> list[Run]:
    """All runs, the newest first."""
    return [Run(path.parent) for path in sorted(runs_folder().glob(f"*/{_REQUEST}"), reverse=True)]


def create_run(request: FineTuneRequest, folder: Path | None = None) -> Run:
    """Make a run, with its own copies of the weights that it starts from; see `Run.start`.

    Raises:
        WeightsError: if weights are missing or modified.
    """
    run = Run((folder or runs_folder()).absolute() / local_time())
    manifest = installed_weights()
    starts = {}
    for role, name in (("detector", request.detector), ("gan", request.gan)):
        entry = manifest.entry(name) if name else manifest.default(role)  # type: ignore[arg-type]
        manifest.check(entry)
        copy = run.folder / f"start-{role}.safetensors"
        with replacing(copy) as part:
            shutil.copyfile(manifest.folder / entry.file, part)
        starts[role] = asdict(entry) | {"file": str(copy)}
    write_json(run.folder / "starts.json", starts)
    request.save(run.folder / _REQUEST)
    return run


def adopt(run: Run) -> list[WeightsEntry]:
    """Add all new weights of a run to the user's own, or none if that fails, and delete the run.

    Raises:
        WeightsError, OSError: if they cannot be added; the run is kept.
        UserError: if the run has no weights yet.
    """
    cards = run.cards()
    if not cards:
        raise UserError("This run has no weights yet.")
    files = Manifest(run.folder, tuple(cards))
    added = OwnWeights().add_all(
        [
            (Path(card.file).read_bytes(), card, {part: files.exported(card, part) for part in card.exported})
            for card in cards
        ]
    )
    shutil.rmtree(run.folder, ignore_errors=True)
    return added


def start_card(run: Run, role: Literal["detector", "gan"]) -> WeightsEntry:
    """The metadata of the weights that a run starts from; `file` is the run's own copy.

    Raises:
        UserError: if the folder is not a run.
    """
    try:
        entry = checked_card(read_json(run.folder / "starts.json", dict[str, Any])[role])
    except (OSError, ValueError, KeyError) as error:
        raise UserError(f"{run.folder} is no run of a fine-tuning: {reason(error)}.") from error
    return replace(entry, file=str(run.folder / f"start-{role}.safetensors"))


def read_events(path: Path, start: int = 0) -> tuple[list[dict[str, Any]], int]:
    """Events from byte `start` on, and the byte from which to continue, at the beginning of an incomplete line."""
    events: list[dict[str, Any]] = []
    try:
        with path.open("rb") as file:
            file.seek(start)
            data = file.read()
    except OSError:
        return [], start
    whole = data.rfind(b"\n") + 1
    for line in data[:whole].splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue  # an incomplete line of a killed process
        if isinstance(record, dict):
            events.append(record)
    return events, start + whole


def process_environment() -> dict[str, str]:
    """Environment variables with which another Python process can import this package."""
    root = str(Path(__file__).resolve().parents[3])
    return os.environ | {"PYTHONPATH": os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])}


def _read_json(path: Path, kind: type[T]) -> T | None:
    """The content of a JSON file; None if it is missing or invalid."""
    try:
        return checked(json.loads(read_text(path)), kind)
    except (OSError, ValueError, UserError, RecursionError):
        return None
