"""JSON: everything that is known, by the published schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tinyface_core.export.material import Material
from tinyface_core.results import document, result_to_json, write_document
from tinyface_core.types import FindResult


def write(material: Material, target: Path) -> None:
    """Write a file that `tinyface_core.results.read_results` reads, with verdicts and notes added."""
    write_document(target, document(_with_verdicts(material, result) for result in material.results))


def _with_verdicts(material: Material, result: FindResult) -> dict[str, Any]:
    values = result_to_json(result)
    for key, _, verdict in material.faces(result):
        if verdict.decision:
            values["faces"][key.face]["verdict"] = verdict.decision
        if verdict.note:
            values["faces"][key.face]["note"] = verdict.note
    return values
