"""Checkpoints from which an interrupted run resumes exactly."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from msgspec import Struct
from torch import Tensor

from tinyface_core.checked import Count, checked
from tinyface_core.files import replacing
from tinyface_core.torch_files import read_torch_file
from tinyface_core.types import UserError


class _Parts(Struct):
    recipe: str
    networks: dict[str, dict[str, Any]]
    averages: dict[str, dict[str, Any]]
    step: Count = 0


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write tensors, numbers, strings and containers of them atomically.

    Raises:
        OSError: if the disk is full or the folder cannot be written; an existing file is not changed.
    """
    # Given a path instead of a file object, torch does not report a full disk.
    with replacing(path) as part, part.open("wb") as file:
        torch.save(state, file)


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Read a checkpoint without running code from it.

    Raises:
        UserError: if it is damaged, not a checkpoint, or has other contents than plain values and tensors.
    """
    try:
        state: dict[str, Any] = read_torch_file(path)
    except ValueError as error:
        raise UserError(f"{path} cannot be read ({error}): choose another folder for the run.") from error
    try:
        parts = checked(state, _Parts)
        for kept in (*parts.networks.values(), *parts.averages.values()):
            if not all(isinstance(value, Tensor) for value in kept.values()):
                raise ValueError("what is no tensor")
    except ValueError as error:
        raise UserError(
            f"{path} is no checkpoint of a training, or one of an earlier version ({error}): choose another folder for "
            "the run."
        ) from error
    return state


def saved_weights(checkpoint: Mapping[str, Any]) -> dict[str, Tensor]:
    """The resulting weights of a checkpoint: those of each network's moving average, if it has one.

    If there are several networks, names begin with the network's, such as "generator.g1....".
    """
    parts: dict[str, dict[str, Tensor]] = checkpoint["networks"] | checkpoint["averages"]
    if len(parts) == 1:
        return next(iter(parts.values()))
    return {f"{name}.{key}": value for name, values in parts.items() for key, value in values.items()}


def follow_parameters(optimizer: torch.optim.Optimizer) -> None:
    """Move an optimiser's state to the device of its parameters.

    A checkpoint is loaded before the networks are moved, and moving a network does not move its optimiser's state.
    """
    optimizer.load_state_dict(optimizer.state_dict())


def random_state() -> dict[str, Any]:
    """State of the random number generators of Python and torch."""
    version, internal, gauss = random.getstate()
    return {"python": [version, list(internal), gauss], "torch": torch.get_rng_state()}


def restore_random_state(state: dict[str, Any]) -> None:
    """Restore a state returned by `random_state`."""
    version, internal, gauss = state["python"]
    random.setstate((version, tuple(internal), gauss))
    torch.set_rng_state(state["torch"])
