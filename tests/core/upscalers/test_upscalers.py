from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import nn

import tinyface_core.upscalers.generator
import tinyface_core.weights
from tinyface_core.backends.torch import TorchStageNetworks
from tinyface_core.gan.discriminator import Discriminator
from tinyface_core.gan.generator import Generator
from tinyface_core.gan.networks import Enlarged
from tinyface_core.own_weights import OwnWeights
from tinyface_core.presets import GAN_PRESETS
from tinyface_core.registry import RegistryError
from tinyface_core.types import Cancelled, CancelToken, Frame
from tinyface_core.upscalers.comparison import compare_crops
from tinyface_core.upscalers.generator import GeneratorUpscaler, SharedGenerator, load_generator
from tinyface_core.upscalers.interpolation import Interpolation
from tinyface_core.upscalers.registry import load_upscalers, standard_upscalers
from tinyface_core.weights import Manifest, WeightsEntry, WeightsError, save_tensors


def _crops(count: int = 2, height: int = 16, width: int = 16) -> NDArray[np.uint8]:
    return np.random.default_rng(5).integers(0, 256, (count, height, width, 3), dtype=np.uint8)


def _generator() -> Generator:
    torch.manual_seed(4)
    generator = Generator(GAN_PRESETS["tiny"])
    for network in (generator.g1, generator.g2):
        nn.init.normal_(network.tail.weight, 0, 0.05)
    return generator.eval()


def _networks(generator: Generator | None = None) -> SharedGenerator:
    preset, cpu = GAN_PRESETS["tiny"], torch.device("cpu")
    return SharedGenerator(TorchStageNetworks(generator or _generator(), Discriminator(preset), preset, cpu, "float32"))


@pytest.mark.parametrize(("name", "mode"), [("nearest", "nearest"), ("bilinear", "bilinear"), ("bicubic", "bicubic")])
def test_interpolations_agree_with_torch(name: str, mode: str) -> None:
    crops = _crops(height=12, width=20)
    ours = Interpolation(name).enlarge(crops, 4)
    tensor = torch.from_numpy(crops).permute(0, 3, 1, 2).float()
    extra = {} if mode == "nearest" else {"align_corners": False}
    theirs = F.interpolate(tensor, scale_factor=4, mode=mode, **extra).clamp(0, 255).permute(0, 2, 3, 1).numpy()
    assert ours.shape == (2, 48, 80, 3)
    assert np.abs(ours.astype(float) - theirs).max() <= 1.5


def test_lanczos_keeps_a_plain_surface_and_follows_a_smooth_one_more_closely_than_nearest() -> None:
    plain = np.full((1, 16, 16, 3), 77, np.uint8)
    assert (Interpolation("lanczos").enlarge(plain, 4) == 77).all()
    y, x = np.mgrid[0:64, 0:64]
    smooth = (127 + 100 * np.sin(x / 12) * np.cos(y / 12))[..., None].repeat(3, 2)
    small = smooth.reshape(16, 4, 16, 4, 3).mean((1, 3)).round().astype(np.uint8)[None]
    errors = [np.abs(Interpolation(n).enlarge(small, 4)[0] - smooth).mean() for n in ("lanczos", "nearest")]
    assert errors[0] < 0.3 * errors[1]


@pytest.mark.parametrize("factor", [1, 2, 3, 4, 8])
def test_the_generator_gives_the_size_asked_for(factor: int) -> None:
    for refined in (False, True):
        upscaler = GeneratorUpscaler("x", _networks(), refined)
        assert upscaler.enlarge(_crops(3, 10, 14), factor).shape == (3, 10 * factor, 14 * factor, 3)


def test_the_generator_upscaler_gives_the_networks_own_pictures() -> None:
    generator, crops = _generator(), _crops()
    with torch.no_grad():
        pictures = generator(torch.from_numpy(crops).permute(0, 3, 1, 2).float() / 255)
    for refined, picture in ((False, pictures.upsampled), (True, pictures.refined)):
        expected = (picture.clamp(0, 1) * 255).permute(0, 2, 3, 1).numpy()
        assert np.abs(GeneratorUpscaler("x", _networks(generator), refined).enlarge(crops, 4) - expected).max() <= 0.6
    assert not torch.equal(pictures.upsampled, pictures.refined)


