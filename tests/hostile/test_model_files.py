"""Model files and checkpoints that swell, claim more than they hold, fit nothing, or hold a restorer of faces."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save
from spandrel import Architecture, ImageModelDescriptor, ModelLoader, SizeRequirements
from spandrel.architectures.Compact.__arch.SRVGG import SRVGGNetCompact
from torch import nn

from tinyface_core.datasets.crops import Crops
from tinyface_core.torch_files import read_torch_file
from tinyface_core.training.checkpoint import load_checkpoint
from tinyface_core.types import UserError
from tinyface_core.upscalers.model_file import ModelFileUpscaler, load_model_file

CROPS = np.random.default_rng(0).integers(0, 256, (2, 12, 20, 3), np.uint8)


def swollen(path: Path) -> Path:
    """A file of torch whose tensor of 64 MB was packed into a few kilobytes."""
    torch.save({"weight": torch.zeros(2**24)}, buffer := io.BytesIO())
    with zipfile.ZipFile(buffer) as plain, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in plain.namelist():
            packed.writestr(name, plain.read(name))
    assert path.stat().st_size < 2**20
    return path


def test_files_that_swell_or_claim_more_than_they_hold_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="would unpack to 64 MB"):
        read_torch_file(swollen(tmp_path / "a.pth"))
    for number, held in enumerate([torch.zeros(1).expand(2**40), {"a": [torch.zeros(1).expand(2**40)]}]):
        torch.save(held, tmp_path / f"{number}.pth")
        with pytest.raises(ValueError, match="claims more than it holds"):
            read_torch_file(tmp_path / f"{number}.pth")
    torch.save(torch.eye(3).to_sparse(), tmp_path / "sparse.pth")
    with pytest.raises(ValueError, match="claims more than it holds"):
        read_torch_file(tmp_path / "sparse.pth")
    round_and_round: list[Any] = [torch.ones(2)]
    round_and_round.append(round_and_round)
    torch.save(round_and_round, tmp_path / "round.pth")
    assert torch.equal(read_torch_file(tmp_path / "round.pth")[0], torch.ones(2))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name here")
@pytest.mark.parametrize("name", ["m.pth", "m.safetensors"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(UserError, match=name):
        load_model_file(tmp_path / name, "cpu")


def test_model_files_that_swell_or_are_none_are_one_sentence(tmp_path: Path) -> None:
    swollen(tmp_path / "a.pth")
    torch.save({"w": torch.zeros(1).expand(2**40)}, tmp_path / "b.pth")
    torch.save(5, tmp_path / "c.pth")
    (tmp_path / "d.safetensors").write_bytes(save({})[:4] + b"\xff" * 60)
    for path in sorted(tmp_path.iterdir()):
        with pytest.raises(UserError) as caught:
            load_model_file(path, "cpu")
        assert path.name in str(caught.value) and "\n" not in str(caught.value)


def test_files_of_crops_that_swell_or_are_none_are_one_sentence(tmp_path: Path) -> None:
    np.save(buffer := io.BytesIO(), np.zeros(2**24, np.uint8))
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("pixels.npy", buffer.getvalue())
    (tmp_path / "b.npz").write_bytes(b"PK\x03\x04 and no more")
    np.savez(tmp_path / "c.npz", pixels=np.zeros(3))
    for path in sorted(tmp_path.iterdir()):
        with pytest.raises(UserError, match=f"{path.name} is no file of crops"):
            Crops.load(path)
    with pytest.raises(FileNotFoundError):
        Crops.load(tmp_path / "missing.npz")
    with pytest.raises(IsADirectoryError):
        Crops.load(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"networks": None},
        {"networks": {"detector": [1]}},
        {"networks": {"detector": {"weight": 5}}},
        {"averages": {"detector": "x"}},
        {"step": -1},
        {"step": "late"},
        {"recipe": 7},
    ],
)
def test_a_checkpoint_of_other_values_is_one_sentence(tmp_path: Path, change: dict[str, Any]) -> None:
    good = {"recipe": "r", "networks": {}, "averages": {}, "optimizers": [], "random": {}, "step": 1}
    torch.save(good | change, tmp_path / "c.pt")
    with pytest.raises(UserError, match="no checkpoint of a training"):
        load_checkpoint(tmp_path / "c.pt")


class _Enlarger(nn.Module):
    """Repeats pixels, and minds what it gets as restorers do."""

    def __init__(self, scale: int, side: int = 0) -> None:
        super().__init__()
        self.scale, self.side = scale, side
        self.weight = nn.Parameter(torch.zeros(1))  # says where the network is
        self.seen: list[tuple[int, ...]] = []

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        self.seen.append(tuple(picture.shape))
        picture.view(-1)  # fails where pixels do not lie one after the other
        if self.side and tuple(picture.shape[2:]) != (self.side, self.side):
            raise RuntimeError("mat1 and mat2 shapes cannot be multiplied\nand so on")
        return picture.repeat_interleave(self.scale, 2).repeat_interleave(self.scale, 3)


def upscaler(network: nn.Module, scale: int, purpose: Any, **needs: int) -> ModelFileUpscaler:
    class Made(Architecture[nn.Module]):
        def __init__(self) -> None:
            super().__init__(id="made", detect=lambda state: True)

        def load(self, state_dict: Any) -> Any:
            return None

    model = ImageModelDescriptor(
        network,
        network.state_dict(),
        architecture=Made(),
        purpose=purpose,
        tags=[],
        supports_half=False,
        supports_bfloat16=False,
        scale=scale,
        input_channels=3,
        output_channels=3,
        size_requirements=SizeRequirements(**needs),
    )
    return ModelFileUpscaler("made", model)


def test_a_restorer_of_faces_sees_the_face_at_its_working_size_and_gives_the_size_asked_for() -> None:
    network = _Enlarger(1, 512)
    made = upscaler(network, 1, "FaceSR", minimum=512).enlarge(CROPS, 4)
    assert made.shape == (2, 48, 80, 3) and network.seen == [(1, 3, 512, 512)] * 2
    # What it passes through comes back as the crop enlarged, with all that is in it.
    assert abs(float(made.mean()) - float(CROPS.mean())) < 2


def test_a_restorer_of_pictures_sees_the_crop_enlarged_already() -> None:
    network = _Enlarger(1)
    assert upscaler(network, 1, "Restoration", minimum=16).enlarge(CROPS, 4).shape == (2, 48, 80, 3)
    assert network.seen == [(1, 3, 48, 80)] * 2
    network = _Enlarger(2)
    assert upscaler(network, 2, "SR").enlarge(CROPS, 4).shape == (2, 48, 80, 3)
    assert network.seen == [(1, 3, 12, 20)] * 2, "what enlarges sees the pixels themselves"


class _Broken(nn.Module):
    def __init__(self, made: Any) -> None:
        super().__init__()
        self.made, self.weight = made, nn.Parameter(torch.zeros(1))

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        return self.made(picture)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("made", "wanted"),
    [
        (lambda picture: picture @ torch.ones(3, 3), "made cannot enlarge 20 x 12 pixels"),
        (lambda picture: [picture], "made cannot enlarge"),
        (lambda picture: picture * float("nan"), "made gives no picture"),
        (lambda picture: picture[:, :1], "made gives no picture"),
    ],
)
def test_what_a_model_cannot_do_is_one_sentence(made: Any, wanted: str) -> None:
    with pytest.raises(UserError) as caught:
        upscaler(_Broken(made), 4, "SR").enlarge(CROPS, 4)
    assert wanted in str(caught.value) and "\n" not in str(caught.value)


def test_a_model_file_read_by_spandrel_still_enlarges(tmp_path: Path) -> None:
    torch.save(SRVGGNetCompact(num_feat=8, num_conv=2, upscale=4).state_dict(), tmp_path / "c.pth")
    assert isinstance(ModelLoader().load_from_file(tmp_path / "c.pth"), ImageModelDescriptor)
    assert load_model_file(tmp_path / "c.pth", "cpu").enlarge(CROPS, 4).shape == (2, 48, 80, 3)
