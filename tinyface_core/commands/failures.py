"""Error messages and exit status of commands."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tinyface_core.commands.stopping import ended, exit_code
from tinyface_core.failures import defect_sentence, user_sentence
from tinyface_core.names import shown
from tinyface_core.types import Cancelled

if TYPE_CHECKING:
    from tinyface_core.datasets.annotations import AnnotatedPicture


@contextmanager
def plain_errors() -> Iterator[None]:
    """Print expected errors as one sentence and exit with 1; defects keep their traceback.

    An interrupted command may say how it goes on (`going_on`), and exits with `exit_code`.
    """
    try:
        yield
    except (Cancelled, KeyboardInterrupt) as reason:
        typer.echo(ended(reason), err=True)
        raise typer.Exit(exit_code(reason)) from reason
    except Exception as error:
        sentence = user_sentence(error)
        if not sentence:
            raise
        typer.echo(sentence, err=True)
        raise typer.Exit(1) from error


def existing_pictures(listed: Iterable[AnnotatedPicture]) -> list[AnnotatedPicture]:
    """Those whose files exist, after what is to be told; see `tinyface_core.datasets.annotations.existing`."""
    from tinyface_core.datasets.annotations import existing

    pictures, oddities = existing(listed)
    for sentence in oddities.sentences:
        typer.echo(sentence, err=True)
    return pictures


class Failures:
    """Collects the files that failed while a command goes on with the others.

    Each failure is printed immediately, and again at the end.
    """

    def __init__(self) -> None:
        self._sentences: list[str] = []

    def add(self, path: Path, error: BaseException) -> None:
        """Print what is wrong with a file; with a traceback if it is a defect of the program."""
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
        """Number of failures."""
        return len(self._sentences)

    def end(self, total: int) -> None:
        """Print all failures again if the command had more than one file.

        Raises:
            typer.Exit: with 1, if there was any failure.
        """
        if not self._sentences:
            return
        if total > 1:
            typer.echo(f"{len(self._sentences)} of {total} failed:", err=True)
            for sentence in self._sentences:
                typer.echo(f"  {sentence}", err=True)
        raise typer.Exit(1)
