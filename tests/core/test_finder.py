"""FaceFinder with parts whose answers are known."""

import math
import threading
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tinyface_core.finder import FaceFinder, FinderSettings, Judgement, fuse, visible, within_budget
from tinyface_core.types import Cancelled, CancelToken, Face, Frame, Proposal, RgbImage


class FixedDetector:
    name, digest = "fixed", "abc"

    def __init__(self, proposals: list[Proposal]) -> None:
        self.proposals = proposals

    def propose(self, images: Sequence[RgbImage], cancel: CancelToken | None = None) -> list[list[Proposal]]:
        return [self.proposals for _ in images]


class BrightIsFace:
    """Calls a crop a face as far as it is bright; counts what it was given."""

    name, digest, low, high, context, enlarged_to = "bright", "def", 16, 64, 0.5, 64.0
    surroundings, surroundings_context = 0, 1.0
    fusion: Mapping[str, float] = {
        "detector": 0.0,
        "face": 1.0,
        "bias": 0.0,
        "detector_alone": 2.0,
        "bias_alone": 0.0,
    }

    def __init__(self) -> None:
        self.generated = 0
        self.batches: list[int] = []

    def generate(self, low: NDArray[np.uint8]) -> torch.Tensor:
        assert low.shape[1:] == (16, 16, 3)
        self.generated += len(low)
        return torch.from_numpy(low).permute(0, 3, 1, 2).float().repeat_interleave(4, 2).repeat_interleave(4, 3) / 255

    def judge(self, high: torch.Tensor, surroundings: NDArray[np.uint8] | None = None) -> Judgement:
        assert high.shape[1:] == (3, 64, 64) and surroundings is None
        self.batches.append(len(high))
        face = high.mean(dim=(1, 2, 3)).numpy()
        return Judgement(face, 1 - face)

    def leave_accelerator(self) -> bool:
        return False


def frame() -> Frame:
    pixels = np.zeros((200, 300, 3), np.uint8)
    pixels[:, 150:] = 255
    return Frame(pixels, "made.png")


DARK, BRIGHT, LARGE = (40.0, 40.0, 52.0, 52.0), (200.0, 40.0, 212.0, 52.0), (180.0, 80.0, 280.0, 180.0)
PROPOSALS = [Proposal(DARK, 0.9, 4), Proposal(BRIGHT, 0.4, 4), Proposal(LARGE, 0.5, 16)]


def test_the_face_head_reorders_what_the_detector_found() -> None:
    result = FaceFinder(FixedDetector(PROPOSALS), BrightIsFace()).find(frame())
    assert [face.box for face in result.faces][-1] == DARK
    assert result.candidates == 3 and result.refined == 3
    by_box = {face.box: face for face in result.faces}
    assert by_box[BRIGHT].face_probability == pytest.approx(1.0)
    assert by_box[DARK].detector_score == pytest.approx(0.9)
    assert result.weights == {"detector": "fixed abc", "gan": "bright def"}


def test_large_candidates_go_to_the_discriminator_without_the_generator() -> None:
    stage = BrightIsFace()
    FaceFinder(FixedDetector(PROPOSALS), stage).find(frame())
    assert stage.generated == 2 and sum(stage.batches) == 3


def test_the_budget_is_kept_and_told() -> None:
    result = FaceFinder(FixedDetector(PROPOSALS), BrightIsFace(), FinderSettings(refine_budget=1)).find(frame())
    assert result.refined == 1
    assert [face.box for face in result.faces if face.refined] == [BRIGHT]


def test_without_refining_the_scores_are_the_detectors() -> None:
    result = FaceFinder(FixedDetector(PROPOSALS), BrightIsFace(), FinderSettings(refine=False)).find(frame())
    assert [face.score for face in result.faces] == [0.9, 0.5, 0.4]
    assert result.refined == 0 and "gan" not in result.weights


def test_boxes_move_towards_those_of_the_second_stage_as_far_as_the_rule_trusts_it() -> None:
    class AlsoPlaces(BrightIsFace):
        fusion: Mapping[str, float] = {"box": 0.25}

        def judge(self, high: torch.Tensor, surroundings: NDArray[np.uint8] | None = None) -> Judgement:
            judgement = super().judge(high)
            place = np.array([[0.5, 0.25, 1.5, 0.75]], np.float32)
            return Judgement(judgement.face, judgement.real, np.repeat(place, len(high), axis=0))

    proposal = Proposal((280.0, 80.0, 300.0, 100.0), 0.6)  # its region with context: 275, 75 to 305, 105
    (face,) = FaceFinder(FixedDetector([proposal]), AlsoPlaces()).find(frame()).faces
    # The second stage's box is 290, 82.5 to 320, 97.5; what reaches past the picture is cut.
    assert face.box == pytest.approx((282.5, 80.625, 300.0, 99.375), abs=1e-4)
    assert face.score == 0.6, "a rule without weights of scores keeps the detector's"
    (left,) = FaceFinder(FixedDetector([proposal]), BrightIsFace()).find(frame()).faces
    assert left.box == proposal.box
    (large,) = FaceFinder(FixedDetector([Proposal(LARGE, 0.6)]), AlsoPlaces()).find(frame()).faces
    assert large.box == LARGE, "what was not enlarged stays where the detector saw it"


