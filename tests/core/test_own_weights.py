"""The user's own weights: added, found, renamed, sent, received, removed; never mistaken for others."""

from __future__ import annotations

import hashlib
import runpy
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save

from tinyface_core.folders import HOME_VARIABLE
from tinyface_core.own_weights import SUFFIX, OwnWeights, installed_weights, send
from tinyface_core.weights import Manifest, WeightsEntry, WeightsError, exported_file

CARD = WeightsEntry("street", "detector", "tiny", "", "", "my street", "mine", "2026-11-25", {"ap": 0.5})


pytestmark = pytest.mark.usefixtures("small_weights")


def some_tensors(value: float = 1.0) -> bytes:
    return save({"layer": torch.full((3,), value)})


def test_own_weights_are_found_after_the_bundled_ones() -> None:
    OwnWeights().add(some_tensors(), CARD)
    manifest = installed_weights()
    assert [entry.name for entry in manifest.entries] == ["d", "g", "street"]
    assert manifest.tensors(manifest.entry("street"))["layer"].tolist() == [1, 1, 1]
    assert manifest.default("detector").name == "d"


def test_a_taken_name_gets_a_number_and_the_same_weights_are_refused() -> None:
    own = OwnWeights()
    own.add(some_tensors(), CARD)
    assert own.add(some_tensors(2), CARD).name == "street (2)"
    with pytest.raises(WeightsError, match="there already, as street"):
        own.add(some_tensors(), CARD)


def test_no_name_looks_like_the_names_of_two_detectors() -> None:
    own = OwnWeights()
    assert own.add(some_tensors(), replace(CARD, name="rain+night")).name == "rain-night"
    with pytest.raises(WeightsError, match="joins names of detectors"):
        own.rename("rain-night", "rain + night")


def test_exported_networks_come_with_weights_and_go_with_them_but_are_not_sent(tmp_path: Path) -> None:
    own = OwnWeights()
    (entry,) = own.add_all([(some_tensors(), CARD, {"float32": b"one network", "int8": b"another"})])
    manifest = installed_weights()
    assert manifest.exported(entry, "int8") == b"another"
    exported_file(Path(entry.file), "int8").write_bytes(b"changed")
    with pytest.raises(WeightsError, match="not the file that was installed"):
        manifest.check(entry)
    exported_file(Path(entry.file), "int8").write_bytes(b"another")
    send(manifest, entry, tmp_path / f"sent{SUFFIX}")
    own.remove("street")
    assert [file.name for file in own.folder.iterdir()] == ["manifest.json"]
    assert own.receive(tmp_path / f"sent{SUFFIX}").exported == {}


def test_several_weights_are_taken_in_all_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    own = OwnWeights()
    second = replace(CARD, name="second", role="gan")
    with pytest.raises(WeightsError, match="no safetensors"):
        own.add_all([(some_tensors(1), CARD, {}), (b"damaged", second, {})])
    assert own.entries() == () and not list(own.folder.glob("*"))

    def full(self: Manifest) -> None:
        raise OSError("The disk is full.")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="full"):
        patch.setattr(Manifest, "save", full)
        own.add_all([(some_tensors(1), CARD, {"int8": b"net"}), (some_tensors(2), second, {})])
    assert own.entries() == () and not list(own.folder.glob("*"))
    # One that is there already is no reason to refuse the other.
    known = own.add(some_tensors(1), replace(CARD, name="known"))
    first, other = own.add_all([(some_tensors(1), CARD, {}), (some_tensors(2), CARD, {})])
    assert first == known and other.name == "street"
    assert own.entries() == (known, other)


def test_cards_can_be_renamed_and_annotated_and_weights_removed() -> None:
    own = OwnWeights()
    file = Path(own.add(some_tensors(), CARD).file)
    own.rename("street", "main street")
    own.annotate("main street", "good in rain")
    (entry,) = own.entries()
    assert (entry.name, entry.notes, entry.measured) == ("main street", "good in rain", {"ap": 0.5})
    for taken in ("d", ""):
        with pytest.raises(WeightsError):
            own.rename("main street", taken)
    own.remove("main street")
    assert own.entries() == () and not file.exists()
    with pytest.raises(WeightsError, match="no weights of your own called d"):
        own.remove("d")


def test_weights_travel_as_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = OwnWeights()
    entry = own.add(some_tensors(), CARD)
    send(installed_weights(), entry, tmp_path / f"street{SUFFIX}")
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "elsewhere"))
    received = OwnWeights().receive(tmp_path / f"street{SUFFIX}")
    assert (received.name, received.sha256, received.data) == ("street", entry.sha256, "my street")


def test_a_file_that_was_changed_on_its_way_is_refused(tmp_path: Path) -> None:
    path, changed = tmp_path / f"a{SUFFIX}", tmp_path / f"b{SUFFIX}"
    send(installed_weights(), OwnWeights().add(some_tensors(), CARD), path)
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(changed, "w") as after:
        after.writestr("card.json", before.read("card.json"))
        after.writestr("weights.safetensors", some_tensors(3))
    with pytest.raises(WeightsError, match="changed on its way"):
        OwnWeights().receive(changed)
    (tmp_path / "c").write_bytes(b"no zip")
    with pytest.raises(WeightsError, match="holds no weights"):
        OwnWeights().receive(tmp_path / "c")


def test_a_file_whose_bytes_changed_on_the_disk_is_not_loaded() -> None:
    entry = OwnWeights().add(some_tensors(), CARD)
    Path(entry.file).write_bytes(some_tensors(9))
    with pytest.raises(WeightsError, match="not the file"):
        installed_weights().tensors(entry)


def test_weights_that_a_training_made_anew_take_the_place_and_the_rule_of_those_before(tmp_path: Path) -> None:
    install = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "install_weights"))["install"]
    folder, file = tmp_path / "made", tmp_path / "trained.safetensors"
    file.write_bytes(b"first")
    install("gan", file, "tiny", "my street", folder=folder)
    install("detector", file, "tiny", "my street", folder=folder)
    manifest = Manifest.load(folder)
    rule = {"detector": 1.0, "face": 1.0, "bias": 0.0, "detector_alone": 1.0, "bias_alone": 0.0}
    replace(manifest, entries=(replace(manifest.entries[0], fusion=rule, notes="good"), manifest.entries[1])).save()
    file.write_bytes(b"second")
    install("gan", file, "tiny", "", folder=folder)
    gan, detector = Manifest.load(folder).entries
    assert (gan.name, detector.name) == ("gan-tiny", "detector-tiny")
    assert (gan.fusion, gan.notes, gan.data) == (rule, "good", "my street")
    assert gan.sha256 == hashlib.sha256(b"second").hexdigest() and (folder / gan.file).read_bytes() == b"second"
