"""The process that executes a run: `python -m tinyface_core.training.finetune.process FOLDER`."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
import traceback
from pathlib import Path

from filelock import Timeout

from tinyface_core.failures import defect_sentence, user_sentence
from tinyface_core.training.events import CombinedEvents, CurveEvents, JobEvents, JsonLinesEvents
from tinyface_core.training.finetune.runs import Outcome, Run, RunState

_SECONDS_BETWEEN_LOOKS = 0.25


class WishToken:
    """Cancels when the user wants anything but to go on, or when the system ends the process."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._looked = 0.0
        self._stop = False
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._end)

    def is_set(self) -> bool:
        """See `CancelToken`; reads the user's wish from the run's folder a few times per second."""
        now = time.monotonic()
        if not self._stop and now - self._looked > _SECONDS_BETWEEN_LOOKS:
            self._looked = now
            return self._run.wish() != "run"
        return self._stop

    def _end(self, *_signal: object) -> None:
        self._stop = True


def work_on(run: Run, extra: JobEvents | None = None) -> int:
    """Execute a run, unless another process does, until it ends or is stopped; returns the exit code."""
    lock = run.lock()
    try:
        lock.acquire(timeout=2)
    except Timeout:
        print("Another process works on this run.", file=sys.stderr)
        return 1
    discarded = False
    try:
        discarded = _work(run, extra) == "discard"
    finally:
        lock.release()
    if discarded:
        shutil.rmtree(run.folder, ignore_errors=True)
    outcome = run.outcome()
    return int(outcome is not None and outcome.state == RunState.FAILED)


def _work(run: Run, extra: JobEvents | None) -> str:
    # Slow imports, done after the lock is held.
    from tinyface_core.training.divergence import Diverged
    from tinyface_core.training.finetune.execution import FineTuning
    from tinyface_core.types import Cancelled

    token = WishToken(run)
    run.end(None)
    receivers = [JsonLinesEvents(run.events_file), CurveEvents(run.folder / "curves.csv")]
    events = CombinedEvents(*receivers, *([] if extra is None else [extra]))
    try:
        summary = FineTuning(run, events, token).work()
    except Cancelled:
        wish = run.wish()
        if wish == "run":  # ended by the system: the run can be resumed
            run.ask("pause")
        elif wish == "keep":
            _fail(run, events, "It was stopped before there was anything to keep.", "Start it again, or throw it away.")
        events.log("Stopped; it goes on from here.")
        return wish
    except Diverged as error:
        kept = "What it had learned before that is kept: go on, and it is measured."
        nothing = "Nothing good was learned before that: throw it away and start anew."
        _fail(run, events, str(error), kept if run.cards() else nothing)
    except Exception as error:  # the window learns of errors only through the folder
        traceback.print_exc()
        if sentence := user_sentence(error):
            _fail(run, events, sentence, "Mend it and go on; details are in output.log.")
        else:
            _fail(run, events, defect_sentence(error), "Its details, for a report, are in output.log.")
    else:
        run.end(Outcome(RunState.FINISHED))
        run.tidy()
        events.finished(summary)
    return run.wish()


def _fail(run: Run, events: JobEvents, reason: str, what_to_do: str) -> None:
    run.end(Outcome(RunState.FAILED, reason, what_to_do))
    events.failed(reason, what_to_do)


def main() -> int:
    """Execute the run whose folder is the argument, at a low priority."""
    if hasattr(os, "nice"):
        os.nice(5)
    return work_on(Run(Path(sys.argv[1])))


if __name__ == "__main__":
    sys.exit(main())
