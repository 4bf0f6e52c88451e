"""Networks that were exported give what torch gives, and need no torch."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import pytest
import torch

from tests.core.tiny_world import install_tiny_weights
from tinyface_core.backends.arranged import ArrangedDetector
from tinyface_core.backends.export import with_exports
from tinyface_core.backends.exported import ExportedDetector
from tinyface_core.backends.loading import load_mbfcn, load_stage
from tinyface_core.backends.torch import TorchDetectorNetwork
from tinyface_core.boxes import best_matches
from tinyface_core.detector.growth import detector_network
from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.folding import folded
from tinyface_core.gan.stage import GanSecondStage
from tinyface_core.media.images import load_image
from tinyface_core.onnx_runtime import OnnxSession
from tinyface_core.presets import DETECTOR_PRESETS
from tinyface_core.runtime import Runtime
from tinyface_core.types import Detections
from tinyface_core.weights import Manifest, WeightsError

ROOT = Path(__file__).resolve().parents[3]
TORCH, ONNX = Runtime("cpu", "torch", "float32"), Runtime("cpu", "onnxruntime", "float32")
WITHOUT_TORCH = """
import sys
from importlib.abc import MetaPathFinder

class NoTorch(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "torchvision"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, NoTorch())
from tinyface_core.__main__ import main
main()
"""


def _pictures(count: int, height: int, width: int) -> np.ndarray:
    return np.random.default_rng(count).integers(0, 256, (count, height, width, 3), np.uint8)


class Tiny(NamedTuple):
    manifest: Manifest
    differences: dict[str, float]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    """The tiny networks with their exports, and how far these are from torch's."""
    folder, differences = tmp_path_factory.mktemp("weights"), {}
    install_tiny_weights(folder, eager=True)
    manifest = with_exports(Manifest.load(folder), list(_pictures(4, 128, 160)), differences.__setitem__)
    manifest.save()
    return Tiny(Manifest.load(folder), differences)


@pytest.mark.parametrize("finest_stride", [0, 8])
@pytest.mark.parametrize(("count", "height", "width"), [(1, 64, 96), (3, 160, 32)])
def test_an_exported_detector_gives_torchs_scores_and_boxes_for_any_number_of_pictures_of_any_size(
    tiny: Tiny, count: int, height: int, width: int, finest_stride: int
) -> None:
    entry, pictures = tiny.manifest.default("detector"), _pictures(count, height, width)
    exported = ExportedDetector(OnnxSession(tiny.manifest.exported(entry, "float32")), DETECTOR_PRESETS["tiny"], ONNX)
    model = detector_network(tiny.manifest.tensors(entry), "tiny")
    ours = exported(pictures, finest_stride)
    theirs = TorchDetectorNetwork(model, torch.device("cpu"), "float32")(pictures, finest_stride)
    for mine, torchs in zip(ours, theirs, strict=True):
        assert mine.shape == torchs.shape
        np.testing.assert_allclose(mine, torchs, atol=1e-4)


def test_an_exported_second_stage_gives_torchs_pictures_and_verdicts(tiny: Tiny) -> None:
    entry = tiny.manifest.default("gan")
    torchs, exported = load_stage(tiny.manifest, entry, TORCH), load_stage(tiny.manifest, entry, ONNX)
    assert (torchs.runtime, exported.runtime) == (TORCH, ONNX)
    for low in (_pictures(2, 16, 16), _pictures(1, 23, 18)):
        for mine, theirs in zip(exported.enlarge(low), torchs.enlarge(low), strict=True):
            np.testing.assert_allclose(mine, theirs, atol=1e-4)
    high, around = _pictures(3, 64, 64).astype(np.float32) / 255, _pictures(3, 48, 48)
    for mine, theirs in zip(exported.judge(high), torchs.judge(high), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-3)
    for mine, theirs in zip(exported.judge_surroundings(around), torchs.judge_surroundings(around), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-3)


def test_eight_bits_take_pixels_as_they_are_and_keep_the_boxes_in_floating_point(tiny: Tiny) -> None:
    model = onnx.load_from_string(tiny.manifest.exported(tiny.manifest.default("detector"), "int8"))
    assert not {"Cast", "Sub"} & {node.op_type for node in model.graph.node}
    maker = {output: node for node in model.graph.node for output in node.output}

    def layer(name: str) -> onnx.NodeProto:
        node = maker[name]
        while node.op_type not in ("Conv", "Gemm"):
            node = maker[node.input[0]]
        return node

    # What a quantised layer multiplies with comes out of whole numbers.
    assert layer("deltas_4").input[1] not in maker
    assert layer("scores_8").input[1] not in maker, "the scores of tiny faces stay too"
    assert maker[layer("scores_16").input[1]].op_type == "DequantizeLinear"


def test_boxes_are_given_of_the_anchors_above_the_floor_alone() -> None:
    torch.manual_seed(0)
    preset, pictures = replace(DETECTOR_PRESETS["tiny"], score_floor=0.01), _pictures(2, 64, 96)
    model = MBFCN(preset).eval()
    scores, deltas = TorchDetectorNetwork(model, torch.device("cpu"), "float32")(pictures)
    for eight_bits in (False, True):
        said = ArrangedDetector(folded(model), eight_bits)(torch.from_numpy(pictures))
        ours = [part.detach().numpy() for part in said]
        first = 0
        for some, places, given in zip(ours[::3], ours[1::3], ours[2::3], strict=True):
            mine = slice(first, first := first + some.shape[1])
            np.testing.assert_allclose(some, scores[:, mine], atol=1e-5)
            assert np.array_equal(places, np.flatnonzero(some > preset.score_floor)) and 0 < len(places) < some.size
            np.testing.assert_allclose(given, deltas[:, mine].reshape(-1, 4)[places], atol=1e-4)


