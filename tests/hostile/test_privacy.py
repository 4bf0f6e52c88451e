"""What a photo says of its owner and place goes into no file that is given away."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from typer.testing import CliRunner

from tests.hostile.conftest import OneFace
from tests.hostile.inputs import picture_bytes
from tinyface_core.commands.app import app
from tinyface_core.export.material import FaceKey, Material
from tinyface_core.export.registry import FORMATS, export
from tinyface_core.types import Detections, FindResult
from tinyface_core.upscalers.enlargement import CropSet, Enlargement

SECRET = b"Whose camera it is"
_BASE_64 = re.compile(rb"base64,([A-Za-z0-9+/=]+)")
_THE_PHOTOS_THEMSELVES = ("xmp-copies", "xmp-originals")
"""Forms for one's own archive of photos, which would lose its dates and places; the list of forms says so."""
_GPS, _OWNER, _COMMENT = 0x8825, 0xA430, 0x9286


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """A JPEG and a PNG that name owner and place in every part that takes a text."""
    exif = Image.Exif()
    exif[_OWNER] = exif[0x010E] = exif[0x013B] = SECRET.decode()
    exif.get_ifd(_GPS).update({1: "N", 2: (48.0, 51.0, 29.5), 29: SECRET.decode()})
    exif.get_ifd(0x8769)[_COMMENT] = SECRET
    text = PngInfo()
    text.add_text("Author", SECRET.decode())
    text.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    for name, form, more in (
        ("a.jpg", "JPEG", {"comment": SECRET, "xmp": SECRET}),
        ("b.png", "PNG", {"pnginfo": text}),
        ("c.webp", "WEBP", {"xmp": SECRET}),
    ):
        (tmp_path / name).write_bytes(picture_bytes(form, exif=exif.tobytes(), **more))
        assert (tmp_path / name).read_bytes().count(SECRET) >= 2
    return sorted(tmp_path.glob("?.*"))


def told(folder: Path) -> list[str]:
    """Files under a folder in which the secret, or anything of EXIF, XMP or GPS, stands; also inside a page."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            parts = [content, *(base64.b64decode(text) for text in _BASE_64.findall(content))]
            if any(word in part for part in parts for word in (SECRET, b"Exif\0\0", b"eXIf", b"EXIF")):
                found.append(path.name)
    return found


@pytest.mark.parametrize("form", [name for name in FORMATS.names() if name not in _THE_PHOTOS_THEMSELVES])
def test_no_export_holds_what_a_photo_says_of_its_owner(form: str, photos: list[Path], tmp_path: Path) -> None:
    found = Detections.of([[4, 4, 20, 24]], [0.9])
    grey = np.full((16, 16, 3), 77, np.uint8)
    crops = CropSet((4, 4, 24, 24), grey, (Enlargement("bilinear", grey, 0.1), Enlargement("refined", grey, 0.1)))
    results = [FindResult(str(path), 64, 64, found, 1, 0) for path in photos]
    keys = [FaceKey(result.source, None, 0) for result in results]
    suffix = FORMATS.load(form).suffix
    export(form, Material(results, {}, dict.fromkeys(keys, crops)), tmp_path / "out" / f"faces{suffix}")
    assert list((tmp_path / "out").rglob("*")) and told(tmp_path / "out") == []


def test_no_picture_that_a_command_writes_holds_it_either(finder: OneFace, photos: list[Path], tmp_path: Path) -> None:
    for command in (["find", "--no-sheets"], ["compare", "--methods", "bilinear", "--crops"]):
        for photo in photos:
            done = CliRunner().invoke(app, [command[0], str(photo), *command[1:], "--output", str(tmp_path / "out")])
            assert done.exit_code == 0, done.output
    assert list((tmp_path / "out").rglob("*.jpg")) and told(tmp_path / "out") == []
