"""How a command reports errors that the user can fix, and its exit status."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from tinyface_core.commands.stopping import EndAsked
from tinyface_core.failures import defect_sentence, user_sentence
from tinyface_core.names import shown
from tinyface_core.types import Cancelled


@contextmanager
def plain_errors() -> Iterator[None]:
    """Expected failures end as one sentence and exit code 1; a defect keeps its traceback.

    An interruption ends with 130, one by the system with the code of its signal.
    """
    try:
        yield
    except (Cancelled, KeyboardInterrupt) as reason:
        typer.echo(str(reason) or "Interrupted.", err=True)
        raise typer.Exit(reason.exit_code if isinstance(reason, EndAsked) else 130) from reason
    except Exception as error:
        sentence = user_sentence(error)
        if not sentence:
            raise
        typer.echo(sentence, err=True)
        raise typer.Exit(1) from error


class Failures:
    """Files that could not be used, of a command that goes on with the others.

    Each is told when it fails, and again at the end: before it there may be an hour of others.
    """

    def __init__(self) -> None:
        self._sentences: list[str] = []

    def add(self, path: Path, error: BaseException) -> None:
        """Tell what is wrong with a file; of a defect of the program with its traceback."""
        sentence = user_sentence(error)
        if not sentence:
            traceback.print_exception(error)
            sentence = defect_sentence(error)
        if path.name not in sentence:
            sentence = f"{path}: {sentence}"
        sentence = shown(sentence)
        typer.echo(sentence, err=True)
        self._sentences.append(sentence)

    @property
    def count(self) -> int:
        """How many have failed."""
        return len(self._sentences)

    def end(self, total: int) -> None:
        """List them again, if there were others.

        Raises:
            typer.Exit: with 1, if there was any.
        """
        if not self._sentences:
            return
        if total > 1:
            typer.echo(f"{len(self._sentences)} of {total} failed:", err=True)
            for sentence in self._sentences:
                typer.echo(f"  {sentence}", err=True)
        raise typer.Exit(1)