def test_scores_that_are_no_number_are_not_taken_for_low_ones() -> None:
    model = MBFCN(DETECTOR_PRESETS["tiny"]).eval()
    torch.nn.init.constant_(model.branches[3].score.bias, float("nan"))
    *_, scores, places, _ = ArrangedDetector(folded(model), eight_bits=False)(torch.from_numpy(_pictures(1, 32, 64)))
    assert scores.isnan().all() and len(places) == scores.numel()


def test_exported_networks_do_not_tell_where_they_were_made(tiny: Tiny) -> None:
    for entry in (*tiny.manifest.entries, *Manifest.load().entries):
        manifest = tiny.manifest if entry in tiny.manifest.entries else Manifest.load()
        for part in entry.exported:
            assert b"arranged.py" not in manifest.exported(entry, part)


def test_the_largest_difference_from_torch_is_told(tiny: Tiny) -> None:
    assert 0 <= tiny.differences["float32"] < 1e-5 < tiny.differences["int8"] < 0.1
    parts = ("generator", "discriminator", "surroundings")
    assert max(tiny.differences[part] for part in parts) < 1e-4
    assert {f"{part}.int8" for part in parts} < tiny.differences.keys()
    assert 1e-4 < tiny.differences["discriminator.int8"] < 0.1


def test_the_bundled_eight_bit_detector_scores_the_samples_nearly_as_torch_does() -> None:
    manifest = Manifest.load()
    entry, photo = manifest.default("detector"), load_image(ROOT / "resources" / "samples" / "mariachi.webp")
    whole = load_mbfcn(manifest, entry, TORCH).propose(photo.pixels)
    eight = load_mbfcn(manifest, entry, Runtime("cpu", "onnxruntime", "int8")).propose(photo.pixels)
    sure = whole.take(whole.scores > 0.5)
    assert len(sure) > 20
    overlap, match = best_matches(sure.boxes, eight.boxes)
    assert overlap.min() > 0.8
    assert np.abs(eight.scores[match] - sure.scores).mean() < 0.03


def test_the_bundled_second_stage_in_eight_bits_judges_the_samples_nearly_as_torch_does() -> None:
    manifest = Manifest.load()
    entry, photo = manifest.default("gan"), load_image(ROOT / "resources" / "samples" / "mariachi.webp")
    pinned_file = ROOT / "tests" / "data" / "pinned-judgements.json"
    pinned = np.array(json.loads(pinned_file.read_text())["mariachi.webp"], np.float64)
    networks = load_stage(manifest, entry, Runtime("cpu", "onnxruntime", "int8"))
    assert networks.runtime.precision == "int8"
    stage = GanSecondStage(networks, fusion=entry.fusion)
    candidates = Detections.of(pinned[:, :4], np.full(len(pinned), 0.5))
    said = stage.judge(photo.pixels, candidates)
    looked = np.isfinite(pinned[:, 5]) & np.isfinite(said.face)
    assert looked.sum() > 10
    assert np.abs(said.face - pinned[:, 5])[looked].mean() < 0.02
    assert np.abs(said.boxes - pinned[:, 7:11])[looked & np.isfinite(pinned[:, 7])].max() < 1


def test_weights_whose_second_stage_has_no_eight_bits_run_it_in_floating_point(tiny: Tiny) -> None:
    entry, eight = tiny.manifest.default("gan"), Runtime("cpu", "onnxruntime", "int8")
    whole = replace(entry, exported={part: digest for part, digest in entry.exported.items() if "int8" not in part})
    assert load_stage(tiny.manifest, entry, eight).runtime == eight
    assert load_stage(tiny.manifest, whole, eight).runtime == ONNX


def test_find_gives_torchs_faces_where_torch_cannot_be_imported(tmp_path: Path) -> None:
    photo = ROOT / "resources" / "samples" / "orchestra.webp"
    options = ["--effort", "fast", "--precision", "float32", "--min-score", "0.2", "--output", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, "find", str(photo), *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    written = json.loads((tmp_path / "orchestra-faces.json").read_text())
    (result,) = written["results"]
    assert result["settings"]["backend"] in ("onnxruntime", "openvino")
    boxes = np.array([face["box"] for face in result["faces"]])
    scores = np.array([face["score"] for face in result["faces"]])
    pinned = np.array(json.loads((ROOT / "tests" / "data" / "pinned-search.json").read_text())["orchestra.webp fast"])
    overlap, match = best_matches(pinned[:, :4], boxes)
    assert overlap.min() > 0.99
    np.testing.assert_allclose(scores[match], pinned[:, 4], atol=1e-3)


def test_weights_without_exported_networks_run_by_torch_and_say_so_where_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_tiny_weights(tmp_path)
    manifest = Manifest.load(tmp_path)
    entry = manifest.default("detector")
    assert load_mbfcn(manifest, entry, ONNX).runtime == TORCH
    monkeypatch.setitem(sys.modules, "tinyface_core.backends.torch", None)
    with pytest.raises(WeightsError, match="pip install torch"):
        load_mbfcn(manifest, entry, ONNX)