def test_a_stage_that_asks_for_surroundings_gets_those_of_enlarged_candidates() -> None:
    class LooksAround(BrightIsFace):
        surroundings, surroundings_context = 24, 3.0

        def __init__(self) -> None:
            super().__init__()
            self.given: list[NDArray[np.uint8] | None] = []

        def judge(self, high: torch.Tensor, surroundings: NDArray[np.uint8] | None = None) -> Judgement:
            self.given.append(surroundings)
            return super().judge(high)

    stage = LooksAround()
    beside_the_edge = Proposal((130.0, 40.0, 142.0, 52.0), 0.5)  # dark, and bright 8 pixels further right
    FaceFinder(FixedDetector([beside_the_edge, Proposal(LARGE, 0.5)]), stage).find(frame())
    around, nothing = stage.given
    assert nothing is None, "what is large enough is judged by itself"
    assert around is not None and around.shape == (1, 24, 24, 3)
    # Four times the box: from 112 to 160 in the picture, half as large here, the edge at 150 so at 19.
    assert around[0, 12, 17].max() < 10 and around[0, 12, 21].min() > 245


def test_least_certain_and_smallest_candidates_come_first() -> None:
    small, large = (0.0, 0.0, 8.0, 8.0), (0.0, 0.0, 128.0, 128.0)
    proposals = [Proposal(small, 0.95), Proposal(small, 0.5), Proposal(large, 0.5), Proposal(small, 0.4)]
    assert within_budget(proposals, 2) == [1, 3]
    assert within_budget(proposals, 10) == [0, 1, 2, 3]


def test_fusion_is_logistic_in_both_logits() -> None:
    rule = {"detector": 2.0, "face": 1.0, "bias": -0.5}
    total = 2 * math.log(0.8 / 0.2) + math.log(0.3 / 0.7) - 0.5
    assert fuse(0.8, 0.3, rule) == pytest.approx(1 / (1 + math.exp(-total)))
    assert fuse(0.8, 0.3, {}) == 0.8


def test_candidates_outside_of_the_budget_are_calibrated_without_the_face_head() -> None:
    result = FaceFinder(FixedDetector(PROPOSALS), BrightIsFace(), FinderSettings(refine_budget=1)).find(frame())
    by_box = {face.box: face for face in result.faces}
    assert by_box[DARK].face_probability is None
    assert by_box[DARK].score == pytest.approx(1 / (1 + math.exp(-2 * math.log(0.9 / 0.1))))


def test_thresholds_are_applied_to_what_was_found_already() -> None:
    faces = [Face((0, 0, 10, 10), 0.9, 0.9), Face((1, 0, 11, 10), 0.8, 0.8), Face((50, 50, 55, 56), 0.3, 0.3)]
    assert visible(faces, min_score=0.5) == (faces[0], faces[1])
    assert visible(faces, min_size=8) == (faces[0], faces[1])
    assert visible(faces, nms_iou=0.5) == (faces[0], faces[2])
    assert visible([], nms_iou=0.5) == ()


def test_cancelling_stops_between_batches() -> None:
    cancel = threading.Event()

    def stop_at_second(stage: str, done: int, total: int) -> None:
        if stage == "discriminate":
            cancel.set()

    finder = FaceFinder(FixedDetector(PROPOSALS), BrightIsFace(), FinderSettings(batch=1))
    with pytest.raises(Cancelled):
        finder.find(frame(), cancel, stop_at_second)


class Cramped(BrightIsFace):
    """Has room for so many crops at a time."""

    def __init__(self, room: int, error: type[RuntimeError] = torch.OutOfMemoryError) -> None:
        super().__init__()
        self.room, self.error = room, error

    def judge(self, high: torch.Tensor, surroundings: NDArray[np.uint8] | None = None) -> Judgement:
        if len(high) > self.room:
            raise self.error("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes")
        return super().judge(high)


@pytest.mark.parametrize("error", [torch.OutOfMemoryError, RuntimeError])
def test_when_memory_runs_out_fewer_are_judged_at_a_time_and_the_result_says_so(error: type[RuntimeError]) -> None:
    many = [Proposal((x, 40.0, x + 12.0, 52.0), 0.5, 4) for x in range(0, 280, 14)] + [Proposal(LARGE, 0.5, 16)]
    stage, plenty = Cramped(3, error), BrightIsFace()
    result = FaceFinder(FixedDetector(many), stage).find(frame())
    reference = FaceFinder(FixedDetector(many), plenty).find(frame())
    assert result.faces == reference.faces and result.refined == 21
    assert max(stage.batches) == 2 and sum(stage.batches) == 21
    assert result.remarks == ("Memory ran out: the second stage judged 2 candidates at a time.",)
    assert reference.remarks == ()


def test_without_memory_for_a_single_candidate_one_sentence_is_raised() -> None:
    with pytest.raises(MemoryError, match="not enough memory for the second stage"):
        FaceFinder(FixedDetector(PROPOSALS), Cramped(0)).find(frame())


def test_without_memory_on_an_accelerator_the_processor_takes_over() -> None:
    class OnAccelerator(Cramped):
        def leave_accelerator(self) -> bool:
            left, self.room = self.room == 0, 1000
            return left

    result = FaceFinder(FixedDetector(PROPOSALS), OnAccelerator(0)).find(frame())
    assert result.faces == FaceFinder(FixedDetector(PROPOSALS), BrightIsFace()).find(frame()).faces
    assert result.remarks == ("Memory of the accelerator ran out: the second stage ran on the processor.",)


def test_other_errors_of_a_network_are_not_taken_for_lack_of_memory() -> None:
    class Broken(BrightIsFace):
        def judge(self, high: torch.Tensor, surroundings: NDArray[np.uint8] | None = None) -> Judgement:
            raise RuntimeError("size mismatch")

    with pytest.raises(RuntimeError, match="size mismatch"):
        FaceFinder(FixedDetector(PROPOSALS), Broken()).find(frame())


def test_a_picture_without_candidates_gives_an_empty_result() -> None:
    result = FaceFinder(FixedDetector([]), BrightIsFace()).find(frame())
    assert result.faces == () and result.refined == 0
