"""The quickest backend is chosen by a measurement that is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tinyface_core.backends import choice
from tinyface_core.backends.choice import measured_times, resolved
from tinyface_core.onnx_runtime import OnnxSession
from tinyface_core.runtime import Runtime
from tinyface_core.types import UserError
from tinyface_core.weights import Manifest


@pytest.fixture
def _times(monkeypatch: pytest.MonkeyPatch) -> None:
    times = {
        Runtime("cpu", "onnxruntime", "float32"): 30.0,
        Runtime("cpu", "onnxruntime", "int8"): 12.0,
        Runtime("cpu", "openvino", "float32"): 11.0,
    }
    monkeypatch.setattr(choice, "measured_times", lambda _manifest: times)
    monkeypatch.setattr(choice, "is_installed", lambda _package: True)
    monkeypatch.setattr(choice, "may_have_accelerator", lambda: False)


@pytest.mark.usefixtures("_times")
@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        # A little quicker on pictures of one size is not worth what OpenVINO costs with each new size.
        (Runtime(), Runtime("cpu", "onnxruntime", "int8")),
        (Runtime("cpu", precision="float32"), Runtime("cpu", "openvino", "float32")),
        (Runtime(backend="onnxruntime"), Runtime("cpu", "onnxruntime", "int8")),
        (Runtime("cpu", "onnxruntime", "float32"), Runtime("cpu", "onnxruntime", "float32")),
        (Runtime("cpu", precision="bfloat16"), Runtime("cpu", "torch", "bfloat16")),
        (Runtime("cuda:0"), Runtime("cuda:0", "torch", "auto")),
        (Runtime(backend="torch"), Runtime("auto", "torch", "auto")),
    ],
)
def test_what_was_left_open_is_filled_in_with_what_is_quickest(wanted: Runtime, given: Runtime) -> None:
    assert resolved(wanted) == given


@pytest.mark.usefixtures("_times")
def test_an_accelerator_runs_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "may_have_accelerator", lambda: True)
    assert resolved(Runtime()) == Runtime("auto", "torch", "auto")
    assert resolved(Runtime("cpu", precision="float32")).backend == "openvino"


def test_what_cannot_run_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "is_installed", lambda package: package != "openvino")
    for wanted, said in (
        (Runtime(backend="tensorrt"), "no backend tensorrt: choose one of auto, torch, onnxruntime, openvino"),
        (Runtime("cuda:0", "onnxruntime"), "runs on the processor alone"),
        (Runtime(backend="openvino"), "pip install openvino"),
        (Runtime("cuda:0", "openvino", "int8"), "processor alone"),
    ):
        with pytest.raises(UserError, match=said):
            resolved(wanted)


def test_openvino_runs_no_networks_in_eight_bits_as_their_scores_are_wrong(
    monkeypatch: pytest.MonkeyPatch, _home_of_this_test: Path
) -> None:
    monkeypatch.setattr(choice, "is_installed", lambda _package: True)
    monkeypatch.setitem(choice.SESSIONS, "openvino", OnnxSession)
    (_home_of_this_test / "backends.json").unlink(missing_ok=True)
    manifest = Manifest.load()
    in_openvino = [known.precision for known in measured_times(manifest) if known.backend == "openvino"]
    assert in_openvino == ["float32"]
    assert resolved(Runtime(backend="openvino")).precision == "float32"
    with pytest.raises(UserError, match="openvino computes wrong results in int8: choose the precision float32"):
        resolved(Runtime(backend="openvino", precision="int8"))
    # It is measured all the same, and would win here.
    kept = json.loads((_home_of_this_test / "backends.json").read_text())
    kept[next(iter(kept))]["openvino int8"] = 0.1
    (_home_of_this_test / "backends.json").write_text(json.dumps(kept))
    assert measured_times(manifest).keys() == {
        Runtime("cpu", "onnxruntime", "float32"),
        Runtime("cpu", "onnxruntime", "int8"),
        Runtime("cpu", "openvino", "float32"),
    }


def test_it_is_measured_once_and_again_when_a_backend_or_the_weights_change(
    monkeypatch: pytest.MonkeyPatch, _home_of_this_test: Path
) -> None:
    (_home_of_this_test / "backends.json").unlink(missing_ok=True)
    measurements = []

    def measure(*_: object) -> dict[Runtime, float]:
        measurements.append(1)
        return {Runtime("cpu", "onnxruntime", "int8"): float(len(measurements))}

    monkeypatch.setattr(choice, "_measure", measure)
    first = measured_times(Manifest.load())
    assert measured_times(Manifest.load()) == first == {Runtime("cpu", "onnxruntime", "int8"): 1.0}
    monkeypatch.setattr(choice, "_versions", lambda: ["onnxruntime 99"])
    assert list(measured_times(Manifest.load()).values()) == [2.0]
    for number, damaged in enumerate(("damaged", "[]", '{"a": 1}', '{"a": {"b": "quick"}}', '{"a": {"b": NaN}}'), 3):
        (_home_of_this_test / "backends.json").write_text(damaged)
        assert list(measured_times(Manifest.load()).values()) == [number]
    assert len(json.loads((_home_of_this_test / "backends.json").read_text())) == 1


def test_every_installed_backend_is_measured_with_the_bundled_detector() -> None:
    times = measured_times(Manifest.load())
    assert {Runtime("cpu", "onnxruntime", "float32"), Runtime("cpu", "onnxruntime", "int8")} <= set(times)
    assert all(0 < taken < 60_000 for taken in times.values())
