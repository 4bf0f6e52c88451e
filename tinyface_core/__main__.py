"""The command line: `tinyface`, or `python -m tinyface_core`."""

from __future__ import annotations

import os
import sys
import threading
import warnings

from tinyface_core.commands.stopping import FIRST_SIGNAL, ended, exit_code, orderly_end
from tinyface_core.commands.terminal import lenient_streams, loading_told


def main() -> None:
    """Run the command line."""
    if not sys.warnoptions:  # warnings of libraries are for programmers
        warnings.simplefilter("ignore")
    try:
        with lenient_streams(), loading_told("torch", "PyTorch"), orderly_end():
            _run()
    except SystemExit as end:
        left = any(thread.daemon for thread in threading.enumerate())
        if isinstance(end.code, int) and end.code >= FIRST_SIGNAL and left:
            os._exit(end.code)  # a network that runs while Python takes itself apart would abort the program
        raise


def _run() -> None:
    try:
        from tinyface_core.commands.app import app

        app()
    except KeyboardInterrupt as reason:  # commands handle it themselves; their import takes a second
        print(ended(reason), file=sys.stderr)
        raise SystemExit(exit_code(reason)) from None


if __name__ == "__main__":
    main()
