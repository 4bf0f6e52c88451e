"""`tinyface parts`: lists the detectors, upscalers, embedders and formats that other commands accept."""

from __future__ import annotations

from typing import Any

import typer

from tinyface_core.registry import Registry


def parts() -> None:
    """List detectors, upscalers, embedders, forms of annotations and export formats, also those that packages add."""
    from tinyface_core.datasets.registry import READERS
    from tinyface_core.detector.registry import standard_detectors
    from tinyface_core.export.registry import FORMATS
    from tinyface_core.groups.registry import standard_embedders
    from tinyface_core.upscalers.registry import standard_upscalers

    registries: list[Registry[Any]] = [
        standard_detectors(),
        standard_upscalers(),
        standard_embedders(),
        READERS,
        FORMATS,
    ]
    for registry in registries:
        typer.echo(f"{registry.kind}:")
        for entry in registry.entries():
            origin = f"from the package {entry.package}" if entry.package else ""
            told = (text for text in (entry.title, entry.about, origin) if text and text != entry.name)
            typer.echo(f"  {entry.name:26}{'; '.join(told)}".rstrip())
        for sentence in registry.troubles():
            typer.echo(f"  {sentence}", err=True)
