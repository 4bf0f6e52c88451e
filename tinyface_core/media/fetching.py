"""Fetches pictures from object stores (URLs that fsspec opens, an extra) while they are in use."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from tinyface_core.media.images import MediaError
from tinyface_core.names import output_stem


def is_url(source: str) -> bool:
    """Whether a picture lies in an object store."""
    return "://" in source


@contextmanager
def local_copy(path: str) -> Iterator[Path]:
    """The file on this machine; of an object store a copy, as long as it is needed.

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


def in_a_line(error: Exception) -> str:
    """What an error of a store says, for a sentence."""
    return " ".join(str(error).split()) or type(error).__name__
