"""What all tests share."""

import pytest
import torch


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    """Small networks are quicker, and results the same on every machine, on one thread."""
    torch.set_num_threads(1)
