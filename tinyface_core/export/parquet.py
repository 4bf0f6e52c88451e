"""Parquet: one row per face, as in the CSV table, but unrounded and typed; needs pyarrow, an extra."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from tinyface_core.export.material import Format, Material
from tinyface_core.export.table import COLUMNS, rows
from tinyface_core.files import replacing

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
        left = rows(material)
        while some := list(islice(left, _ROWS_AT_ONCE)):
            file.write_table(pa.Table.from_pylist(some, schema=schema))


FORMAT = Format(".parquet", write, for_files=True)
