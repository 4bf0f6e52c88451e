"""Any common photo becomes upright RGB; anything else becomes one clear sentence."""

from __future__ import annotations

import errno
import io
import struct
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from tinyface_core.media.images import load_image, read_size, thumbnail
from tinyface_core.media.opening import MediaError


@pytest.fixture
def scene() -> NDArray[np.uint8]:
    """A smooth picture `(48, 64, 3)`, no two corners alike, that lossy formats keep nearly whole."""
    y, x = np.mgrid[0:48, 0:64]
    return np.stack([x * 4, y * 5, 255 - x * 2 - y * 2], axis=2).astype(np.uint8)


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif", "webp", "jp2", "ppm", "tga"])
def test_lossless_formats_come_back_unchanged(tmp_path: Path, scene: NDArray[np.uint8], suffix: str) -> None:
    path = tmp_path / f"scene.{suffix}"
    Image.fromarray(scene).save(path, **({"lossless": True} if suffix == "webp" else {}))
    frame = load_image(path)
    np.testing.assert_array_equal(frame.pixels, scene)
    assert frame.source == str(path)
    assert frame.pixels.flags.c_contiguous


@pytest.mark.parametrize("suffix", ["jpg", "avif", "webp"])
def test_lossy_formats_come_back_nearly_unchanged(tmp_path: Path, scene: NDArray[np.uint8], suffix: str) -> None:
    path = tmp_path / f"scene.{suffix}"
    Image.fromarray(scene).save(path, quality=95)
    difference = np.abs(load_image(path).pixels.astype(int) - scene)
    assert difference.mean() < 4


def test_cmyk_jpeg_keeps_its_colours(tmp_path: Path) -> None:
    path = tmp_path / "print.jpg"
    Image.new("RGB", (32, 32), (200, 40, 90)).convert("CMYK").save(path, quality=100)
    assert np.abs(load_image(path).pixels.astype(int) - (200, 40, 90)).max() <= 4


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp"])
def test_every_orientation_is_made_upright(
    tmp_path: Path, scene: NDArray[np.uint8], suffix: str, orientation: int
) -> None:
    path = tmp_path / f"turned.{suffix}"
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(scene).save(path, exif=exif, **({} if suffix == "tif" else {"quality": 100}))
    with Image.open(path) as image:
        upright = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    frame = load_image(path)
    np.testing.assert_array_equal(frame.pixels, upright)
    assert read_size(path) == (frame.width, frame.height)
    assert frame.width == (48 if orientation >= 5 else 64)
    small = thumbnail(path, 32)
    assert max(small.shape) == 32
    assert (small.shape[0] > small.shape[1]) == (orientation >= 5)


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_16_bit_grey_is_scaled_not_cut_off(tmp_path: Path, suffix: str) -> None:
    values = np.array([[0, 257, 32896, 65535]], np.uint16)
    path = tmp_path / f"deep.{suffix}"
    Image.fromarray(values).save(path)
    np.testing.assert_array_equal(load_image(path).pixels[0, :, 0], [0, 1, 128, 255])


@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_16_bit_colour_is_scaled_not_cut_off(tmp_path: Path, suffix: str) -> None:
    from tinyface_core.opencv import cv2

    values = np.zeros((4, 4, 3), np.uint16)
    values[:, :] = (257 * 10, 257 * 128, 257 * 250)  # OpenCV writes BGR.
    path = tmp_path / f"deep.{suffix}"
    cv2.imwrite(str(path), values)
    np.testing.assert_array_equal(load_image(path).pixels[0, 0], [250, 128, 10])


def test_16_bit_values_are_rounded_to_the_nearest_of_8_bit(tmp_path: Path) -> None:
    # 257 values of 16 bit are one of 8 bit: half of them belong to the value below.
    deep = np.array([[0, 128, 129, 385, 386, 32_896, 65_406, 65_407, 65_535]], np.uint16)
    Image.fromarray(deep).save(tmp_path / "deep.png")
    assert load_image(tmp_path / "deep.png").pixels[0, :, 0].tolist() == [0, 0, 1, 1, 2, 128, 254, 255, 255]


def test_floating_point_grey_in_the_unit_range_is_scaled(tmp_path: Path) -> None:
    path = tmp_path / "float.tif"
    Image.fromarray(np.array([[0.0, 0.5, 0.6]], np.float32)).save(path)
    np.testing.assert_array_equal(load_image(path).pixels[0, :, 0], [0, 128, 153])


def test_floating_point_colour_beyond_pillow_is_read_by_opencv(tmp_path: Path) -> None:
    from tinyface_core.opencv import cv2

    path = tmp_path / "float.tiff"
    cv2.imwrite(str(path), np.full((6, 8, 3), (0.2, 0.4, 0.8), np.float32))
    np.testing.assert_array_equal(load_image(path).pixels[0, 0], [204, 102, 51])
    assert read_size(path) == (8, 6)
    assert thumbnail(path, 4).shape == (3, 4, 3)


