"""Parquet: one row per face, as in the CSV table, but unrounded and typed; needs pyarrow, an extra."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tinyface_core.export.material import WORDS, Format, Material
from tinyface_core.export.table import COLUMNS
from tinyface_core.files import replacing
from tinyface_core.names import shown, shown_note

_ROWS_AT_ONCE = 10_000


def write(material: Material, target: Path) -> None:
    """Write a Parquet file with the columns of `table.COLUMNS`; unknown values are null."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = dict.fromkeys(COLUMNS, pa.float64())
    kinds |= dict.fromkeys(("source", "origin", "verdict", "note"), pa.string())
    kinds |= dict.fromkeys(("frame", "face", "track", "group"), pa.int64()) | {"refined": pa.bool_()}
    schema = pa.schema(list(kinds.items()))
    with replacing(target) as part, pq.ParquetWriter(part, schema, compression="zstd") as file:
        rows: list[dict[str, Any]] = []
        for row in _rows(material):
            rows.append(row)
            if len(rows) == _ROWS_AT_ONCE:
                file.write_table(pa.Table.from_pylist(rows, schema=schema))
                rows = []
        file.write_table(pa.Table.from_pylist(rows, schema=schema))


FORMAT = Format(".parquet", write, for_files=True)


def _rows(material: Material) -> Iterator[dict[str, Any]]:
    for result in material.results:
        for key, face, said in material.faces(result):
            values = (
                shown(result.source), result.index, result.seconds, key.face + 1, *face.box, face.size, face.score,
                face.detector_score, face.face_probability, face.real_probability, face.refined,
                None if face.track < 0 else face.track + 1, face.origin.name.lower(), WORDS[said.verdict],
                shown_note(said.note), said.group or None,
            )  # fmt: skip
            yield dict(zip(COLUMNS, values, strict=True))
