"""Weights: a manifest and safetensors files, verified by SHA-256 at every load."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tinyface_core import bundled
from tinyface_core.checked import Number, checked, read_json
from tinyface_core.failures import reason
from tinyface_core.files import read_bytes, replacing, write_json
from tinyface_core.presets import DETECTOR_PRESETS, GAN_PRESETS, SHOWN_PRESETS
from tinyface_core.search_settings import Effort
from tinyface_core.types import UserError

if TYPE_CHECKING:
    from torch import Tensor

Role = Literal["detector", "gan", "shown"]
BUNDLED = bundled.FOLDER / "weights"
LARGEST_WEIGHTS = 4_000_000_000
"""Maximum size of a file of weights in bytes."""


class WeightsError(UserError):
    """Weights that are missing, modified or of the wrong shape; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class WeightsEntry:
    """A file of weights and its metadata.

    Attributes:
        name: name shown to the user.
        role: "detector", "gan" (the second stage) or "shown", a generator for display only.
        preset: key of the presets of that role.
        file: file name, in the manifest's folder.
        sha256: digest of the file.
        data: training data.
        licence: permitted uses.
        date: ISO date of the training.
        measured: results by name, each measured by a command of this project.
        fusion: parameters of the calibrated score fusion, empty for a detector.
        notes: the user's notes.
        started_from: name of the weights that were fine-tuned; empty if none.
        exported: SHA-256 of the ONNX file of each part; see `exported_file`.
    """

    name: str
    role: Role
    preset: str
    file: str
    sha256: str
    data: str
    licence: str
    date: str
    measured: dict[str, Number] = field(default_factory=dict)
    fusion: dict[str, Number] = field(default_factory=dict)
    notes: str = ""
    started_from: str = ""
    exported: dict[str, str] = field(default_factory=dict)

    @property
    def quick(self) -> bool:
        """Whether it is a detector for `Effort.FAST`."""
        return self.role == "detector" and DETECTOR_PRESETS[self.preset].quick


_PRESETS: Mapping[Role, Mapping[str, object]] = {
    "detector": DETECTOR_PRESETS,
    "gan": GAN_PRESETS,
    "shown": SHOWN_PRESETS,
}
_RULES = (
    {"detector", "face", "bias"},
    {"detector_alone", "bias_alone"},
    {"detector_first", "surroundings_first", "bias_first"},
)
"""Groups of fusion parameters that are only valid together; see `tinyface_core.gan.fusion`."""


def checked_card(values: Any) -> WeightsEntry:
    """Metadata of weights from JSON values, after checking preset, fusion parameters and numbers.

    Raises:
        ValueError: with a message for use inside a sentence.
    """
    entry = checked(values, WeightsEntry)
    if entry.preset not in _PRESETS[entry.role]:
        raise ValueError(f"there is no preset {entry.preset} of a {entry.role}")
    given = set(entry.fusion)
    strange = given.difference({"surroundings", "box"}, *_RULES)
    if strange:
        raise ValueError(f"a rule knows no {min(strange)}")
    for rule in _RULES:
        # The other groups need the first one.
        if given & rule and not rule | _RULES[0] <= given:
            raise ValueError(f"the rule lacks {min((rule | _RULES[0]) - given)}")
    if "surroundings" in given and "detector" not in given:
        raise ValueError("the rule lacks detector")
    if not 0 <= entry.fusion.get("box", 0.0) <= 1:
        raise ValueError("a rule trusts a box between 0 and 1")
    return entry


@dataclass(frozen=True, slots=True)
class _Cards:
    weights: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Manifest:
    """All weights in one folder."""

    folder: Path
    entries: tuple[WeightsEntry, ...]

    @staticmethod
    def load(folder: Path | None = None) -> Manifest:
        """Read `manifest.json` of a folder, by default of the bundled weights.

        Raises:
            WeightsError: if it is missing or invalid.
        """
        folder = folder or BUNDLED
        try:
            entries = read_cards(folder / "manifest.json")
            for entry in entries:
                if Path(entry.file).name != entry.file:
                    raise ValueError(f"{entry.file} does not lie beside it")
            return Manifest(folder, entries)
        except (OSError, ValueError, UserError) as error:
            raise WeightsError(
                f"The manifest of the weights in {folder} cannot be read ({reason(error)}): "
                "put it back as it was, or install the program again."
            ) from error

    def save(self) -> None:
        """Write `manifest.json`."""
        write_json(self.folder / "manifest.json", {"weights": [asdict(entry) for entry in self.entries]})

    def entry(self, name: str) -> WeightsEntry:
        """The weights with this name.

        Raises:
            WeightsError: if there are none.
        """
        for entry in self.entries:
            if entry.name == name:
                return entry
        known = ", ".join(entry.name for entry in self.entries) or "none"
        raise WeightsError(f"There are no weights called {name}; known: {known}.")

    def default(self, role: Role, effort: Effort = Effort.BALANCED) -> WeightsEntry:
        """The first weights of a role; for `Effort.FAST` the first quick detector, if there is one.

        Raises:
            WeightsError: if there are none.
        """
        fitting = [entry for entry in self.entries if entry.role == role]
        quick = [entry for entry in fitting if entry.quick] if effort is Effort.FAST else []
        for entry in quick + fitting:
            return entry
        raise WeightsError(f"No {role} weights are installed in {self.folder}: install the program again.")

    def tensors(self, entry: WeightsEntry) -> dict[str, Tensor]:
        """Tensors of an entry, floats as float32, after verifying the file's SHA-256.

        Raises:
            WeightsError: if the file is missing or has another digest, or a value is not finite.
        """
        path = self.folder / entry.file
        return read_tensors(checked_content(path, entry.sha256), f"The weights {entry.name}")

    def exported(self, entry: WeightsEntry, part: str) -> bytes:
        """The ONNX file of a part of an entry, after verifying its SHA-256.

        Raises:
            WeightsError: if it is missing or has another digest.
        """
        if part not in entry.exported:
            raise WeightsError(f"The weights {entry.name} have no {part} network as ONNX: run them by torch.")
        return checked_content(exported_file(self.folder / entry.file, part), entry.exported[part])

    def check(self, entry: WeightsEntry) -> None:
        """Verify the SHA-256 of all files of an entry.

        Raises:
            WeightsError: if one is missing or has another digest.
        """
        checked_content(self.folder / entry.file, entry.sha256)
        for part in entry.exported:
            self.exported(entry, part)


