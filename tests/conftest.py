"""What all tests share."""

from pathlib import Path

import pytest
import torch

from tinyface_core.folders import HOME_VARIABLE


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    """Small networks are quicker, and results the same on every machine, on one thread."""
    torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def _home_of_this_test(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes the user's own files."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    return home
