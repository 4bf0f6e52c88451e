"""Time estimates come from real steps, and presets from the time."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import tinyface_core.training.finetune.estimate as module
from tests.core.tiny_world import NUMBERS
from tinyface_core.training.finetune.estimate import Estimate, measure, read_estimate
from tinyface_core.training.finetune.request import PAPER, FineTuneRequest, Numbers, Preset
from tinyface_core.training.gan_settings import PERCEPTUAL_WEIGHT
from tinyface_core.types import UserError

MEASURED = Estimate(10, 0.1, 0.5, 2.0, 0.0, 100, 10, "cpu")


def test_a_preset_takes_the_steps_that_its_time_allows() -> None:
    numbers = MEASURED.numbers_for(Preset(600, 10_000), NUMBERS)
    assert MEASURED.seconds(numbers) == pytest.approx(600, abs=2.0)
    assert numbers.gan_steps == NUMBERS.gan_steps
    assert MEASURED.numbers_for(Preset(600, 50), NUMBERS).detector_steps == 50
    both = replace(MEASURED, gan_step=0.5).numbers_for(Preset(600, 10_000), NUMBERS)
    assert both.gan_steps == pytest.approx(4 * both.detector_steps, rel=0.05)


def test_a_device_that_is_too_slow_for_a_preset_says_how_long_it_really_takes() -> None:
    slow = replace(MEASURED, detector_step=60.0)
    numbers = slow.numbers_for(Preset(300, 10_000), NUMBERS)
    assert slow.seconds(numbers) > 300


def test_steps_are_measured_for_what_is_trained(request_: FineTuneRequest) -> None:
    estimate = measure(replace(request_, target="both"))
    assert estimate.detector_step > 0 and estimate.gan_step > 0 and estimate.search > 0
    assert (estimate.pictures, estimate.held_back, estimate.device) == (4, 2, "cpu")
    # Four pictures, two a step; crops of four faces, a rejected place and random ones in each, four a step.
    assert estimate.detector_epoch == 2
    assert 4 <= estimate.gan_epoch <= 50


def test_epochs_are_so_many_times_all_of_the_data() -> None:
    both = replace(MEASURED, gan_step=0.5, detector_epoch=12, gan_epoch=30)
    numbers = both.with_epochs(2.5, NUMBERS)
    assert (numbers.detector_steps, numbers.gan_steps) == (30, 75)
    assert replace(both, gan_epoch=0).with_epochs(1, NUMBERS).gan_steps == NUMBERS.gan_steps


def test_the_process_tells_a_failure_in_one_sentence(request_: FineTuneRequest, tmp_path: Path) -> None:
    request = replace(request_, sources=(replace(request_.sources[0], annotations=str(tmp_path / "none.tinyface")),))
    request.save(tmp_path / "request.json")
    command = [sys.executable, "-m", module.__name__, str(tmp_path / "request.json"), str(tmp_path / "result.json")]
    assert subprocess.run(command, capture_output=True, timeout=100, check=False).returncode == 1
    with pytest.raises(UserError, match="does not exist"):
        read_estimate(tmp_path / "result.json")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"start": "soon"}', "\x00"])
def test_a_result_that_makes_no_sense_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "result.json").write_text(content)
    with pytest.raises(UserError, match="ended without a result"):
        read_estimate(tmp_path / "result.json")


def test_the_papers_numbers_are_those_of_the_paper() -> None:
    assert (PAPER.alpha, PAPER.beta, PAPER.generator_rate) == (0.001, 0.01, 1e-4)
    assert (PAPER.perceptual, Numbers().perceptual) == (0.0, PERCEPTUAL_WEIGHT)
    assert PAPER.pixel is True and PAPER.adversarial is True and PAPER.classification is True and PAPER.refine is True