def checked_content(path: Path, sha256: str) -> bytes:
    """The content of a file of weights, after verifying its SHA-256.

    Raises:
        WeightsError: if it is missing or has another digest.
    """
    try:
        data = read_bytes(path, LARGEST_WEIGHTS)
    except (OSError, UserError) as error:
        raise WeightsError(
            f"{path} cannot be read ({reason(error)}): put it back as it was, or install the program again."
        ) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise WeightsError(
            f"{path} is not the file that was installed: put it back as it was, or install the program again."
        )
    return data


@contextmanager
def fitting(entry: WeightsEntry) -> Iterator[None]:
    """Name the weights if their tensors do not fit their preset.

    Raises:
        WeightsError: in place of such an error in the block.
    """
    try:
        yield
    except WeightsError as error:
        raise WeightsError(f"The weights {entry.name} do not fit the preset {entry.preset}.") from error


def shown_entry(manifest: Manifest, gan: str = "") -> WeightsEntry:
    """The generator for display: the first "shown" weights, if any and if the second stage is the default one.

    Another second stage, such as a fine-tuned one, displays the pictures of its own generator.

    Raises:
        WeightsError: if there are none.
    """
    judging = manifest.entry(gan) if gan else manifest.default("gan")
    richer = [entry for entry in manifest.entries if entry.role == "shown"]
    return richer[0] if richer and judging == manifest.default("gan") else judging


EIGHT_BITS = ".int8"
"""Suffix of the part names of a second stage's networks that are quantized to eight bits."""


def exported_file(path: Path, part: str) -> Path:
    """Path of the ONNX file of one part of a file of weights.

    Args:
        path: the file of weights.
        part: for a detector "float32" or "int8"; for a second stage "generator", "discriminator" or "surroundings",
            also with `EIGHT_BITS` appended; for a generator for display "generator".
    """
    return path.with_suffix(f".{part}.onnx")


def save_tensors(path: Path, tensors: Mapping[str, Tensor]) -> str:
    """Write tensors as safetensors, floats as float16, and return the file's SHA-256."""
    from safetensors.torch import save

    data = save({k: (v.half() if v.is_floating_point() else v).contiguous().cpu() for k, v in tensors.items()})
    with replacing(path) as part:
        part.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def load_tensors(path: Path) -> dict[str, Tensor]:
    """Tensors of a safetensors file that the user chose, floats as float32.

    Raises:
        WeightsError: if it is not a safetensors file, or a value is not finite.
    """
    try:
        data = read_bytes(path, LARGEST_WEIGHTS)
    except OSError as error:
        raise WeightsError(f"{path} holds no weights that can be read: {reason(error)}.") from error
    return read_tensors(data, str(path))


def mean_tensors(first: Mapping[str, Tensor], second: Mapping[str, Tensor], share: float) -> dict[str, Tensor]:
    """Means of two weights of one shape, name by name; tensors without floats are those of the first.

    Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022: halfway between a network and what a further
    training made of it there often is a better one than either. The share is that of the second, in [0, 1].

    Raises:
        WeightsError: if names or shapes differ.
    """
    if {name: tensor.shape for name, tensor in first.items()} != {
        name: tensor.shape for name, tensor in second.items()
    }:
        raise WeightsError("These weights have another shape: choose weights of one preset.")
    return {
        name: one.float().lerp(second[name].float(), share).to(one.dtype) if one.is_floating_point() else one
        for name, one in first.items()
    }


def read_tensors(data: bytes, name: str) -> dict[str, Tensor]:
    """Tensors of a safetensors file's content, floats as float32; `name` is the subject of the sentence of an error.

    Raises:
        WeightsError: if it is not a safetensors file, or a value is not finite.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        tensors = {key: value.float() if value.is_floating_point() else value for key, value in load(data).items()}
    except (SafetensorError, ValueError, KeyError) as error:
        raise WeightsError(f"{name} is no safetensors file that can be read: {error}.") from error
    for key, value in tensors.items():
        if value.is_floating_point() and not bool(value.isfinite().all()):
            raise WeightsError(f"{name} is useless: {key} holds what is no number. Get it again, or train it anew.")
    return tensors


def read_cards(path: Path) -> tuple[WeightsEntry, ...]:
    """The entries of a JSON file, under "weights".

    Raises:
        OSError, UserError, ValueError: if the file cannot be read or is invalid.
    """
    cards = []
    for number, values in enumerate(read_json(path, _Cards).weights, 1):
        try:
            cards.append(checked_card(values))
        except ValueError as error:
            raise ValueError(f"weights number {number}: {error}") from error
    return tuple(cards)
