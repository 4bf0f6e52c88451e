"""The program under the name that it is installed by.

A wheel holds `app`, `resources` and `weights` in this folder; in the repository they lie beside it.
"""

from pathlib import Path

if not (Path(__file__).parent / "app").is_dir():
    __path__.append(str(Path(__file__).resolve().parents[1]))