def test_alpha_lies_over_white(tmp_path: Path) -> None:
    path = tmp_path / "alpha.png"
    pixels = np.array([[[255, 0, 0, 255], [255, 0, 0, 0], [0, 0, 0, 128]]], np.uint8)
    Image.fromarray(pixels).save(path)
    frame = load_image(path)
    np.testing.assert_array_equal(frame.pixels[0], [[255, 0, 0], [255, 255, 255], [127, 127, 127]])
    assert frame.remarks[0] == "alpha.png: its transparent parts were put over white."


def test_an_alpha_channel_that_hides_nothing_or_everything_is_not_remarked_on(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(60, 200, (9, 12, 4), np.uint8)
    for name, alpha in (("opaque.png", 255), ("unused.png", 0)):
        pixels[..., 3] = alpha
        Image.fromarray(pixels).save(tmp_path / name)
        assert load_image(tmp_path / name).remarks == ()


def test_a_palette_with_a_transparent_colour_lies_over_white(tmp_path: Path) -> None:
    path = tmp_path / "palette.gif"
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 200, 100, 50])
    image.putdata([0, 1])
    image.save(path, transparency=0)
    np.testing.assert_array_equal(load_image(path).pixels[0], [[255, 255, 255], [200, 100, 50]])
    assert load_image(path).remarks[0] == "palette.gif: its transparent parts were put over white."


def test_a_moving_gif_gives_its_first_frame(tmp_path: Path) -> None:
    path = tmp_path / "moving.gif"
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(load_image(path).pixels[0, 0], [255, 0, 0])