def test_tiles_give_the_same_picture_as_the_whole() -> None:
    crops = _crops(1, 175, 162)
    whole = _networks().enlarge(crops, refined=True)[0].astype(int)
    tiled = GeneratorUpscaler("tiled", _networks(), True).enlarge(crops, 4)
    assert np.abs(whole - tiled).max() <= 1


def test_batches_give_the_same_pictures_as_one_by_one() -> None:
    crops, upscaler = _crops(35), GeneratorUpscaler("x", _networks(), True)
    alone = np.concatenate([upscaler.enlarge(crop[None], 4) for crop in crops])
    assert np.abs(upscaler.enlarge(crops, 4).astype(int) - alone).max() <= 1


def test_an_upscaler_takes_its_weights_from_the_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYFACE_HOME", str(tmp_path))
    generator = _generator()
    tensors = {f"generator.{key}": value for key, value in generator.state_dict().items()}
    judge = Discriminator(GAN_PRESETS["tiny"])
    tensors |= {f"discriminator.{key}": value for key, value in judge.state_dict().items()}
    save_tensors(tmp_path / "g.safetensors", tensors)
    entry = WeightsEntry("g", "gan", "tiny", "", "", "noise", "any", "2026-01-01")
    OwnWeights().add((tmp_path / "g.safetensors").read_bytes(), entry)
    loaded = GeneratorUpscaler("refined", load_generator("cpu", "g"), True)
    crops = _crops()
    own = GeneratorUpscaler("refined", _networks(generator), True).enlarge(crops, 4)
    assert np.abs(loaded.enlarge(crops, 4).astype(int) - own).max() <= 2  # the file is fp16


def test_both_pictures_of_the_generator_come_from_one_run_whose_time_each_of_them_costs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Slow:
        scale = 4
        runs = 0

        def enlarge(self, low: NDArray[np.uint8]) -> Enlarged:
            self.runs += 1
            time.sleep(0.05)
            large = low.repeat(4, 1).repeat(4, 2).astype(np.float32) / 255
            return Enlarged(large, large / 2)

    slow = Slow()
    monkeypatch.setattr(tinyface_core.upscalers.generator, "load_enlarger", lambda *_: slow)
    ways = load_upscalers(["sr-only", "refined"], "cpu")
    for number, box in enumerate([(10, 10, 20, 20), (30, 30, 42, 42)], 1):
        (found,) = compare_crops(Frame(_crops(1, 60, 80)[0], "noise"), [box], ways)
        first, second = found.enlargements
        assert slow.runs == number
        assert np.abs(first.pixels / 2 - second.pixels).max() <= 0.5
        assert min(first.milliseconds, second.milliseconds) >= 50
    assert ways[0].enlarge(_crops(), 4).shape == ways[1].enlarge(_crops(), 4).shape and slow.runs == 4
    in_nine_tiles = _crops(1, 384, 384)
    first, second = (way.enlarge(in_nine_tiles, 4) for way in ways)
    assert slow.runs == 4 + 9 and np.abs(first / 2 - second).max() <= 0.5


def test_missing_weights_are_named_in_one_sentence() -> None:
    with pytest.raises(WeightsError, match="no weights called mine"):
        load_generator("cpu", "mine")


def test_every_built_in_name_is_registered_and_unknown_ones_are_refused() -> None:
    assert standard_upscalers().names() == ["nearest", "bilinear", "bicubic", "lanczos", "sr-only", "refined"]
    assert [upscaler.name for upscaler in load_upscalers(["lanczos", "nearest"])] == ["lanczos", "nearest"]
    with pytest.raises(RegistryError, match="sharper"):
        load_upscalers(["sharper"])


