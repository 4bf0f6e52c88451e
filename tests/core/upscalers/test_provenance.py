"""What networks made says so, to programs and to eyes."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from tinyface_core.export.crops import save_crops
from tinyface_core.types import RgbImage
from tinyface_core.upscalers.enlargement import CropSet, Enlargement
from tinyface_core.upscalers.provenance import MARK, save_enlarged

SOURCE_TYPE = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"


def plain(side: int) -> RgbImage:
    return np.full((side, side, 3), 60, np.uint8)


def metadata(path: Path) -> dict[str, str]:
    with Image.open(path) as saved:
        saved.load()
        return {name: str(value) for name, value in saved.info.items()}


def test_a_sheet_names_the_networks_of_which_it_shows_pixels(tmp_path: Path) -> None:
    save_enlarged(tmp_path / "sheet.png", plain(80), ["bicubic", "refined", "<x>", "refined"])
    saved = metadata(tmp_path / "sheet.png")
    assert saved["Description"] == "Enlarged by refined, <x>: its details are generated, not evidence."
    packet = ElementTree.fromstring(saved["XML:com.adobe.xmp"].split("?>", 1)[1].rsplit("<?", 1)[0])
    types = [element.get(SOURCE_TYPE, "") for element in packet.iter() if SOURCE_TYPE in element.attrib]
    assert [name.rsplit("/", 1)[1] for name in types] == ["compositeWithTrainedAlgorithmicMedia"]


def test_interpolated_pixels_are_not_called_generated(tmp_path: Path) -> None:
    save_enlarged(tmp_path / "sheet.png", plain(80), ["nearest", "bilinear", "bicubic", "lanczos"])
    assert "Description" not in metadata(tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as saved:
        assert np.array_equal(np.asarray(saved), plain(80))


def test_crops_that_a_network_made_are_marked_in_a_corner_unless_told_otherwise(tmp_path: Path) -> None:
    made = tuple(Enlargement(name, plain(64), 1.0) for name in ("bicubic", "refined"))
    crops = CropSet((0, 0, 16, 16), plain(16), made)
    for mark in (True, False):
        save_crops(crops, tmp_path / f"{mark}" / "face", mark)
        for name in ("original", "bicubic", "refined"):
            with Image.open(tmp_path / f"{mark}" / f"face_{name}.png") as saved:
                pixels = np.asarray(saved)
            touched = (pixels != 60).any(axis=2)
            if mark and name == "refined":
                assert tuple(pixels[-1, -1]) == MARK
                # Half a square of an eighth of the side, in the lower right corner.
                assert touched.sum() == 8 * 9 // 2 and touched[56:, 56:].sum() == touched.sum()
            else:
                assert not touched.any()
        assert "generated" in metadata(tmp_path / f"{mark}" / "face_refined.png")["Description"]