def test_a_thumbnail_is_a_reduced_copy_and_never_enlarged(tmp_path: Path) -> None:
    path = tmp_path / "big.jpg"
    y, x = np.mgrid[0:600, 0:900]
    picture = np.stack([x // 4, y // 3, (x + y) // 6], axis=2).astype(np.uint8)
    Image.fromarray(picture).save(path, quality=95)
    small = thumbnail(path, 90)
    assert small.shape == (60, 90, 3)
    reference = np.asarray(Image.fromarray(picture).resize((90, 60), Image.Resampling.BOX))
    assert np.abs(small.astype(int) - reference).mean() < 3
    assert thumbnail(path, 5000).shape == (600, 900, 3)


def test_broken_exif_does_not_stop_a_good_photo(tmp_path: Path, scene: NDArray[np.uint8]) -> None:
    path = tmp_path / "odd.jpg"
    Image.fromarray(scene).save(path, exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xffgarbage")
    assert load_image(path).pixels.shape == scene.shape


def _sentence(path: Path) -> str:
    with pytest.raises(MediaError) as caught:
        load_image(path)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    assert "does not exist" in _sentence(tmp_path / "gone.jpg")


def test_a_folder_says_so(tmp_path: Path) -> None:
    assert "is a folder" in _sentence(tmp_path)


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    assert "is empty" in _sentence(tmp_path / "empty.jpg")


def test_a_file_that_is_no_picture_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes.jpg").write_text("not a picture at all")
    assert _sentence(tmp_path / "notes.jpg").endswith(" is not a picture that can be read: get a fresh copy of it.")
    (tmp_path / "photos.zip").write_bytes(b"PK\3\4")
    assert _sentence(tmp_path / "photos.zip").endswith("that can be read: unpack it and open its folder.")
    (tmp_path / "notes.jxl").write_text("not a picture at all")
    assert _sentence(tmp_path / "notes.jxl").endswith("that can be read: convert it to JPEG or PNG.")


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif", "bmp", "gif"])
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_truncated_file_says_so_and_gives_what_is_there(tmp_path: Path, suffix: str, share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    whole = tmp_path / f"whole.{suffix}"
    Image.fromarray(noise).save(whole)
    part = tmp_path / f"part.{suffix}"
    part.write_bytes(whole.read_bytes()[: max(30, int(whole.stat().st_size * share))])
    if share == 0.5 and suffix != "webp":
        frame = load_image(part)
        # BMP begins at the bottom, GIF with every eighth row.
        rows = {"bmp": slice(-8, None), "gif": slice(None, 30, 8)}.get(suffix, slice(8))
        np.testing.assert_array_equal(frame.pixels[rows], load_image(whole).pixels[rows])
        assert frame.remarks == (f"part.{suffix} is damaged or incomplete: what could be read was taken.",)
    else:
        assert "damaged" in _sentence(part) or "not a picture" in _sentence(part)


@pytest.mark.parametrize(("mode", "colour"), [("RGB", 2), ("L", 0), ("RGBA", 6), ("P", 3)])
def test_a_png_whose_data_end_before_its_last_row_is_told_though_its_chunks_are_whole(
    tmp_path: Path, mode: str, colour: int
) -> None:
    path, channels = tmp_path / "short.png", len(Image.new(mode, (1, 1)).getbands())
    rows = np.random.default_rng(0).integers(60, 200, (50, 40 * channels), np.uint8)
    for black, count, remarks in (
        (0, 50, 0),
        (10, 50, 0),
        (0, 5, 1),
    ):
        lines = b"".join(b"\0" + row.tobytes() for row in [*rows[: count - black], *np.zeros_like(rows[:black])])
        chunks = [(b"IHDR", struct.pack(">IIBBBBB", 40, 50, 8, colour, 0, 0, 0)), (b"PLTE", bytes(range(256)) * 3)]
        chunks = [*chunks[: 2 if mode == "P" else 1], (b"IDAT", zlib.compress(lines)), (b"IEND", b"")]
        framed = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(framed))
        told = [remark for remark in load_image(path).remarks if "transparent" not in remark]
        assert told == ["short.png is damaged or incomplete: what could be read was taken."] * remarks


def test_what_libtiff_remarks_on_a_damaged_fax_does_not_reach_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    chance, path = np.random.default_rng(0), tmp_path / "fax.tif"
    Image.fromarray(chance.random((64, 64)) > 0.5).save(path, compression="group4")
    content = bytearray(path.read_bytes())
    for seed in range(8):
        content[40:200] = np.random.default_rng(seed).bytes(160)
        path.write_bytes(content)
        with suppress(MediaError):
            load_image(path)
    assert capfd.readouterr() == ("", "")


def _refuse(*_: object, **__: object) -> None:
    raise PermissionError(errno.EACCES, "Permission denied")


def test_a_file_without_permission_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The superuser may read everything, so the system's refusal comes from where Pillow opens the file."""
    path = tmp_path / "locked.png"
    Image.new("RGB", (4, 4)).save(path)
    path.chmod(0)
    with monkeypatch.context() as patch:
        patch.setattr("builtins.open", _refuse)
        assert "permissions" in _sentence(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """A PNG of a few bytes that claims 60,000 x 60,000 pixels."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    path = tmp_path / "bomb.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")))
    assert "60000 x 60000" in _sentence(path)


def test_a_picture_at_the_limit_of_pixels_is_read_and_one_beyond_it_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "small.png"
    Image.new("RGB", (100, 50)).save(path)
    monkeypatch.setattr("tinyface_core.media.opening.LARGEST_PIXELS", 5000)
    assert load_image(path).width == 100
    monkeypatch.setattr("tinyface_core.media.opening.LARGEST_PIXELS", 4999)
    assert "0.004999 megapixels" in _sentence(path)


def test_heic_without_its_reader_names_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinyface_core.media.opening._known_formats", lambda: ("JPEG", "PNG"))
    path = tmp_path / "phone.heic"
    path.write_bytes(struct.pack(">I", 24) + b"ftypheic" + bytes(100))
    assert "pillow-heif" in _sentence(path)


def _heic(path: Path, pixels: NDArray[np.uint8], **options: object) -> Path:
    pillow_heif.from_pillow(Image.fromarray(pixels)).save(path, quality=95, **options)
    return path


def test_heic_comes_back_nearly_unchanged(tmp_path: Path, scene: NDArray[np.uint8]) -> None:
    path = _heic(tmp_path / "phone.heic", scene)
    assert np.abs(load_image(path).pixels.astype(int) - scene).mean() < 4


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_of_heic_is_made_upright(tmp_path: Path, scene: NDArray[np.uint8], orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    plain = tmp_path / "plain.png"
    Image.fromarray(scene).save(plain, exif=exif)
    with Image.open(plain) as image:
        upright = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    path = _heic(tmp_path / "turned.heic", scene, exif=exif.tobytes())
    frame = load_image(path)
    assert frame.pixels.shape == upright.shape and read_size(path) == (frame.width, frame.height)
    assert np.abs(frame.pixels.astype(int) - upright).mean() < 4
    assert max(thumbnail(path, 32).shape) == 32


def test_heic_of_10_bits_is_scaled_and_alpha_lies_over_white(tmp_path: Path, scene: NDArray[np.uint8]) -> None:
    deep = tmp_path / "deep.heic"
    values = (scene.astype(np.uint16) * 257).tobytes()
    pillow_heif.from_bytes("RGB;16", (64, 48), values).save(deep, quality=95)
    assert np.abs(load_image(deep).pixels.astype(int) - scene).mean() < 4
    alpha = np.zeros((48, 64), np.uint8)
    alpha[40:] = 255
    clear = _heic(tmp_path / "clear.heic", np.dstack([scene, alpha]))
    assert load_image(clear).pixels[:32].min() >= 250


def test_half_of_a_heic_says_so(tmp_path: Path, scene: NDArray[np.uint8]) -> None:
    path = _heic(tmp_path / "half.heic", scene)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "damaged" in _sentence(path)


def test_programs_in_postscript_are_never_run(tmp_path: Path) -> None:
    stream = io.BytesIO(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n")
    path = tmp_path / "script.jpg"
    path.write_bytes(stream.getvalue())
    assert "is not a picture" in _sentence(path)
