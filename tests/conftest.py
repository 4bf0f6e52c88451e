"""What all tests share."""

import _thread
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, settings

import tinyface_core.weights
from tests.core.tiny_world import install_tiny_weights
from tests.hostile.inputs import picture_bytes
from tests.plugins import install
from tinyface_core.folders import HOME_VARIABLE

# The same examples every time, however slow the machine is; each example may write into the test's folder.
settings.register_profile(
    "steady",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("steady")


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    """Small networks are quicker, and results the same on every machine, on one thread."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def _measured_backends(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """How quick which backend is, once for all tests."""
    return tmp_path_factory.mktemp("measured") / "backends.json"


@pytest.fixture(autouse=True)
def _home_of_this_test(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, _measured_backends: Path
) -> Iterator[Path]:
    """No test reads or writes the user's own files."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    if _measured_backends.exists():
        shutil.copy(_measured_backends, home)
    yield home
    if (home / "backends.json").exists():
        shutil.copy(home / "backends.json", _measured_backends)


@pytest.fixture
def small_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Untrained tiny networks that find something everywhere, installed as the program's weights, and CenterFace."""
    folder = tmp_path / "weights"
    install_tiny_weights(folder, eager=True)
    for file in tinyface_core.weights.BUNDLED.glob("centerface.*"):
        (folder / file.name).symlink_to(file)
    monkeypatch.setattr(tinyface_core.weights, "BUNDLED", folder)
    return folder


@pytest.fixture
def interrupt() -> Iterator[Callable[[], None]]:
    """Interrupts the main thread as Ctrl+C does, though what runs in the background may ignore that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "pthread_kill"):  # wakes it up, too
        yield partial(signal.pthread_kill, threading.main_thread().ident or 0, signal.SIGINT)
    else:
        yield _thread.interrupt_main
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """A folder of good photos, between which a bad one can be put."""
    folder = tmp_path / "album"
    folder.mkdir()
    for name in ("a.jpg", "z.jpg"):
        (folder / name).write_bytes(picture_bytes())
    return folder


@pytest.fixture
def add(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Installs a package with one part of a group, called "theirs", from its source."""
    return lambda group, source: install(
        tmp_path / "site", monkeypatch, group, {"theirs": "their_package:make"}, source
    )
