"""Weights that someone else made: cards that make no sense, archives that swell, networks that hold no numbers."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Literal

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save
from typer.testing import CliRunner

from tests.hostile.test_result_files import ANY_JSON
from tinyface_core.commands.app import app
from tinyface_core.own_weights import OwnWeights
from tinyface_core.search.finder import build_finder
from tinyface_core.search_settings import SearchSettings
from tinyface_core.types import Frame, UserError
from tinyface_core.weights import Manifest, WeightsEntry, WeightsError, load_tensors, save_tensors

TENSORS = save({"layer": torch.ones(3)})
RULE = {"detector": 1.0, "face": 0.5, "bias": 0.1, "detector_alone": 1.0, "bias_alone": 0.0, "box": 0.5}
CARD = WeightsEntry(
    "street", "gan", "tiny", "w", hashlib.sha256(TENSORS).hexdigest(), "streets", "mine", "2026-01-01", fusion=RULE
)


def packed(path: Path, card: object, tensors: bytes = TENSORS, method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", method) as file:
        file.writestr("card.json", card if isinstance(card, bytes) else json.dumps(card))
        file.writestr("weights.safetensors", tensors)
    return path


@pytest.fixture
def own(small_weights: Path) -> OwnWeights:
    return OwnWeights()


def refused(own: OwnWeights, path: Path, wanted: str) -> None:
    with pytest.raises(WeightsError) as caught:
        own.receive(path)
    assert wanted in str(caught.value) and path.name in str(caught.value) and "\n" not in str(caught.value)
    assert own.entries() == () and not own.folder.exists()


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"role": "judge"}, "role: invalid enum value 'judge'"),
        ({"preset": "huge"}, "no preset huge of a gan"),
        ({"role": "detector", "preset": "enormous"}, "no preset enormous of a detector"),
        ({"name": None}, "name"),
        ({"sha256": 5}, "sha256"),
        ({"measured": {"ap": "good"}}, "measured"),
        ({"measured": {"ap": 1e300}}, "measured"),
        ({"fusion": {**RULE, "luck": 1.0}}, "knows no luck"),
        ({"fusion": {"detector": 1.0, "bias": 0.0}}, "lacks face"),
        ({"fusion": {"detector_alone": 1.0, "bias_alone": 0.0}}, "lacks bias"),
        ({"fusion": {**RULE, "detector_first": 1.0}}, "lacks bias_first"),
        ({"fusion": {**RULE, "box": 7.0}}, "between 0 and 1"),
        ({"fusion": {"surroundings": 1.0}}, "lacks detector"),
        ({"fusion": [1]}, "fusion"),
    ],
)
def test_a_card_that_makes_no_sense_is_refused(
    own: OwnWeights, tmp_path: Path, change: dict[str, Any], wanted: str
) -> None:
    refused(own, packed(tmp_path / "x", asdict(CARD) | change), wanted)


@pytest.mark.parametrize("card", [b"", b"[]", b"null", b'{"name": NaN}', b"[" * 50_000, b"\xff\xfe", b"5"])
def test_a_card_that_is_none_is_refused(own: OwnWeights, tmp_path: Path, card: bytes) -> None:
    refused(own, packed(tmp_path / "x", card), "holds no weights of this program")


def test_a_whole_card_is_taken_in_and_may_be_packed(own: OwnWeights, tmp_path: Path) -> None:
    path = packed(tmp_path / "x", asdict(CARD) | {"colour": "of a later version"}, method=zipfile.ZIP_DEFLATED)
    assert own.receive(path).fusion == RULE


def test_archives_that_swell_are_refused_before_they_are_unpacked(own: OwnWeights, tmp_path: Path) -> None:
    zeros = bytes(2**26)
    bombs = {
        "tensors": lambda file: file.writestr("weights.safetensors", zeros),
        "card": lambda file: file.writestr("card.json", zeros),
        "another member": lambda file: file.writestr("readme.txt", zeros),
    }
    for name, swell in bombs.items():
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            swell(file)
        assert path.stat().st_size < 2**18
        refused(own, path, "would unpack to 64 MB")


def test_archives_that_are_damaged_or_locked_are_refused(own: OwnWeights, tmp_path: Path) -> None:
    data = packed(tmp_path / "whole", asdict(CARD)).read_bytes()
    flag = bytearray(data)
    for start in (data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8):
        flag[start] |= 1  # "encrypted"
    method = bytearray(data)
    method[data.index(b"PK\x01\x02") + 10] = 99
    for name, content in {"cut": data[:-30], "locked": bytes(flag), "odd": bytes(method), "empty": b""}.items():
        (tmp_path / name).write_bytes(content)
        refused(own, tmp_path / name, "holds no weights of this program")
    refused(own, tmp_path, "holds no weights of this program")


@settings(max_examples=150)
@given(place=st.integers(0, 10_000), value=st.integers(0, 255))
def test_any_changed_byte_is_noticed_or_harmless(small_weights: Path, tmp_path: Path, place: int, value: int) -> None:
    data = bytearray(packed(tmp_path / "whole", asdict(CARD)).read_bytes())
    data[place % len(data)] = value
    (tmp_path / "x").write_bytes(data)
    try:
        received = OwnWeights().receive(tmp_path / "x")
    except WeightsError as error:
        assert "x" in str(error)
    else:
        assert received.sha256 == CARD.sha256, "what was changed is text, or what nobody reads"
        OwnWeights().remove(received.name)


@settings(max_examples=100)
@given(name=st.sampled_from(sorted(asdict(CARD))), value=ANY_JSON)
def test_any_value_on_a_card_is_taken_or_refused(small_weights: Path, tmp_path: Path, name: str, value: object) -> None:
    (tmp_path / "m").mkdir(exist_ok=True)
    (tmp_path / "m" / "manifest.json").write_text(json.dumps({"weights": [asdict(CARD) | {name: value}]}))
    try:
        (entry,) = Manifest.load(tmp_path / "m").entries
    except WeightsError as error:
        assert str(tmp_path / "m") in str(error)
    else:
        assert entry.preset in ("tiny", "desktop", "paper")


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("[]", "expected object"),
        ('{"weights": {}}', "expected array"),
        ('{"weights": [1]}', "weights[0]"),
        (
            json.dumps({"weights": [asdict(CARD), asdict(CARD) | {"preset": "x"}]}),
            "weights number 2: there is no preset x",
        ),
        (json.dumps({"weights": [asdict(CARD) | {"file": "../secret"}]}), "../secret does not lie beside it"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(tmp_path: Path, content: str, wanted: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(WeightsError) as caught:
        Manifest.load(tmp_path)
    assert wanted in str(caught.value)


def _missing(path: Path) -> None:
    path.unlink()


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [_missing, _folder, _pipe, _half, _flipped])
@pytest.mark.parametrize("name", ["manifest.json", "d.safetensors", "g.safetensors"])
def test_a_damaged_installation_is_one_sentence_that_says_what_to_do(
    small_weights: Path, name: str, damage: Callable[[Path], None]
) -> None:
    if name == "manifest.json" and damage is _flipped:
        damage = _half  # one letter in a card's note harms nobody
    damage(small_weights / name)
    with pytest.raises(WeightsError) as told:
        build_finder()
    sentence = str(told.value)
    assert sentence.endswith("put it back as it was, or install the program again.") and "Errno" not in sentence
    assert str(small_weights) in sentence and (name in sentence or name == "manifest.json")


def test_one_changed_file_does_not_keep_the_others_from_being_checked(small_weights: Path) -> None:
    _flipped(small_weights / "d.safetensors")
    done = CliRunner().invoke(app, ["weights", "check"])
    others = [entry.name for entry in Manifest.load().entries if entry.file != "d.safetensors"]
    assert others and all(f"{name}: as released" in done.stdout for name in others)


def test_a_manifest_of_own_weights_that_cannot_be_read_is_told_and_searches_go_on(
    small_weights: Path, noise_photo: Path, tmp_path: Path
) -> None:
    own = OwnWeights()
    own.add(TENSORS, CARD)
    _half(own.folder / "manifest.json")
    found = CliRunner().invoke(app, ["find", str(noise_photo), "--output", str(tmp_path / "out")])
    checked = CliRunner().invoke(app, ["weights", "check"])
    assert (found.exit_code, checked.exit_code) == (0, 1) and str(own.folder) in checked.stderr


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_are_none_are_refused_at_import_and_at_load(own: OwnWeights, tmp_path: Path, value: float) -> None:
    bad = save({"fine": torch.ones(2), "layer": torch.tensor([1.0, value])})
    card = asdict(CARD) | {"sha256": hashlib.sha256(bad).hexdigest()}
    with pytest.raises(WeightsError, match="layer holds what is no number"):
        own.receive(packed(tmp_path / "x", card, bad))
    with pytest.raises(WeightsError, match="layer holds what is no number"):
        own.add(bad, CARD)
    assert own.entries() == ()
    (tmp_path / "bad.safetensors").write_bytes(bad)
    with pytest.raises(WeightsError, match=r"bad\.safetensors is useless"):
        load_tensors(tmp_path / "bad.safetensors")


def _spoiled(folder: Path, role: Literal["detector", "gan"], spoil: Callable[[dict[str, torch.Tensor]], None]) -> None:
    manifest = Manifest.load(folder)
    tensors = manifest.tensors(manifest.default(role))
    spoil(tensors)
    changed = [
        replace(entry, sha256=save_tensors(folder / entry.file, tensors)) if entry.role == role else entry
        for entry in manifest.entries
    ]
    Manifest(folder, tuple(changed)).save()


def test_a_detector_of_no_numbers_ends_a_search_and_does_not_say_that_there_are_no_faces(
    small_weights: Path, tmp_path: Path, noise_photo: Path
) -> None:
    _spoiled(small_weights, "detector", lambda tensors: tensors["backbone.stem.0.weight"].fill_(float("nan")))
    done = CliRunner().invoke(app, ["find", str(noise_photo), "--output", str(tmp_path / "out")])
    assert done.exit_code == 1 and "no number" in done.output and "0 faces" not in done.output


@pytest.mark.parametrize("role", ["detector", "gan"])
def test_networks_that_compute_no_numbers_are_refused_by_what_they_give(
    small_weights: Path, role: Literal["detector", "gan"]
) -> None:
    def negative_variance(tensors: dict[str, torch.Tensor]) -> None:
        for name, value in tensors.items():
            if name.endswith("running_var"):
                value.fill_(-1.0)

    _spoiled(small_weights, role, negative_variance)
    noise = torch.randint(0, 255, (96, 96, 3), generator=torch.Generator().manual_seed(0)).to(torch.uint8).numpy()
    with pytest.raises(UserError, match="no number"):
        build_finder(SearchSettings(device="cpu", backend="torch")).find(Frame(noise, "noise.png"))
