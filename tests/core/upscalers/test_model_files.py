"""Model files of other projects' architectures, read by spandrel; hostile and damaged ones are refused."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from spandrel.architectures.Compact.__arch.SRVGG import SRVGGNetCompact
from spandrel.architectures.ESRGAN.__arch.RRDB import RRDBNet
from torch import nn

from tinyface_core.types import UserError
from tinyface_core.upscalers.model_file import load_model_file
from tinyface_core.upscalers.registry import load_upscalers, model_file_of

NETWORKS = {
    "compact": lambda: SRVGGNetCompact(num_feat=8, num_conv=2, upscale=4),
    "esrgan": lambda: RRDBNet(in_nc=3, out_nc=3, num_filters=8, num_blocks=1, scale=2),
}


def _network(name: str) -> nn.Module:
    torch.manual_seed(3)
    return NETWORKS[name]().eval()


def _crops(count: int = 2, height: int = 12, width: int = 20) -> NDArray[np.uint8]:
    return np.random.default_rng(5).integers(0, 256, (count, height, width, 3), dtype=np.uint8)


def _own_picture(network: nn.Module, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
    with torch.no_grad():
        large = network(torch.from_numpy(crops).permute(0, 3, 1, 2).float() / 255)
    return (large.clamp(0, 1) * 255).permute(0, 2, 3, 1).numpy()


def _save(path: Path, network: nn.Module) -> Path:
    tensors = {key: value.contiguous() for key, value in network.state_dict().items()}
    if path.suffix == ".safetensors":
        save_file(tensors, path)
    else:
        torch.save({"params_ema": tensors} if path.suffix == ".pth" else tensors, path)
    return path


@pytest.mark.parametrize("suffix", [".pth", ".pt", ".ckpt", ".safetensors"])
@pytest.mark.parametrize(("name", "factor"), [("compact", 4), ("esrgan", 2)])
def test_a_model_file_gives_the_networks_own_picture(tmp_path: Path, name: str, factor: int, suffix: str) -> None:
    network, crops = _network(name), _crops()
    upscaler = load_model_file(_save(tmp_path / f"my-{name}{suffix}", network), "cpu")
    assert upscaler.name == f"my-{name}"
    assert np.abs(upscaler.enlarge(crops, factor) - _own_picture(network, crops)).max() <= 0.6


@pytest.mark.parametrize("factor", [1, 3, 8])
def test_other_factors_than_its_own_are_resized(tmp_path: Path, factor: int) -> None:
    upscaler = load_model_file(_save(tmp_path / "c.pth", _network("compact")), "cpu")
    assert upscaler.enlarge(_crops(), factor).shape == (2, 12 * factor, 20 * factor, 3)


def test_a_model_file_stands_among_the_names(tmp_path: Path) -> None:
    path = _save(tmp_path / "c.pth", _network("compact"))
    assert [upscaler.name for upscaler in load_upscalers(["bicubic", str(path)], "cpu")] == ["bicubic", "c"]


class _Code:
    """Unpickled carelessly, it writes a file."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"{sys.executable} -c \"open(r'{self.marker}', 'w')\"",)


@pytest.mark.parametrize("suffix", [".pth", ".pt", ".ckpt"])
@pytest.mark.parametrize("legacy", [False, True])
def test_code_in_a_model_file_is_never_run(tmp_path: Path, suffix: str, legacy: bool) -> None:
    marker, path = tmp_path / "ran", tmp_path / f"evil{suffix}"
    held = {"weight": torch.zeros(2), "payload": _Code(marker)}
    torch.save(held, path, _use_new_zipfile_serialization=not legacy)
    with pytest.raises(UserError, match="never run"):
        load_model_file(path, "cpu")
    assert not marker.exists()
    torch.load(path, weights_only=False)
    assert marker.exists(), "the payload is harmless, so the test proves nothing"


def _sentence(path: Path) -> str:
    with pytest.raises(UserError) as caught:
        load_model_file(path, "cpu")
    assert path.name in str(caught.value) and "\n" not in str(caught.value)
    return str(caught.value)


def test_tensors_of_no_known_architecture_are_refused(tmp_path: Path) -> None:
    torch.save({"a": torch.zeros(2)}, tmp_path / "odd.pth")
    assert "architecture" in _sentence(tmp_path / "odd.pth")


def test_a_list_of_tensors_is_refused(tmp_path: Path) -> None:
    torch.save([torch.zeros(2)], tmp_path / "list.pth")
    assert "no named tensors" in _sentence(tmp_path / "list.pth")


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_a_damaged_file_is_refused(tmp_path: Path, suffix: str) -> None:
    path = _save(tmp_path / f"half{suffix}", _network("compact"))
    path.write_bytes(path.read_bytes()[:900])
    assert "damaged" in _sentence(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "does not exist" in _sentence(tmp_path / "gone.pth")


def test_a_model_that_does_not_enlarge_colour_is_refused(tmp_path: Path) -> None:
    grey = SRVGGNetCompact(num_in_ch=1, num_out_ch=1, num_feat=8, num_conv=2, upscale=4)
    assert "RGB" in _sentence(_save(tmp_path / "grey.pth", grey))


def test_a_model_told_to_enlarge_by_more_than_it_was_made_for_runs_again(tmp_path: Path) -> None:
    network, crops = _network("esrgan"), _crops()
    path = _save(tmp_path / "double.pth", network)
    (upscaler,) = load_upscalers([f"{path}@4"], "cpu")
    assert upscaler.name == "double x4"
    with torch.no_grad():
        low = torch.from_numpy(crops).permute(0, 3, 1, 2).float() / 255
        twice = (network(network(low)).clamp(0, 1) * 255).permute(0, 2, 3, 1).numpy()
    assert np.abs(upscaler.enlarge(crops, 4) - twice).max() <= 1
    (once,) = load_upscalers([str(path)], "cpu")
    assert np.abs(once.enlarge(crops, 4).astype(int) - upscaler.enlarge(crops, 4)).max() > 1


@pytest.mark.parametrize("name", ["photo.png@4", "model.pth@0", "model.pth@17", "refined@4"])
def test_a_factor_that_makes_no_sense_names_no_model_file(name: str) -> None:
    assert model_file_of(name) is None


def test_the_name_of_a_model_file_may_hold_the_sign_of_factors() -> None:
    assert model_file_of("me@home/net.pth") == (Path("me@home/net.pth"), 0)
    assert model_file_of("me@home/net.pth@2") == (Path("me@home/net.pth"), 2)
