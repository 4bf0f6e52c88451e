"""Options and the ending shared by the training commands."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tinyface_core.commands.stopping import ENDINGS
from tinyface_core.types import Cancelled, UserError

if TYPE_CHECKING:
    from tinyface_core.training.events import JobEvents

Precision = Annotated[
    Literal["32-true", "bf16-mixed", "16-mixed"], typer.Option(help="32-true, bf16-mixed or 16-mixed.")
]
FromScratch = Annotated[
    bool, typer.Option("--from-scratch", help="Start from random weights where the preset starts from ImageNet's.")
]
Validate = Annotated[int, typer.Option(help="Measure every so many steps; 0 for never.", min=0)]


def stop_on_signal() -> threading.Event:
    """A token that an interrupt, a termination or a closed terminal sets, so that a run ends with a checkpoint."""
    token = threading.Event()
    for number in (signal.SIGINT, *ENDINGS):
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup wants it
            signal.signal(number, lambda *_: token.set())
    return token


@contextmanager
def ending_told(events: JobEvents) -> Iterator[None]:
    """The log says why a training ended early; one that was stopped exits with 130."""
    try:
        yield
    except Cancelled as reason:
        events.log(str(reason))
        raise typer.Exit(130) from None
    except UserError as error:
        events.failed(str(error), "Mend it and give the same command again: it goes on from the last checkpoint.")
        raise
