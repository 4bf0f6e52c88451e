"""Standard streams that tolerate a closed pipe and unprintable names; tells in a terminal what loads for seconds."""

from __future__ import annotations

import errno
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from typing import Any

_NOBODY_READS = (errno.EPIPE, errno.EIO)
"""Errors of a pipe whose reader has ended (`| head -1`), and of a closed terminal."""


@contextmanager
def lenient_streams() -> Iterator[None]:
    """Standard output and error that discard text nobody reads and escape text that cannot be encoded."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = map(_lenient, before)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        sys.stdout, sys.stderr = before


@contextmanager
def loading_told(module: str, title: str) -> Iterator[None]:
    """Say in a terminal when a module is imported that takes seconds, wherever that happens."""
    finder = _Telling(module, title)
    if sys.stderr.isatty():
        sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        if finder in sys.meta_path:
            sys.meta_path.remove(finder)


class _Telling:
    def __init__(self, module: str, title: str) -> None:
        self._module, self._title = module, title

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name == self._module else None
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def told(module: Any) -> None:
                print(f"Loading {self._title} ...", file=sys.stderr)
                load(module)

            spec.loader.exec_module = told  # type: ignore[method-assign]
        return spec


def _lenient(stream: Any) -> Any:
    if sys.platform == "win32" and stream.isatty():  # the console has its own encoding
        stream.reconfigure(errors="backslashreplace")
        return stream
    try:
        raw = _Unread(stream.fileno(), "wb", closefd=False)
    except (AttributeError, io.UnsupportedOperation):  # no console, or redirected inside Python
        return stream
    return io.TextIOWrapper(
        io.BufferedWriter(raw), stream.encoding, errors="backslashreplace", line_buffering=True, write_through=True
    )


class _Unread(io.FileIO):
    """A stream that ignores errors after its reader has closed it, and reports any other error once."""

    has_failed = False

    def write(self, data: Any, /) -> int:
        try:
            return len(data) if self.has_failed else super().write(data)
        except OSError as error:
            if error.errno not in _NOBODY_READS:
                self.has_failed = True  # what is still buffered would raise it again at the end of the program
                raise
            return len(data)
