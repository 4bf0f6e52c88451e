"""The user's own weights: add, rename, remove, export and import.

An exported file is a zip of the tensors (safetensors) and a JSON card with their SHA-256. It does not contain the ONNX
networks: the receiver runs the weights with torch.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from tinyface_core.archives import opened_zip
from tinyface_core.checked import checked_json
from tinyface_core.failures import reason
from tinyface_core.files import replacing
from tinyface_core.folders import user_folder
from tinyface_core.search_settings import AND
from tinyface_core.weights import (
    LARGEST_WEIGHTS,
    Manifest,
    WeightsEntry,
    WeightsError,
    checked_card,
    exported_file,
    read_tensors,
)

SUFFIX = ".tinyface-weights"
"""Suffix of exported files."""

_TENSORS, _CARD = "weights.safetensors", "card.json"


def installed_weights() -> Manifest:
    """The weights that come with the program, then the user's own; read-only.

    Raises:
        WeightsError: if the program's own manifest cannot be read.
    """
    bundled = Manifest.load()
    return Manifest(bundled.folder, bundled.entries + OwnWeights().entries())


class OwnWeights:
    """The user's weights: a folder of safetensors files named after their SHA-256, and a manifest."""

    def __init__(self) -> None:
        self.folder = user_folder("weights")

    def entries(self) -> tuple[WeightsEntry, ...]:
        """All of them, newest last, with absolute paths as `file`; empty if the manifest cannot be read."""
        try:
            entries = Manifest.load(self.folder).entries
        except WeightsError:
            return ()
        return tuple(replace(entry, file=str(self.folder / entry.file)) for entry in entries)

    def stored(self) -> tuple[WeightsEntry, ...]:
        """As `entries`, but with `file` relative to the folder.

        Raises:
            WeightsError: if the manifest cannot be read.
        """
        if not (self.folder / "manifest.json").exists():
            return ()
        return Manifest.load(self.folder).entries

    def add(self, tensors: bytes, entry: WeightsEntry) -> WeightsEntry:
        """Add the content of a safetensors file under the entry's name, or a similar name if that is taken.

        Raises:
            WeightsError: if it is not a safetensors file, contains NaN or infinity, or was added before.
        """
        sha256 = hashlib.sha256(tensors).hexdigest()
        for known in self.entries():
            if known.sha256 == sha256:
                raise WeightsError(f"These weights are there already, as {known.name}.")
        return self.add_all([(tensors, entry, {})])[0]

    def add_all(self, weights: Sequence[tuple[bytes, WeightsEntry, Mapping[str, bytes]]]) -> list[WeightsEntry]:
        """Add several weights, with card and ONNX networks by part, all or none; known ones are kept as they are.

        In their names `AND`, which joins the names of detectors, becomes a hyphen. Returns the entry of each, with
        absolute paths.

        Raises:
            WeightsError: if one is not a safetensors file, or contains NaN or infinity.
        """
        for tensors, entry, _ in weights:
            read_tensors(tensors, entry.name)
        stored = list(self.stored())
        placed, written = [], []
        try:
            for tensors, entry, networks in weights:
                sha256 = hashlib.sha256(tensors).hexdigest()
                known = next((other for other in stored if other.sha256 == sha256), None)
                if known is None:
                    taken = {other.name for other in (*Manifest.load().entries, *stored)}
                    known = replace(
                        entry,
                        name=_free_name(entry.name.replace(AND, "-"), taken),
                        file=f"{sha256[:16]}.safetensors",
                        sha256=sha256,
                        exported={part: hashlib.sha256(data).hexdigest() for part, data in networks.items()},
                    )
                    path = self.folder / known.file
                    for file, data in [(path, tensors), *((exported_file(path, n), d) for n, d in networks.items())]:
                        written.append(file)
                        with replacing(file) as part:
                            part.write_bytes(data)
                    stored.append(known)
                placed.append(known)
            self._save(tuple(stored))
        except BaseException:
            for file in written:
                file.unlink(missing_ok=True)
            raise
        return [replace(entry, file=str(self.folder / entry.file)) for entry in placed]

    def rename(self, name: str, new: str) -> None:
        """Rename weights.

        Raises:
            WeightsError: if there are none of that name, or the new name is empty, taken or contains `AND`.
        """
        new = new.strip()
        if not new:
            raise WeightsError("Weights need a name.")
        if AND in new:
            raise WeightsError(f"{new} contains a plus, which joins names of detectors: choose another name.")
        if new != name and any(entry.name == new for entry in (*Manifest.load().entries, *self.stored())):
            raise WeightsError(f"There are weights called {new} already: choose another name.")
        self._change(name, lambda entry: replace(entry, name=new))

    def annotate(self, name: str, notes: str) -> None:
        """Save the user's notes on the card.

        Raises:
            WeightsError: if there are none of that name.
        """
        self._change(name, lambda entry: replace(entry, notes=notes))

    def remove(self, name: str) -> None:
        """Delete weights.

        Raises:
            WeightsError: if there are none of that name.
        """
        entry = self._entry(name)
        self._save(tuple(other for other in self.stored() if other.name != name))
        path = self.folder / entry.file
        for file in (path, *(exported_file(path, part) for part in entry.exported)):
            file.unlink(missing_ok=True)

    def receive(self, path: Path) -> WeightsEntry:
        """Add the weights of a file written by `send`, after checking their SHA-256.

        Raises:
            WeightsError: if it is not such a file, was modified, or was added before.
        """
        try:
            with opened_zip(path, LARGEST_WEIGHTS) as file:
                card, tensors = (file.read(name) for name in (_CARD, _TENSORS))
            entry = checked_card(checked_json(card, dict[str, Any]))
        except (OSError, KeyError, ValueError) as error:
            raise WeightsError(
                f"{path.name} holds no weights of this program ({reason(error)}): choose a *{SUFFIX} file."
            ) from error
        if hashlib.sha256(tensors).hexdigest() != entry.sha256:
            raise WeightsError(f"{path.name} was changed on its way: its content is not what its card says.")
        return self.add(tensors, entry)

    def _save(self, entries: tuple[WeightsEntry, ...]) -> None:
        Manifest(self.folder, entries).save()

    def _entry(self, name: str) -> WeightsEntry:
        for entry in self.stored():
            if entry.name == name:
                return entry
        raise WeightsError(f"There are no weights of your own called {name}.")

    def _change(self, name: str, change: Callable[[WeightsEntry], WeightsEntry]) -> None:
        self._entry(name)
        self._save(tuple(change(entry) if entry.name == name else entry for entry in self.stored()))


def _free_name(name: str, taken: set[str]) -> str:
    number = 2
    free = name
    while free in taken:
        free = f"{name} ({number})"
        number += 1
    return free


def send(manifest: Manifest, entry: WeightsEntry, path: Path) -> None:
    """Export weights, bundled or own, with their card to one file.

    Raises:
        WeightsError: if the weights are missing or changed.
    """
    manifest.check(entry)
    tensors = (manifest.folder / entry.file).read_bytes()
    card = json.dumps(asdict(replace(entry, file=_TENSORS, exported={})), indent=2)
    with replacing(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as file:
        file.writestr(_CARD, card)
        file.writestr(_TENSORS, tensors)
