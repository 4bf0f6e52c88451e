"""Temporary local copies of pictures in object stores (URLs supported by fsspec, an extra)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from tinyface_core.failures import in_a_line
from tinyface_core.media.opening import MediaError
from tinyface_core.names import output_stem


def is_url(source: str) -> bool:
    """Whether a source is a URL."""
    return "://" in source


@contextmanager
def local_copy(path: str) -> Iterator[Path]:
    """A local path of the file; for a URL a temporary copy.

    Raises:
        MediaError: if it cannot be fetched.
    """
    if not is_url(path):
        yield Path(path)
        return
    import fsspec

    with tempfile.TemporaryDirectory() as folder:
        name = PurePosixPath(path)
        copy = Path(folder) / f"{output_stem(name.stem)}{name.suffix}"
        try:
            store, place = fsspec.core.url_to_fs(path)
            store.get_file(place, str(copy))
        except Exception as error:  # each store has errors of its own
            raise MediaError(f"{path} cannot be fetched ({in_a_line(error)}): check the access to it.") from error
        yield copy
