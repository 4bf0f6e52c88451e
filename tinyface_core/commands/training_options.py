"""Options, set-up and error handling shared by the training commands."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tinyface_core.commands.progress import shown_progress
from tinyface_core.commands.stopping import ENDINGS
from tinyface_core.types import Cancelled, UserError

if TYPE_CHECKING:
    from tinyface_core.training.events import JobEvents
    from tinyface_core.training.loop import TrainingRun

Precision = Annotated[
    Literal["32-true", "bf16-mixed", "16-mixed"], typer.Option(help="32-true, bf16-mixed or 16-mixed.")
]
FromScratch = Annotated[
    bool, typer.Option("--from-scratch", help="Start from random weights where the preset starts from ImageNet's.")
]
Validate = Annotated[int, typer.Option(help="Measure every so many steps; 0 for never.", min=0)]


def stop_on_signal() -> threading.Event:
    """A cancel token set by Ctrl+C, SIGTERM or a closed terminal, so that a run ends with a checkpoint."""
    token = threading.Event()
    for number in (signal.SIGINT, *ENDINGS):
        if signal.getsignal(number) != signal.SIG_IGN:  # keep nohup working
            signal.signal(number, lambda *_: token.set())
    return token


@contextmanager
def training_run(folder: Path, device: str, precision: Precision, idle_networks: bool = False) -> Iterator[TrainingRun]:
    """Set up a training in a folder; the log says why it ended early.

    Raises:
        UserError: if another process works in the folder, or there is no such device.
    """
    from tinyface_core.training.events import CombinedEvents, run_events
    from tinyface_core.training.fabric import training_fabric
    from tinyface_core.training.folder_lock import locked
    from tinyface_core.training.loop import TrainingRun

    with shown_progress() as progress, ExitStack() as kept:
        stop = stop_on_signal()
        fabric = training_fabric(device, precision, idle_networks=idle_networks)
        fabric.launch()
        if fabric.is_global_zero:
            kept.enter_context(locked(folder))
        events = run_events(folder, progress) if fabric.is_global_zero else CombinedEvents()
        with _ending_told(events):
            yield TrainingRun(folder, events, stop, fabric)


@contextmanager
def _ending_told(events: JobEvents) -> Iterator[None]:
    """Log why a training ended early; exit with 130 if it was stopped."""
    try:
        yield
    except Cancelled as reason:
        events.log(str(reason))
        raise typer.Exit(130) from None
    except UserError as error:
        events.failed(str(error), "Mend it and give the same command again: it goes on from the last checkpoint.")
        raise
