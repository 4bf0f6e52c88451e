"""The picture is what its owner sees, or a remark says why not."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import sys
import types
from importlib.machinery import ModuleSpec
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from tests.hostile.inputs import picture_bytes
from tinyface_core.media.images import load_image, read_size, thumbnail
from tinyface_core.media.opening import MediaError
from tinyface_core.media.sources import read_frames
from tinyface_core.opencv import cv2
from tinyface_core.project.relink import fingerprint
from tinyface_core.types import UserError


def scene(side: int = 64) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(picture_bytes("PNG", side))))


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def mean_error(path: Path, expected: NDArray[np.uint8]) -> float:
    return float(np.abs(load_image(path).pixels.astype(int) - expected).mean())


# -- an unused fourth byte -----------------------------------------------------------------------------------


def unused_alpha(kind: str, fourth: int) -> bytes:
    rgb = scene()
    bgrx = np.full((64, 64, 4), fourth, np.uint8)
    bgrx[:, :, :3] = rgb[:, :, ::-1]
    if kind.startswith("tga"):
        bits = int(kind[3:])
        return struct.pack("<BBBHHBHHHHBB", 0, 0, 2, 0, 0, 0, 0, 0, 64, 64, 32, 0x20 | bits) + bgrx.tobytes()
    body = bgrx[::-1].tobytes()
    if kind == "bmp3":
        header = struct.pack("<IiiHHIIiiII", 40, 64, 64, 1, 32, 0, len(body), 0, 0, 0, 0)
    else:
        header = struct.pack("<IiiHHIIiiII", 108, 64, 64, 1, 32, 3, len(body), 0, 0, 0, 0)
        header += struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000) + b"BGRs" + bytes(48)
    return b"BM" + struct.pack("<IHHI", 14 + len(header) + len(body), 0, 0, 14 + len(header)) + header + body


@pytest.mark.parametrize("kind", ["tga0", "tga8", "bmp3", "bmp4"])
def test_an_unused_fourth_byte_is_no_transparency(kind: str, tmp_path: Path) -> None:
    path = written(tmp_path / f"x.{kind[:3]}", unused_alpha(kind, 0))
    frame = load_image(path)
    np.testing.assert_array_equal(frame.pixels, scene())
    assert frame.remarks == ()
    np.testing.assert_array_equal(thumbnail(path, 64), scene())


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF"])
def test_a_picture_that_is_all_transparent_shows_its_colours(form: str, tmp_path: Path) -> None:
    rgba = np.dstack([scene(), np.zeros((64, 64), np.uint8)])
    path = tmp_path / f"x.{form.lower()}"
    Image.fromarray(rgba).save(path, form, **({"lossless": True, "exact": True} if form == "WEBP" else {}))
    np.testing.assert_array_equal(load_image(path).pixels, scene())


# -- more than eight bits ------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["tif", "png"])
@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("colour", [False, True])
def test_few_bits_in_sixteen_are_stretched_with_a_remark(suffix: str, bits: int, colour: bool, tmp_path: Path) -> None:
    eight = scene() if colour else scene()[:, :, 0]
    values = np.rint(eight * ((2.0**bits - 1) / 255)).astype(np.uint16)
    path = tmp_path / f"deep.{suffix}"
    cv2.imwrite(str(path), values[:, :, ::-1] if colour else values)
    frame = load_image(path)
    expected = eight if colour else np.repeat(eight[:, :, None], 3, axis=2)
    assert np.abs(frame.pixels.astype(int) - expected).max() <= 1
    remark = f"deep.{suffix}: its values use {bits} of 16 bits, and were stretched."
    assert frame.remarks == (() if bits == 16 else (remark,))


@pytest.mark.parametrize(
    ("scale", "odd"), [(1.0, None), (1 / 255, None), (1 / 255, 1e6), (1 / 255, -9999.0), (1 / 255, np.nan)]
)
def test_floating_point_pictures_are_seen_past_single_odd_pixels(
    scale: float, odd: float | None, tmp_path: Path
) -> None:
    grey = scene()[:, :, 0]
    values = grey.astype(np.float32) * scale
    if odd is not None:
        values[0, 0] = odd
    path = tmp_path / "float.tif"
    Image.fromarray(values).save(path)
    assert np.abs(load_image(path).pixels[1:, :, 0].astype(int) - grey[1:]).max() <= 2


# -- colours -------------------------------------------------------------------------------------------------


def swapped_profile() -> bytes:
    """sRGB with red and green in each other's place."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", profile, 128)[0]
    tags = {bytes(profile[132 + 12 * n : 136 + 12 * n]): 132 + 12 * n for n in range(count)}
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    profile[red + 4 : red + 12], profile[green + 4 : green + 12] = (
        profile[green + 4 : green + 12],
        profile[red + 4 : red + 12],
    )
    profile[84:100] = bytes(16)
    return bytes(profile)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF", "HEIF"])
