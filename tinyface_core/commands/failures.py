"""How a command ends when something goes wrong that the user can put right."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import typer


@contextmanager
def plain_errors() -> Iterator[None]:
    """Expected failures end as one sentence and exit code 1; anything else is a defect and keeps its traceback."""
    from tinyface_core.export import ExportError
    from tinyface_core.media.images import MediaError
    from tinyface_core.project.records import ProjectError
    from tinyface_core.results import ResultFileError
    from tinyface_core.upscalers.registry import UpscalerError
    from tinyface_core.weights import WeightsError

    expected = (ExportError, MediaError, ProjectError, ResultFileError, UpscalerError, WeightsError)
    try:
        yield
    except (*expected, ValueError, OSError, MemoryError) as error:
        typer.echo(_sentence(error), err=True)
        raise typer.Exit(1) from error


def _sentence(error: BaseException) -> str:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full: make room and try again."
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror}."
    return str(error) or "There is not enough memory: close other programs, or use a smaller picture."
