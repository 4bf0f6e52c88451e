"""The HTML report: one self-contained file, or an index with further pages."""

from __future__ import annotations

from pathlib import Path

from tinyface_core.export.material import Format, Material
from tinyface_core.export.report import Report
from tinyface_core.files import replacing


def write(material: Material, target: Path) -> None:
    """Write `target`, and further pages `NAME-2.html`, ... beside it if there are more than 200 faces.

    The first page contains the case and the index; it is written last. A picture that cannot be read is replaced by a
    sentence.
    """
    report = Report(material, "report.html.jinja")
    names = [target.name, *(f"{target.stem}-{n}{target.suffix}" for n in range(2, len(report.pages) + 1))]
    for number in reversed(range(len(names))):
        with (
            replacing(target.with_name(names[number])) as part,
            part.open("w", encoding="utf-8", errors="backslashreplace") as file,
        ):
            file.writelines(report.write(number, names=names))


FORMAT = Format(".html", write, crops=True)