def test_colours_come_out_in_srgb(form: str, tmp_path: Path) -> None:
    pillow_heif.register_heif_opener()
    options = {"lossless": True} if form == "WEBP" else {"quality": 100} if form in ("AVIF", "HEIF") else {}
    content = picture_bytes(form, icc_profile=swapped_profile(), **options)
    path = written(tmp_path / f"x.{form.lower()}", content)
    swapped = scene()[:, :, [1, 0, 2]]
    assert mean_error(path, swapped) < 5 < np.abs(scene().astype(int) - swapped).mean()
    assert np.abs(thumbnail(path, 64).astype(int) - swapped).mean() < 5


def test_a_profile_counts_below_transparency_and_in_palettes(tmp_path: Path) -> None:
    alpha = np.full((64, 64), 255, np.uint8)
    alpha[:, :8] = 0
    Image.fromarray(np.dstack([scene(), alpha])).save(tmp_path / "a.png", icc_profile=swapped_profile())
    pixels = load_image(tmp_path / "a.png").pixels
    assert (pixels[:, :8] == 255).all()
    assert np.abs(pixels[:, 8:].astype(int) - scene()[:, 8:, [1, 0, 2]]).max() <= 2
    palette = Image.fromarray(scene()).quantize(64)
    palette.save(tmp_path / "p.png", icc_profile=swapped_profile())
    expected = np.asarray(palette.convert("RGB"))[:, :, [1, 0, 2]]
    assert mean_error(tmp_path / "p.png", expected) < 2


@pytest.mark.parametrize("profile", [b"no profile", swapped_profile()[:200], b""])
def test_a_broken_profile_is_passed_over(profile: bytes, tmp_path: Path) -> None:
    path = written(tmp_path / "x.png", picture_bytes("PNG", icc_profile=profile))
    np.testing.assert_array_equal(load_image(path).pixels, scene())


def test_a_profile_of_another_kind_of_colours_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    Image.fromarray(scene()[:, :, 0]).save(path, icc_profile=swapped_profile())
    np.testing.assert_array_equal(load_image(path).pixels[:, :, 1], scene()[:, :, 0])


