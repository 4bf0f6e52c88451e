"""Writes redacted copies of the opened photos and videos in a worker thread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tinyface_core.failures import user_sentence
from tinyface_core.files import check_writable
from tinyface_core.types import CancelToken, KnownFinder, Progress, UserError

from ..sentences import in_users_language

if TYPE_CHECKING:
    from tinyface_core.project.records import ProjectFace
    from tinyface_core.redaction.order import Order


@dataclass(frozen=True, slots=True)
class RedactRequest:
    """The copies to write.

    Attributes:
        turns: degrees clockwise by which the user rotated some of them.
        picture: file of a picture to lay over faces; None for another style.
        folder: created if missing.
    """

    sources: tuple[str, ...]
    turns: Mapping[str, int]
    faces: tuple[ProjectFace, ...]
    order: Order
    picture: Path | None
    folder: Path


@dataclass(frozen=True, slots=True)
class Copied:
    """The files that were written, in order, and a sentence for each photo or video that could not be copied."""

    written: tuple[Path, ...]
    failures: tuple[str, ...]


def redact_files(
    request: RedactRequest,
    finder: Callable[[], KnownFinder],
    cancel: CancelToken,
    progress: Progress,
    finished: Callable[[str], object],
) -> Copied:
    """Write all copies; `finished` is called with each source that is copied.

    Raises:
        Cancelled: finished copies stay, the current one is deleted.
        UserError: if nothing can be written into the folder.
    """
    from tinyface_core.export.naming import unique_names
    from tinyface_core.media.images import load_image
    from tinyface_core.redaction.copies import check_target, suffix_for, write_copy
    from tinyface_core.redaction.searching import search
    from tinyface_core.redaction.statements import said_of

    check_writable(request.folder)
    order = request.order
    if request.picture is not None:
        order = replace(order, covering=replace(order.covering, picture=load_image(request.picture).pixels))
    faces: defaultdict[str, list[ProjectFace]] = defaultdict(list)
    for face in request.faces:
        faces[face.source].append(face)
    paths = [Path(source) for source in request.sources]
    names = unique_names([path.stem for path in paths])
    finder = cache(finder)  # networks are loaded once for all copies
    written: list[Path] = []
    failures: list[str] = []
    for done, (path, name) in enumerate(zip(paths, names, strict=True)):
        progress("files", done, len(paths))
        try:
            target = request.folder / f"{name}{suffix_for(path)}"
            check_target(target, paths)
            turn = request.turns.get(str(path), 0)
            results = search(path, target, finder(), order, cancel, progress, turn)
            copy = write_copy(path, target, results, said_of(faces[str(path)]), order, cancel, progress)
        except (UserError, OSError) as error:
            failures.append(in_users_language(user_sentence(error)))
            continue
        written += [copy.target, *([copy.review] if copy.review else [])]
        finished(str(path))
    return Copied(tuple(written), tuple(failures))
