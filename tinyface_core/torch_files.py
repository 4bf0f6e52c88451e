"""Reads torch files safely: no code in them is run, and memory is bounded by the size of the file."""

from __future__ import annotations

import stat
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from tinyface_core.archives import opened_zip

_LARGEST = 16_000_000_000
_ZIP = b"PK\x03\x04"


def read_torch_file(path: Path) -> Any:
    """Plain values and tensors of a file written by `torch.save`, on the CPU.

    Raises:
        ValueError: if it is damaged, not such a file, contains code, or claims to be larger than it is.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError("it is no regular file")
    with path.open("rb") as file:
        packed = file.read(len(_ZIP)) == _ZIP
    if packed:
        with opened_zip(path, _LARGEST):
            pass
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they are for the author of the file
            held = torch.load(path, map_location="cpu", weights_only=True)
    except OSError:
        raise
    except Exception as error:  # damage, foreign formats and forbidden code fail in many ways
        raise ValueError("it is damaged, or holds code, which is never run") from error
    for tensor in _tensors(held, set()):
        # A tensor may claim a huge shape over a few bytes; a copy would need all that memory.
        if tensor.layout != torch.strided or tensor.nbytes > tensor.untyped_storage().nbytes():
            raise ValueError("a tensor in it claims more than it holds")
    return held


def _tensors(held: Any, seen: set[int]) -> Iterator[Tensor]:
    """All tensors in nested containers; each container is visited once, as they may be recursive."""
    if isinstance(held, Tensor):
        yield held
    elif isinstance(held, dict | list | tuple) and id(held) not in seen:
        seen.add(id(held))
        for inner in held.values() if isinstance(held, dict) else held:
            yield from _tensors(inner, seen)
