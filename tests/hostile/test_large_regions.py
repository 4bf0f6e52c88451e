"""Regions of any size are cut and enlarged in bounded memory, or refused in a sentence."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from tinyface_core.commands.app import app
from tinyface_core.rois import cut_rois
from tinyface_core.types import Frame
from tinyface_core.upscalers.comparison import LARGEST_MADE, LARGEST_ORIGINAL, compare_crops
from tinyface_core.upscalers.interpolation import Interpolation

NOISE = np.random.default_rng(0).integers(0, 255, (120, 160, 3), np.uint8)


def peak_megabytes(work: object) -> float:
    tracemalloc.start()
    try:
        work()  # type: ignore[operator]
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


def test_a_region_far_larger_than_its_picture_is_cut_in_bounded_memory() -> None:
    region = np.array([[-400_000.0, -400_000.0, 400_000.0, 400_000.0]])
    assert peak_megabytes(lambda: cut_rois(NOISE, region, 64)) < 300


def test_every_nth_pixel_of_a_large_region_shows_what_all_of_them_show() -> None:
    ramp = np.linspace(0, 255, 32_000)
    picture = np.repeat(np.rint(ramp).astype(np.uint8)[None, :, None], 3, axis=2)
    (crop,) = cut_rois(picture, np.array([[0.0, 0.0, 32_000.0, 32_000.0]]), 64)
    np.testing.assert_allclose(crop[:, :, 1], np.tile(ramp.reshape(64, -1).mean(axis=1), (64, 1)), atol=2)


@pytest.mark.parametrize(("side", "factor"), [(18_000.0, 4), (3_000.0, 16), (300_000.0, 1)])
def test_a_large_face_is_shown_but_not_enlarged(side: float, factor: int) -> None:
    (made,) = compare_crops(Frame(NOISE, "a"), [(0.0, 0.0, side, side)], [Interpolation("bicubic")], factor)
    assert made.enlargements == () and max(made.original.shape) <= LARGEST_ORIGINAL


def test_as_large_as_is_allowed_is_enlarged() -> None:
    box = (0.0, 0.0, 100.0, 100.0)
    (made,) = compare_crops(Frame(NOISE, "a"), [box], [Interpolation("nearest")], LARGEST_MADE // 140)
    assert made.enlargements[0].pixels.shape[0] == 140 * (LARGEST_MADE // 140)


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (["--box", "0,0,1e9,1e9"], "reaches far out of the picture"),
        (["--box", "-1e300,0,10,10"], "reaches far out of the picture"),
        (["--box", "nan,0,10,10"], "empty"),
        (["--box", "0,0,inf,10"], "reaches far out of the picture"),
        (["--box", "-100,-100,300,230", "--factor", "16"], "give a smaller --factor"),
    ],
)
def test_a_box_that_is_too_large_is_one_sentence(
    small_weights: Path, tmp_path: Path, options: list[str], wanted: str
) -> None:
    Image.fromarray(NOISE).save(tmp_path / "a.png")
    done = CliRunner().invoke(app, ["compare", str(tmp_path / "a.png"), "--methods", "nearest", *options])
    assert done.exit_code == 1 and wanted in done.output and done.output.count("\n") == 1
