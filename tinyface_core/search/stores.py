"""Lists files in object stores by URL with fsspec, an extra; each kind of store needs its own package."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from tinyface_core.failures import in_a_line
from tinyface_core.file_state import FileState
from tinyface_core.media.opening import MediaError
from tinyface_core.media.sources import SUFFIXES, NothingFound
from tinyface_core.project.scanned import ScannedFile


def list_store(url: str, failed: Callable[[Path, MediaError], object]) -> Iterator[ScannedFile]:
    """The photos and videos at and under a URL; a file named by its own URL may have any suffix. Failures are told."""
    import fsspec

    found = False
    try:
        store, top = fsspec.core.url_to_fs(url)
        for name, about in sorted(store.find(top, detail=True).items()):
            if name == top or PurePosixPath(name).suffix.lower() in SUFFIXES:
                found = True
                if about.get("size") is None:  # listings of web servers have no sizes
                    with suppress(Exception):  # an unreadable file is reported when it is fetched
                        about = store.info(name)
                size = about.get("size")
                state = FileState(-1 if size is None else int(size), _changed(about))
                yield ScannedFile(store.unstrip_protocol(name), state)
    except Exception as error:  # each store has errors of its own
        sentence = f"{url} cannot be listed ({in_a_line(error)}): check the address and the access to it."
        failed(Path(url), MediaError(sentence))
    else:
        if not found:
            failed(Path(url), NothingFound(f"There is no photo or video at {url}: check the address."))


def _changed(about: Mapping[str, Any]) -> int:
    """When a file was changed last, in nanoseconds since 1970; 0 if unknown."""
    changed = next((about[key] for key in ("mtime", "LastModified", "updated", "created") if key in about), 0)
    return int((changed if isinstance(changed, int | float) else changed.timestamp()) * 1e9)