def test_without_a_generator_the_interpolations_are_offered_and_its_lack_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Manifest(tmp_path, ()).save()
    monkeypatch.setattr(tinyface_core.weights, "BUNDLED", tmp_path)
    assert standard_upscalers().names() == ["nearest", "bilinear", "bicubic", "lanczos"]
    with pytest.raises(RegistryError, match="No gan weights are installed"):
        load_upscalers(["refined"])


class _Recorder:
    def __init__(self, name: str) -> None:
        self.name = name
        self.seen: list[NDArray[np.uint8]] = []

    def enlarge(self, crops: NDArray[np.uint8], factor: int, cancel: CancelToken | None = None) -> NDArray[np.uint8]:
        self.seen.append(crops.copy())
        return crops.repeat(factor, 1).repeat(factor, 2)


def test_every_method_of_a_comparison_gets_the_same_crop_and_gives_the_same_size() -> None:
    frame = Frame(_crops(1, 60, 80)[0], "noise")
    ways = [_Recorder("a"), Interpolation("bicubic"), _Recorder("b")]
    sets = compare_crops(frame, [(10, 10, 20, 20), (70, 50, 90, 66)], ways, factor=3, context=0.4)
    assert [s.original.shape for s in sets] == [(14, 14, 3), (28, 28, 3)]
    for number, found in enumerate(sets):
        assert [e.method for e in found.enlargements] == ["a", "bicubic", "b"]
        assert len({e.pixels.shape for e in found.enlargements}) == 1
        assert found.enlargements[0].pixels.shape[0] == 3 * found.original.shape[0]
        assert all(e.milliseconds > 0 for e in found.enlargements)
        assert (ways[0].seen[number] == ways[2].seen[number]).all()
        assert (ways[0].seen[number][0] == found.original).all()
    assert sets[0].roi == pytest.approx((8, 8, 22, 22), abs=1e-4)
    assert (sets[0].original == frame.pixels[8:22, 8:22]).all()


@pytest.mark.parametrize("box", [(10.3, 9.6, 20.8, 21.1), (30.5, 20.5, 41.4, 31.0), (12.25, 30.0, 12.5, 30.2)])
def test_original_pixels_are_those_of_the_photo_wherever_the_box_lies(box: tuple[float, float, float, float]) -> None:
    frame = Frame(_crops(1, 60, 80)[0], "noise")
    (found,) = compare_crops(frame, [box], [Interpolation("nearest")])
    x1, y1, x2, y2 = (int(edge) for edge in found.roi)
    assert (x1, y1, x2, y2) == found.roi and found.original.shape == (y2 - y1, x2 - x1, 3)
    assert (found.original == frame.pixels[y1:y2, x1:x2]).all()
    assert x1 <= box[0] + 0.5 and x2 >= box[2] - 0.5 and y1 <= box[1] + 0.5 and y2 >= box[3] - 0.5


def test_the_generator_stops_between_two_tiles_of_a_large_crop() -> None:
    asked = []

    class AfterTwo:
        def is_set(self) -> bool:
            asked.append(1)
            return len(asked) > 2

    upscaler = GeneratorUpscaler("g", _networks(), refined=True)
    with pytest.raises(Cancelled):
        upscaler.enlarge(_crops(1, 20, 400), 4, AfterTwo())
    assert len(asked) == 3


def test_a_comparison_stops_when_asked() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        compare_crops(Frame(_crops(1, 60, 80)[0], "noise"), [(1, 1, 9, 9)], [Interpolation("nearest")], cancel=stop)


def test_a_comparison_tells_its_progress_before_each_enlargement() -> None:
    told: list[tuple[str, int, int]] = []
    ways = [Interpolation("nearest"), Interpolation("bilinear")]
    boxes = [(1, 1, 9, 9), (20, 20, 30, 30)]
    compare_crops(Frame(_crops(1, 60, 80)[0], "noise"), boxes, ways, progress=lambda *step: told.append(step))
    assert told == [("enlargements", done, 4) for done in range(4)]
