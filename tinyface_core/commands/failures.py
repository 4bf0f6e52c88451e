"""How a command ends when something goes wrong that the user can put right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from tinyface_core.failures import user_sentence
from tinyface_core.types import Cancelled


@contextmanager
def plain_errors() -> Iterator[None]:
    """Expected failures end as one sentence and exit code 1, interruptions with 130; a defect keeps its traceback."""
    try:
        yield
    except (Cancelled, KeyboardInterrupt) as reason:
        typer.echo(str(reason) or "Interrupted.", err=True)
        raise typer.Exit(130) from reason
    except Exception as error:
        told_failure(error)
        raise typer.Exit(1) from error


def told_failure(error: BaseException) -> None:
    """Print the sentence of an expected failure; a defect is raised again."""
    sentence = user_sentence(error)
    if not sentence:
        raise error
    typer.echo(sentence, err=True)
