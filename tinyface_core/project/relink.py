"""Finds moved pictures of a project by their content."""

from __future__ import annotations

import os
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

from tinyface_core.files import NotRegularError, sha256
from tinyface_core.project.store import Project
from tinyface_core.types import CancelToken, Progress, no_progress, stop_if_asked


def fingerprint(path: Path) -> tuple[str, int]:
    """SHA-256 of a file's content as hexadecimal text, and its size in bytes.

    Raises:
        NotRegularError: if it is a pipe or a device.
    """
    return sha256(path), path.stat().st_size


def fingerprint_pictures(project: Project, cancel: CancelToken | None = None, most: int | None = None) -> bool:
    """Compute missing fingerprints of up to `most` existing pictures; returns whether more are missing.

    Raises:
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
            continue  # such as an unplugged drive: tried again when the project is opened next
    return False


def relink(
    project: Project,
    folder: Path,
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
) -> dict[str, str]:
    """Find the project's missing pictures in `folder` and its subfolders, and store their new paths.

    Pictures are recognized by their content, whatever the file's name. A picture without a fingerprint is recognized by
    its file name, if exactly one file has it.

    Returns:
        The new paths by the old ones.

    Raises:
        OSError: if there is no such folder.
        ProjectError: if the project cannot be written.
    """
    os.scandir(folder).close()  # `rglob` finds nothing in a folder that does not exist
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
        progress("relink", number, len(missing))
        if not picture.sha256:
            namesakes = by_name[picture.path.name]
            if len(namesakes) == 1:
                found[picture.source] = str(namesakes[0].absolute())
            continue
        # A file of the same name is nearly always the right one.
        for path in sorted(by_size[picture.size], key=lambda path: path.name != picture.path.name):
            if path not in known:
                with suppress(OSError):  # a file that cannot be read is none of the missing ones
                    known[path] = fingerprint(path)[0]
            if known.get(path) == picture.sha256:
                found[picture.source] = str(path.absolute())
                break
    project.move_pictures(found)
    return found