# -- turned --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("orientation", "turns"), [(1, 0), (3, 2), (6, 3), (8, 1)])
def test_heic_that_is_turned_by_exif_alone_is_made_upright(orientation: int, turns: int, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 1
    still = scene()[:48]
    path = tmp_path / "phone.heic"
    pillow_heif.from_pillow(Image.fromarray(still)).save(path, quality=95, exif=exif.tobytes())
    content, entry = path.read_bytes(), exif.tobytes()[-20:]
    place = content.index(struct.pack("<HHI", 0x0112, 3, 1)) if b"II*\0" in entry or b"II*\0" in content else None
    big = struct.pack(">HHI", 0x0112, 3, 1)
    place, order = (content.index(big), ">") if place is None or big in content else (place, "<")
    changed = bytearray(content)
    struct.pack_into(f"{order}H", changed, place + 8, orientation)
    path.write_bytes(changed)
    frame = load_image(path)
    assert frame.pixels.shape == np.rot90(still, turns).shape and read_size(path) == (frame.width, frame.height)
    assert np.abs(frame.pixels.astype(int) - np.rot90(still, turns)).mean() < 6


# -- TIFF of other kinds -------------------------------------------------------------------------------------


def tiff(values: NDArray[np.generic], **changed: int) -> bytes:
    """One strip of numbers `(H, W)` or `(H, W, 3)`; tags are named as t262."""
    height, width, channels = (*values.shape, 1)[:3]
    tags = {256: width, 257: height, 258: values.dtype.itemsize * 8, 259: 1, 262: 1 if channels == 1 else 2, 273: 8}
    tags |= {277: channels, 278: height, 279: values.nbytes, 339: {"u": 1, "i": 2, "f": 3}[values.dtype.kind]}
    tags |= {int(name[1:]): value for name, value in changed.items()}
    if tags.get(284) == 2:
        values = np.moveaxis(values, 2, 0)
    head = b"II*\0" + struct.pack("<I", 8 + values.nbytes) + values.tobytes() + struct.pack("<H", len(tags))
    return head + b"".join(struct.pack("<HHII", tag, 4, 1, tags[tag]) for tag in sorted(tags)) + bytes(4)


GREY = np.asarray(Image.fromarray(scene()).convert("L"))


@pytest.mark.parametrize("deep", [GREY.astype(np.uint16) * 257, GREY / np.float32(255)])
def test_deep_grey_is_read_also_where_white_is_zero(deep: NDArray[np.generic], tmp_path: Path) -> None:
    for white_is_zero in (0, 1):
        path = written(tmp_path / "x.tif", tiff(deep, t262=white_is_zero))
        grey = GREY if white_is_zero else 255 - GREY
        assert mean_error(path, np.repeat(grey[:, :, None], 3, axis=2)) < 1


def test_grey_of_32_bits_has_no_sign_unless_the_file_says_so(tmp_path: Path) -> None:
    path = written(tmp_path / "x.tif", tiff(GREY.astype(np.uint32) * 0x1010101))
    stretched = GREY * (255 / GREY.max())
    assert mean_error(path, np.repeat(stretched[:, :, None], 3, axis=2)) < 2


def linear_grey() -> bytes:
    """The colour profile of grey values that are proportional to light."""
    tags = {
        b"wtpt": b"XYZ " + struct.pack(">i3i", 0, 63190, 65536, 54061),
        b"kTRC": b"curv" + struct.pack(">iIHH", 0, 1, 256, 0),
        b"desc": b"desc" + struct.pack(">iI", 0, 5) + b"grey\0" + bytes(79),
        b"cprt": b"text" + bytes(4) + b"none",
    }
    table, body, start = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for name, content in tags.items():
        table += name + struct.pack(">II", start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    kind = struct.pack(">I4sI4s4s4s", start + len(body), b"lcms", 0x2400000, b"mntr", b"GRAY", b"XYZ ")
    return kind + bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061) + bytes(48) + table + body


def test_deep_grey_has_its_colour_profile_too(tmp_path: Path) -> None:
    for name, grey in (("8.png", GREY), ("16.png", GREY.astype(np.uint16) * 257)):
        Image.fromarray(grey).save(tmp_path / name, icc_profile=linear_grey())
    plain = load_image(tmp_path / "8.png").pixels
    assert np.abs(plain[:, :, 0].astype(int) - GREY).mean() > 20
    assert mean_error(tmp_path / "16.png", plain) < 1


def test_a_picture_of_floating_point_numbers_has_the_size_that_it_is_read_with(tmp_path: Path) -> None:
    path = written(tmp_path / "x.tif", tiff(scene()[:48] / np.float32(255), t274=6))
    assert read_size(path) == (48, 64) and mean_error(path, np.rot90(scene()[:48], -1)) < 1


def test_deep_colours_in_planes_are_refused_where_they_would_be_mixed_up(tmp_path: Path) -> None:
    path = written(tmp_path / "x.tif", tiff(scene().astype(np.uint16) * 257, t284=2))
    for read in (load_image, read_size, lambda path: thumbnail(path, 10)):
        with pytest.raises(MediaError, match=r"x\.tif keeps deep colours in separate planes"):
            read(path)


# -- damage --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", [2, 12, 0.2])
@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_a_jpeg_without_its_last_bytes_is_read_with_a_remark(
    lost: float, options: dict[str, bool], tmp_path: Path
) -> None:
    whole = picture_bytes("JPEG", side=160, quality=92, **options)
    cut = len(whole) - lost if lost >= 1 else int(len(whole) * (1 - lost))
    frame = load_image(written(tmp_path / "cut.jpg", whole[: int(cut)]))
    assert np.abs(frame.pixels[:80].astype(int) - scene(160)[:80]).mean() < 8
    assert frame.remarks == ("cut.jpg is damaged or incomplete: what could be read was taken.",)
    assert max(thumbnail(tmp_path / "cut.jpg", 32).shape) == 32


def test_a_jpeg_with_a_wrong_byte_is_read_with_a_remark(tmp_path: Path) -> None:
    whole = picture_bytes("JPEG", side=160, quality=92)
    assert load_image(written(tmp_path / "whole.jpg", whole + b"SEFH" + bytes(500))).remarks == ()
    told = 0
    for place in range(700, len(whole) - 2, 101):
        wrong = bytearray(whole)
        wrong[place] ^= 0x55
        frame = load_image(written(tmp_path / "wrong.jpg", wrong))
        assert frame.pixels.shape == (160, 160, 3)
        told += any(remark.startswith("wrong.jpg is damaged (Corrupt JPEG data") for remark in frame.remarks)
    assert told >= 5  # where the wrong byte does not happen to be a right one for another picture


def test_a_png_without_its_end_is_read_with_a_remark(tmp_path: Path) -> None:
    frame = load_image(written(tmp_path / "x.png", picture_bytes("PNG")[:-12]))
    np.testing.assert_array_equal(frame.pixels, scene())


def test_what_one_thread_takes_of_a_damaged_file_changes_nothing_for_others(tmp_path: Path) -> None:
    load_image(written(tmp_path / "cut.jpg", picture_bytes("JPEG")[:-100]))
    from PIL import ImageFile

    assert not ImageFile.LOAD_TRUNCATED_IMAGES


# -- raw photos ----------------------------------------------------------------------------------------------


def raw_like(order: str, sensor: bool, jpeg: bool = False) -> bytes:
    """A preview of 16 x 16 first; the large picture, and perhaps the sensor's values, in directories inside it."""
    large = picture_bytes("JPEG") if jpeg else scene().tobytes()
    small = scene()[::4, ::4].tobytes()
    blob = small + large
    places = {"small": 8, "large": 8 + len(small)}
    ends = [8 + len(blob)]

    def directory(at: int, entries: list[tuple[int, int, int]], bits: bool) -> bytes:
        end = at + 2 + 12 * (len(entries) + bits) + 4
        fields = [*entries, (258, 3, -1)] if bits else entries
        data = struct.pack(f"{order}H", len(fields))
        for tag, kind, value in sorted(fields):
            if value == -1:
                data += struct.pack(f"{order}HHII", tag, kind, 3, end)
            elif kind == 3:
                data += struct.pack(f"{order}HHIHH", tag, kind, 1, value, 0)
            else:
                data += struct.pack(f"{order}HHII", tag, kind, 1, value)
        data += struct.pack(f"{order}I", 0)
        return data + (struct.pack(f"{order}HHH", 8, 8, 8) if bits else b"")

    def picture(side: int, start: int, length: int, more: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        return [(256, 4, side), (257, 4, side), (259, 3, 1), (262, 3, 2), (273, 4, start), (277, 3, 3), (278, 4, side),
                (279, 4, length), *more]  # fmt: skip

    if jpeg:
        inside = [(254, 4, 0), (256, 4, 64), (257, 4, 64), (259, 3, 6), (262, 3, 6),
                  (513, 4, places["large"]), (514, 4, len(large))]  # fmt: skip
    else:
        inside = picture(64, places["large"], len(large), [(254, 4, 0)])
    first = picture(16, 8, len(small), [(254, 4, 1), (330, 4, 0)])
    length = len(directory(0, first, True))
    sub = ends[0] + length
    values = [(254, 4, 0), (256, 4, 4000), (257, 4, 3000), (259, 3, 1), (262, 3, 32803)]
    body = directory(sub, inside, not jpeg)
    chain = struct.pack(f"{order}I", sub + len(body)) if sensor else struct.pack(f"{order}I", 0)
    first = [entry if entry[0] != 330 else (330, 4, sub) for entry in first]
    head = directory(ends[0], first, True)
    at = 2 + 12 * 11  # of the offset of the next directory
    head = head[:at] + chain + head[at + 4 :]
    tail = directory(sub + len(body), values, False) if sensor else b""
    mark = b"II" if order == "<" else b"MM"
    return mark + struct.pack(f"{order}HI", 42, ends[0]) + blob + head + body + tail


@pytest.mark.parametrize("suffix", ["dng", "nef", "tif"])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("jpeg", [False, True])
def test_the_largest_picture_of_a_raw_photo_is_read(suffix: str, order: str, jpeg: bool, tmp_path: Path) -> None:
    path = written(tmp_path / f"photo.{suffix}", raw_like(order, sensor=False, jpeg=jpeg))
    frame = load_image(path)
    assert read_size(path) == (64, 64) and frame.remarks == ()
    assert np.abs(frame.pixels.astype(int) - scene()).mean() < 6
    assert thumbnail(path, 32).shape == (32, 32, 3)


def test_a_raw_photo_of_which_only_a_preview_can_be_read_says_so(tmp_path: Path) -> None:
    frame = load_image(written(tmp_path / "photo.nef", raw_like("<", sensor=True)))
    np.testing.assert_array_equal(frame.pixels, scene())
    assert frame.remarks == (
        "photo.nef is a raw photo of 4000 x 3000 pixels, of which a preview of 64 x 64 was read: pip install rawpy "
        "reads all of it.",
    )
    with pytest.raises(MediaError, match="is a raw photo that cannot be read: pip install rawpy"):
        load_image(written(tmp_path / "other.raf", b"FUJIFILMCCD-RAW " + bytes(100)))


def test_with_rawpy_the_whole_photo_is_developed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = np.tile(scene(), (2, 3, 1))

    class Raw:
        sizes = types.SimpleNamespace(width=192, height=128)

        def __enter__(self) -> Raw:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def postprocess(self, **_: object) -> NDArray[np.uint8]:
            return whole

    module = types.ModuleType("rawpy")
    module.imread = lambda _path: Raw()  # type: ignore[attr-defined]
    module.__spec__ = ModuleSpec("rawpy", None)
    monkeypatch.setitem(sys.modules, "rawpy", module)
    path = written(tmp_path / "photo.cr3", b"anything")
    np.testing.assert_array_equal(load_image(path).pixels, whole)
    assert read_size(path) == (192, 128)
    with monkeypatch.context() as patch, pytest.raises(MediaError, match="192 x 128"):
        patch.setattr("tinyface_core.media.opening.LARGEST_PIXELS", 1000)
        load_image(path)

    def no_room(_self: Raw, **_: object) -> None:
        raise RuntimeError("Out of memory")  # LibRaw's own

    monkeypatch.setattr(Raw, "postprocess", no_room)
    with pytest.raises(MediaError, match="does not fit into memory"):
        load_image(path)


def test_directories_that_lead_in_circles_end(tmp_path: Path) -> None:
    content = bytearray(raw_like("<", sensor=True))
    last = content.rindex(struct.pack("<HHII", 262, 3, 1, 0)[:8]) + 12
    struct.pack_into("<I", content, last, struct.unpack_from("<I", content, 4)[0])
    np.testing.assert_array_equal(load_image(written(tmp_path / "photo.nef", content)).pixels, scene())


# -- pictures that show nothing ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [(255, 255, "of one colour"), (90, 90, "of one colour"), (0, 9, "black"), (246, 255, "white")],
)
def test_a_picture_that_shows_nothing_gets_a_remark(low: int, high: int, word: str, tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(low, high + 1, (64, 64, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "x.png")
    (remark,) = load_image(tmp_path / "x.png").remarks
    assert remark.startswith("x.png is ") and word in remark


def test_a_picture_that_is_tiny_for_its_file_gets_a_remark(tmp_path: Path) -> None:
    path = written(tmp_path / "x.png", picture_bytes("PNG") + bytes(400_000))
    (remark,) = load_image(path).remarks
    assert "0.4 MB and only 64 x 64 pixels" in remark


# -- bounds --------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes in folders")
def test_pipes_and_devices_are_refused_before_they_are_opened(tmp_path: Path) -> None:
    pipe, device = tmp_path / "pipe.jpg", tmp_path / "device.jpg"
    os.mkfifo(pipe)
    device.symlink_to("/dev/zero")
    for path in (pipe, device):
        for read in (load_image, read_size, lambda path: thumbnail(path, 10), lambda path: list(read_frames(path))):
            with pytest.raises(MediaError, match=f"{path.name} is no regular file"):
                read(path)
        with pytest.raises(UserError, match="no regular file"):
            fingerprint(path)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="files that the system makes up are those of Linux")
def test_files_that_the_system_makes_up_have_no_content(tmp_path: Path) -> None:
    path = tmp_path / "made-up.jpg"
    path.symlink_to("/proc/self/maps")  # others, such as /proc/kmsg, never end
    with pytest.raises(MediaError, match=r"made-up\.jpg is empty"):
        load_image(path)
    assert fingerprint(path) == (hashlib.sha256().hexdigest(), 0)


LARGE = {
    "radiance.hdr": b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 60000 +X 60000\n" + bytes(64),
    "radiance.jpg": b"#?RGBE\n\n+X 60000 -Y 60000\n" + bytes(64),
    "open.exr": b"\x76\x2f\x31\x01\x02\0\0\0dataWindow\0box2i\0\x10\0\0\0" + struct.pack("<4i", 0, 0, 59999, 59999),
    "map.pfm": b"PF\n60000 60000\n-1.0\n" + bytes(64),
}


@pytest.mark.parametrize("name", LARGE)
def test_the_limit_is_checked_before_anything_is_unpacked(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cv2, "imdecode", None)  # to call it would be a TypeError
    path = written(tmp_path / name, LARGE[name])
    for read in (load_image, read_size, lambda path: thumbnail(path, 10)):
        with pytest.raises(MediaError, match=f"{name} has 60000 x 60000 pixels"):
            read(path)


def test_headers_without_a_size_are_damaged(tmp_path: Path) -> None:
    for content in (b"#?RADIANCE\n\n", b"\x76\x2f\x31\x01" + bytes(60), b"II*\0" + bytes(4)):
        with pytest.raises(MediaError):
            load_image(written(tmp_path / "x.jpg", content))


def test_radiance_and_portable_float_maps_are_read(tmp_path: Path) -> None:
    values = scene().astype(np.float32)[:, :, ::-1] / 255
    pfm = b"PF\n64 64\n-1.0\n" + values[::-1, :, ::-1].astype("<f4").tobytes()
    written(tmp_path / "x.pfm", pfm)
    for name in ("x.pfm", "x.hdr", "x.tiff"):
        if name != "x.pfm":
            cv2.imwrite(str(tmp_path / name), values)
        assert mean_error(tmp_path / name, scene()) < 3 and read_size(tmp_path / name) == (64, 64)
