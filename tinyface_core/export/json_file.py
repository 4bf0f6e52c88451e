"""JSON results by the published schema, with verdicts, notes and groups."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tinyface_core.export.material import WORDS, FaceKey, Format, Material, Statement
from tinyface_core.results import ResultFileError, document, read_saved, result_to_json, rounded, write_document
from tinyface_core.types import FindResult

_VERDICTS = {word: verdict for verdict, word in WORDS.items()}


def write(material: Material, target: Path) -> None:
    """Write a file for `tinyface_core.results.read_results`, with verdicts, notes and groups added."""
    write_document(target, document(_with_statements(material, result) for result in material.results))


FORMAT = Format(".json", write)


def read(paths: Iterable[Path]) -> Material:
    """Read files written by `write` or by a search, with verdicts, notes and groups.

    Raises:
        ResultFileError: if one is missing, not such a file, or of a newer version.
    """
    results, statements = [], {}
    for path in paths:
        for result, faces in read_saved(path):
            results.append(result)
            for number, face in enumerate(faces):
                verdict = _VERDICTS.get(face.verdict)
                if verdict is None:
                    raise ResultFileError(f"{path.name} holds the verdict {face.verdict!r}: update this program.")
                if (said := Statement(verdict, face.note, face.group)) != Statement():
                    statements[FaceKey(result.source, result.index, number)] = said
    return Material(results, statements)


def _with_statements(material: Material, result: FindResult) -> dict[str, Any]:
    values = result_to_json(rounded(result))
    for key, _, said in material.faces(result):
        if said.verdict:
            values["faces"][key.face]["verdict"] = WORDS[said.verdict]
        if said.note:
            values["faces"][key.face]["note"] = said.note
        if said.group:
            values["faces"][key.face]["group"] = said.group
    return values
