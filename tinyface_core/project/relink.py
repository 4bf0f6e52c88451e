"""Finds moved pictures of a project by their content."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from tinyface_core.files import NotRegularError, sha256
from tinyface_core.project.store import Project
from tinyface_core.types import CancelToken, stop_if_asked


def fingerprint(path: Path) -> tuple[str, int]:
    """SHA-256 (hex) of a file's content, and its size in bytes.

    Raises:
        OSError: if it cannot be read.
        NotRegularError: if it is a pipe or a device.
    """
    return sha256(path), path.stat().st_size


def fingerprint_pictures(project: Project, cancel: CancelToken | None = None, most: int | None = None) -> bool:
    """Compute what is not known yet of up to `most` pictures that are there; returns whether some are left.

    Raises:
        Cancelled: between two pictures.
        ProjectError: if the project cannot be written.
    """
    done = 0
    for source in filter(os.path.exists, project.without_fingerprint()):
        if done == most:
            return True
        stop_if_asked(cancel)
        try:
            project.set_fingerprint(source, *fingerprint(Path(source)))
            done += 1
        except (NotRegularError, OSError):
            continue  # Unplugged or forbidden: it is asked again when the project is opened next.
    return False


def relink(
    project: Project,
    folder: Path,
    cancel: CancelToken | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> dict[str, str]:
    """Look in `folder` and everything under it for the project's missing pictures, and note where they are.

    A file is taken for a picture only if its content is the same, whatever it is called; a picture whose content was
    never noted is taken by its name, if just one file has it.

    Returns:
        Old source to new source of those that were found.

    Raises:
        Cancelled: between two files.
        ProjectError: if the project cannot be written.
    """
    missing = [picture for picture in project.pictures() if picture.missing]
    by_size: dict[int, list[Path]] = defaultdict(list)
    by_name: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            by_size[path.stat().st_size].append(path)
            by_name[path.name].append(path)
    found: dict[str, str] = {}
    known: dict[Path, str] = {}
    for number, picture in enumerate(missing):
        stop_if_asked(cancel)
        if progress is not None:
            progress("relink", number, len(missing))
        if not picture.sha256:
            namesakes = by_name[picture.path.name]
            if len(namesakes) == 1:
                found[picture.source] = str(namesakes[0].absolute())
            continue
        # The same name first: it is nearly always the one.
        for path in sorted(by_size[picture.size], key=lambda path: path.name != picture.path.name):
            if path not in known:
                known[path] = fingerprint(path)[0]
            if known[path] == picture.sha256:
                found[picture.source] = str(path.absolute())
                break
    project.move_pictures(found)
    return found
