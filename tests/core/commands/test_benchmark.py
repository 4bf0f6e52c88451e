"""`tinyface benchmark`: real times of real stages."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tinyface_core.commands.app import app


def test_every_stage_is_timed_at_the_size_asked_for(small_weights: Path, photo: Path) -> None:
    done = CliRunner().invoke(app, ["benchmark", str(photo), "--size", "96x64", "--repeat", "2", "--json"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.output)
    (picture,) = figures["pictures"]
    assert (picture["width"], picture["height"]) == (96, 64)
    stages = picture["stages"]
    assert list(stages) == ["prepare", "detect", "crop", "surroundings", "generate", "discriminate", "merge", "whole"]
    parts = [times["median"] for stage, times in stages.items() if stage != "whole"]
    assert min(parts) > 0 and stages["whole"]["median"] == pytest.approx(sum(parts), rel=0.5)
    assert figures["peak_memory_megabytes"] > 50


def test_the_bundled_sample_is_measured_by_default(small_weights: Path) -> None:
    done = CliRunner().invoke(app, ["benchmark", "--repeat", "1", "--no-second-stage"])
    assert done.exit_code == 0, done.output
    assert "orchestra.webp, 1024 x 613" in done.output and "peak memory" in done.output


@pytest.mark.parametrize("size", ["big", "10", "0x5", "100000x100000"])
def test_a_wrong_size_is_one_sentence(small_weights: Path, photo: Path, size: str) -> None:
    done = CliRunner().invoke(app, ["benchmark", str(photo), "--size", size])
    assert done.exit_code == 1 and ("1024x768" in done.output or "smaller size" in done.output)


def test_photos_that_cannot_be_read_are_told_and_the_others_measured(small_weights: Path, photo: Path) -> None:
    bad = photo.with_name("bad.jpg")
    bad.write_bytes(b"damaged")
    done = CliRunner().invoke(app, ["benchmark", str(bad), str(photo), "--size", "96x64", "--repeat", "1", "--json"])
    assert done.exit_code == 1 and [Path(one["source"]) for one in json.loads(done.stdout)["pictures"]] == [photo]
    assert "1 of 2 failed" in done.stderr and done.stderr.count("bad.jpg") == 2
