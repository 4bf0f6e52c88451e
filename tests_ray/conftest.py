"""A store of pictures that is reached over the network: a web server on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

STATUS = {"locked": 403, "unknown": 401, "broken": 500}


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder, but for names that say what is wrong with them."""

    def do_GET(self) -> None:
        name = Path(self.path).stem
        with suppress(ConnectionError):  # who only asked for the size goes away
            self.send_error(STATUS[name]) if name in STATUS else super().do_GET()

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def store(photos: Path) -> Iterator[str]:
    """URL of the folder of photos."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(photos))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
