"""FaceFinder with parts whose answers are known."""

import math
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tinyface_core.detector.one_by_one import PLAN
from tinyface_core.detector.pyramid import PyramidLevel, SearchPlan
from tinyface_core.gan.fusion import fuse, log_odds
from tinyface_core.gan.networks import DiscriminatorArrays, Enlarged, SurroundingsArrays
from tinyface_core.gan.second_stage import Judgement
from tinyface_core.gan.stage import GanSecondStage
from tinyface_core.own_weights import installed_weights
from tinyface_core.presets import GAN_PRESETS, GanPreset
from tinyface_core.runtime import Runtime
from tinyface_core.search.budget import within_budget
from tinyface_core.search.finder import FaceFinder, build_finder, visible
from tinyface_core.search_settings import Effort, SearchSettings
from tinyface_core.types import Cancelled, Detections, Frame, RgbImage, UserError


class FixedDetector:
    name, digest, plan, runtime = "fixed", "abc", PLAN, Runtime("cpu", "made", "float64")

    def __init__(self, proposals: Detections) -> None:
        self.proposals = proposals

    def propose(self, pixels: RgbImage, finest_stride: int = 0) -> Detections:
        return self.proposals

    def leave_accelerator(self) -> bool:
        return False


class BrightIsFace:
    """Calls a candidate a face as far as its place is bright; counts what it was given."""

    name, digest, context, runtime = "bright", "def", 0.5, Runtime("cpu", "made", "float64")
    fusion: Mapping[str, float] = {
        "detector": 0.0,
        "face": 1.0,
        "bias": 0.0,
        "detector_alone": 2.0,
        "bias_alone": 0.0,
    }

    def __init__(self) -> None:
        self.batches: list[int] = []

    def undecided(self, candidates: Detections) -> NDArray[np.bool_]:
        return np.ones(len(candidates), bool)

    def judge(self, picture: RgbImage, candidates: Detections) -> Judgement:
        self.batches.append(len(candidates))
        said = Judgement.nothing(len(candidates))
        said.face[:] = [
            picture[int(y1) : int(y2), int(x1) : int(x2)].mean() / 255 for x1, y1, x2, y2 in candidates.boxes
        ]
        said.real[:] = 1 - said.face
        return replace(said, timings={"discriminate": 0.5})

    def leave_accelerator(self) -> bool:
        return False


def frame() -> Frame:
    pixels = np.zeros((200, 300, 3), np.uint8)
    pixels[:, 150:] = 255
    return Frame(pixels, "made.png")


def proposals(*found: tuple[tuple[float, float, float, float], float]) -> Detections:
    return Detections.of([box for box, _ in found], [score for _, score in found])


DARK, BRIGHT, LARGE = (40.0, 40.0, 52.0, 52.0), (200.0, 40.0, 212.0, 52.0), (180.0, 80.0, 280.0, 180.0)
PROPOSALS = proposals((DARK, 0.9), (BRIGHT, 0.4), (LARGE, 0.5))


def test_the_face_head_reorders_what_the_detector_found() -> None:
    result = FaceFinder(FixedDetector(PROPOSALS), BrightIsFace()).find(frame())
    assert result.timings["discriminate"] == 0.5
    assert [face.box for face in result.faces][-1] == DARK
    assert result.candidates == 3 and result.refined == 3
    by_box = {face.box: face for face in result.faces}
    assert by_box[BRIGHT].face_probability == pytest.approx(1.0)
    assert by_box[DARK].detector_score == pytest.approx(0.9)
    assert result.weights == {"detector": "fixed abc", "gan": "bright def"}


def test_large_candidates_go_to_the_discriminator_without_the_generator() -> None:
    stage = Networks()
    FaceFinder(FixedDetector(PROPOSALS), GanSecondStage(stage)).find(frame())
    assert sum(stage.enlarged) == 2 and sum(stage.judged) == 3


def test_the_budget_is_kept_and_told() -> None:
    result = FaceFinder(FixedDetector(PROPOSALS), BrightIsFace(), SearchSettings(budget=1)).find(frame())
    assert result.refined == 1
    assert [face.box for face in result.faces if face.refined] == [BRIGHT]


def test_without_refining_the_scores_are_the_detectors() -> None:
    result = FaceFinder(FixedDetector(PROPOSALS), BrightIsFace(), SearchSettings(second_stage=False)).find(frame())
    assert [face.score for face in result.faces] == [0.9, 0.5, 0.4]
    assert result.refined == 0 and "gan" not in result.weights


class Networks:
    """Stands in for trained networks: every crop is a face as far as it is bright, at a fixed place."""

    has_surroundings, runtime = True, Runtime("cpu", "made", "float32")

    def __init__(self, preset: GanPreset = GAN_PRESETS["tiny"]) -> None:
        self.preset = preset
        self.enlarged: list[int] = []
        self.judged: list[int] = []
        self.seen: list[NDArray[np.float32]] = []
        self.around: list[NDArray[np.uint8]] = []
        self.place: NDArray[np.float32] | None = None

    def enlarge(self, low: NDArray[np.uint8]) -> Enlarged:
        assert low.shape[1:] == (16, 16, 3)
        self.enlarged.append(len(low))
        high = low.repeat(4, axis=1).repeat(4, axis=2) / np.float32(255)
        return Enlarged(high, high)

    def judge(self, high: NDArray[np.float32]) -> DiscriminatorArrays:
        assert high.shape[1:] == (64, 64, 3)
        self.judged.append(len(high))
        self.seen.append(high)
        face = high.mean(axis=(1, 2, 3)) * 8 - 4
        place = np.array([[0.5, 0.25, 1.5, 0.75]], np.float32)
        return DiscriminatorArrays(-face, face, np.repeat(place, len(high), axis=0))

    def judge_surroundings(self, around: NDArray[np.uint8]) -> SurroundingsArrays:
        assert around.shape[1:] == (48, 48, 3)
        self.around.append(around)
        face = (around.mean(axis=(1, 2, 3)) / 255 * 8 - 4).astype(np.float32)
        return SurroundingsArrays(face, None if self.place is None else np.repeat(self.place, len(around), axis=0))

    def leave_accelerator(self) -> bool:
        return False


def stage_with(rule: Mapping[str, float], networks: Networks | None = None) -> GanSecondStage:
    return GanSecondStage(networks or Networks(), fusion=rule, context=0.5)


def test_boxes_move_towards_those_of_the_second_stage_as_far_as_the_rule_trusts_it() -> None:
    box = (280.0, 80.0, 300.0, 100.0)  # its region with context: 275, 75 to 305, 105
    found = proposals((box, 0.6))
    (face,) = FaceFinder(FixedDetector(found), stage_with({"box": 0.25})).find(frame()).faces
    # The second stage's box is 290, 82.5 to 320, 97.5; what reaches past the picture is cut.
    assert face.box == pytest.approx((282.5, 80.625, 300.0, 99.375), abs=1e-4)
    assert face.score == 0.6, "a rule without weights of scores keeps the detector's"
    (left,) = FaceFinder(FixedDetector(found), stage_with({})).find(frame()).faces
    assert left.box == box
    (large,) = FaceFinder(FixedDetector(proposals((LARGE, 0.6))), stage_with({"box": 0.25})).find(frame()).faces
    assert large.box == LARGE, "what was not enlarged stays where the detector saw it"


def test_where_both_looks_say_where_a_face_lies_the_middle_counts_and_the_first_alone_where_it_ends_there() -> None:
    networks = Networks(EARLY)
    networks.place = np.array([[0.5, 0.5, 0.75, 0.75]], np.float32)  # of a region three times as wide as the box
    found = proposals((EDGE, 0.5), (BRIGHT, 0.5))
    result = FaceFinder(FixedDetector(found), stage_with(EXITS | {"box": 1.0}, networks)).find(frame())
    assert networks.enlarged == [1]
    sure, undecided = sorted(result.faces, key=lambda face: -face.score)
    assert sure.box == pytest.approx((206, 46, 215, 55), abs=1e-4)  # of a region from 188, 28 to 224, 64
    # The surroundings say 150, 46 to 159, 55, the discriminator 150, 41.5 to 168, 50.5.
    assert undecided.box == pytest.approx((150, 43.75, 163.5, 52.75), abs=1e-4)


def test_of_a_candidate_that_is_seen_whole_without_enlarging_both_stages_say_where_it_lies() -> None:
    networks = Networks(replace(GAN_PRESETS["tiny"], enlarged_to=32.0))
    box = (180.0, 80.0, 220.0, 120.0)  # its region with context: 170, 70 to 230, 130, at most 64 pixels
    (face,) = FaceFinder(FixedDetector(proposals((box, 0.6))), stage_with({"box": 1.0}, networks)).find(frame()).faces
    assert not networks.enlarged and not networks.around and networks.judged == [1]
    # The second stage's box is 200, 85 to 260, 115.
    assert face.box == pytest.approx((190, 82.5, 240, 117.5), abs=1e-4)


@pytest.mark.parametrize(
    ("side", "enlarged", "seen_whole"), [(32, 1, True), (33, 0, True), (64, 0, True), (65, 0, False)]
)
def test_regions_up_to_the_bounds_are_enlarged_and_seen_whole(side: int, enlarged: int, seen_whole: bool) -> None:
    networks = Networks(replace(GAN_PRESETS["tiny"], enlarged_to=32.0))
    box = (200.0, 80.0, 200.0 + side, 80.0 + side)
    said = GanSecondStage(networks, context=0.0).judge(frame().pixels, proposals((box, 0.5)))
    assert sum(networks.enlarged) == enlarged and networks.judged == [1]
    assert networks.seen[0].min() == networks.seen[0].max() == 1, "white stays white"
    assert np.isfinite(said.boxes).all() == seen_whole


def test_a_stage_that_asks_for_surroundings_gets_those_of_enlarged_candidates() -> None:
    networks = Networks()
    beside_the_edge = (130.0, 40.0, 142.0, 52.0)  # dark, and bright 8 pixels further right
    FaceFinder(FixedDetector(proposals((beside_the_edge, 0.5), (LARGE, 0.5))), stage_with({}, networks)).find(frame())
    (around,) = networks.around
    assert around.shape == (1, 48, 48, 3), "what is large enough is judged by itself"
    # Three times the box: from 118 to 154 in the picture, 4/3 as large here, the edge at 150 so at 42.7.
    assert around[0, 24, 40].max() < 10 and around[0, 24, 45].min() > 245


EXITS = {
    "detector": 0.0,
    "surroundings": 0.0,
    "face": 1.0,
    "bias": 0.0,
    "detector_first": 0.0,
    "surroundings_first": 1.0,
    "bias_first": 0.0,
    "detector_alone": 1.0,
    "bias_alone": 0.0,
}
EARLY = replace(GAN_PRESETS["tiny"], undecided=1.0)
EDGE = (144.0, 40.0, 156.0, 52.0)  # half of it and of what lies round it is bright


def test_what_the_surroundings_make_sure_of_does_not_go_through_the_generator() -> None:
    networks = Networks(EARLY)
    found = proposals((DARK, 0.5), (BRIGHT, 0.5), (EDGE, 0.5), (LARGE, 0.5))
    result = FaceFinder(FixedDetector(found), stage_with(EXITS, networks)).find(frame())
    assert [len(around) for around in networks.around] == [3]
    assert networks.enlarged == [1] and networks.judged == [1, 1], "the undecided one, and the large one as it is"
    by_box = {face.box: face for face in result.faces}
    assert by_box[BRIGHT].score == pytest.approx(1 / (1 + math.exp(-4)), abs=1e-3)
    assert by_box[BRIGHT].face_probability == pytest.approx(by_box[BRIGHT].score) and by_box[BRIGHT].refined
    assert by_box[BRIGHT].real_probability is None and by_box[EDGE].real_probability is not None
    assert result.refined == 4


def test_the_surroundings_rule_a_face_out_sooner_than_they_make_sure_of_one() -> None:
    networks = Networks(replace(EARLY, undecided=5.0, ruled_out=1.0))
    found = proposals((DARK, 0.1), (BRIGHT, 0.9), (EDGE, 0.5))
    FaceFinder(FixedDetector(found), stage_with(EXITS, networks)).find(frame())
    assert [len(around) for around in networks.around] == [3], "what the detector alone thinks rules nothing out"
    assert networks.enlarged == [2], "all but the dark one, whose log-odds are -4 by now"


def test_candidates_of_which_the_detector_is_sure_are_not_looked_at_again() -> None:
    networks = Networks(EARLY)
    found = proposals((EDGE, 0.9), (LARGE, 0.1))  # log-odds of 2.2 and -2.2
    result = FaceFinder(FixedDetector(found), stage_with(EXITS, networks)).find(frame())
    assert not networks.around and not networks.judged and result.refined == 0
    assert [face.score for face in result.faces] == pytest.approx([0.9, 0.1])


@pytest.mark.parametrize(
    ("preset", "rule"),
    [(GAN_PRESETS["paper"], EXITS), (EARLY, {name: EXITS[name] for name in EXITS if "first" not in name})],
    ids=["the paper's preset", "a rule without weights for it"],
)
def test_nothing_leaves_early_with(preset: GanPreset, rule: Mapping[str, float]) -> None:
    networks = Networks(preset)
    networks.has_surroundings = preset.surroundings > 0
    found = proposals((DARK, 0.2), (BRIGHT, 0.99), (EDGE, 0.5))
    FaceFinder(FixedDetector(found), stage_with(rule, networks)).find(frame())
    assert networks.enlarged == [3] and networks.judged == [3]


def test_the_paper_looks_at_every_candidate_however_low_its_score() -> None:
    networks = Networks(GAN_PRESETS["paper"])
    networks.has_surroundings = False
    FaceFinder(FixedDetector(proposals((DARK, 0.051), (LARGE, 0.06))), stage_with(EXITS, networks)).find(frame())
    assert sum(networks.judged) == 2


def test_least_certain_and_smallest_candidates_come_first() -> None:
    small, large = (0.0, 0.0, 8.0, 8.0), (0.0, 0.0, 128.0, 128.0)
    candidates = proposals((small, 0.95), (small, 0.5), (large, 0.5), (small, 0.4))
    assert within_budget(candidates, 2).tolist() == [1, 3]
    assert within_budget(candidates, 10).tolist() == [0, 1, 2, 3]
    assert within_budget(proposals((small, 0.05), (small, 0.5)), 1).tolist() == [1]
    of_64 = (0.0, 0.0, 64.0, 64.0)  # as a score of a tenth more or less
    assert within_budget(proposals((of_64, 0.5), (small, 0.59)), 1).tolist() == [0]
    assert within_budget(proposals((of_64, 0.5), (small, 0.58)), 1).tolist() == [1]


def test_a_result_says_what_was_used_in_place_of_defaults() -> None:
    settings = SearchSettings.of(Effort.THOROUGH, nms_iou=0.4)
    used = FaceFinder(FixedDetector(PROPOSALS), BrightIsFace(), settings).find(frame()).settings
    expected = SearchSettings("fixed", "bright", Effort.THOROUGH, True, 600, 0.5, 0.4, second_detector=False)
    assert used == replace(expected, device="cpu", backend="made", precision="float64")
    alone = FaceFinder(FixedDetector(PROPOSALS), None, settings).find(frame()).settings
    assert not alone.second_stage and alone.gan == ""


def test_fusion_is_logistic_in_both_logits() -> None:
    rule = {"detector": 2.0, "face": 1.0, "bias": -0.5, "detector_alone": 3.0, "bias_alone": 0.25}
    own, around, head = math.log(0.8 / 0.2), math.log(0.6 / 0.4), math.log(0.3 / 0.7)
    detector, surroundings, face, unknown = (np.array([p]) for p in (0.8, 0.6, 0.3, math.nan))
    assert log_odds(detector, unknown, face, rule) == pytest.approx(2 * own + head - 0.5)
    assert log_odds(detector, surroundings, face, rule) == pytest.approx(2 * own + around + head - 0.5)
    assert log_odds(detector, surroundings, face, rule | {"surroundings": 0.5}) == pytest.approx(
        2 * own + 0.5 * around + head - 0.5
    )
    first = {"detector_first": 2.5, "surroundings_first": 0.75, "bias_first": 1.0}
    assert log_odds(detector, surroundings, unknown, rule | first) == pytest.approx(2.5 * own + 0.75 * around + 1)
    assert log_odds(detector, unknown, unknown, rule | first) == pytest.approx(3 * own + 0.25)
    assert fuse(detector, unknown, face, rule) == pytest.approx(1 / (1 + math.exp(0.5 - 2 * own - head)))
    assert fuse(detector, surroundings, face, {}) == 0.8


def test_candidates_outside_of_the_budget_are_calibrated_without_the_face_head() -> None:
    result = FaceFinder(FixedDetector(PROPOSALS), BrightIsFace(), SearchSettings(budget=1)).find(frame())
    by_box = {face.box: face for face in result.faces}
    assert by_box[DARK].face_probability is None
    assert by_box[DARK].score == pytest.approx(1 / (1 + math.exp(-2 * math.log(0.9 / 0.1))))


def test_thresholds_are_applied_to_what_was_found_already() -> None:
    faces = proposals(((0, 0, 10, 10), 0.9), ((1, 0, 11, 10), 0.8), ((50, 50, 55, 56), 0.3))
    assert visible(faces, min_score=0.5) == faces[:2]
    assert visible(faces, min_size=8) == faces[:2]
    assert visible(faces, nms_iou=0.5) == faces.take(np.array([0, 2]))
    assert len(visible(faces[:0], nms_iou=0.5)) == 0


MANY = proposals(
    *(((float(x), float(y), x + 12.0, y + 12.0), 0.5) for x in range(0, 280, 14) for y in range(0, 180, 14))
)


def test_cancelling_stops_between_batches() -> None:
    cancel = threading.Event()
    stage = BrightIsFace()

    def stop_after_first(name: str, done: int, total: int) -> None:
        if name == "discriminate":
            cancel.set()

    plan = SearchSettings(budget=1000)
    with pytest.raises(Cancelled):
        FaceFinder(FixedDetector(MANY), stage, plan).find(frame(), cancel, stop_after_first)
    assert len(stage.batches) == 1


class Cramped(BrightIsFace):
    """Has room for so many candidates at a time."""

    def __init__(self, room: int, error: type[RuntimeError] = torch.OutOfMemoryError) -> None:
        super().__init__()
        self.room, self.error = room, error

    def judge(self, picture: RgbImage, candidates: Detections) -> Judgement:
        if len(candidates) > self.room:
            raise self.error("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes")
        return super().judge(picture, candidates)


@pytest.mark.parametrize("error", [torch.OutOfMemoryError, RuntimeError])
def test_when_memory_runs_out_fewer_are_judged_at_a_time_and_the_result_says_so(error: type[RuntimeError]) -> None:
    many = proposals(*(((x, 40.0, x + 12.0, 52.0), 0.5) for x in range(0, 280, 14)), (LARGE, 0.5))
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
        def judge(self, picture: RgbImage, candidates: Detections) -> Judgement:
            raise RuntimeError("size mismatch")

    with pytest.raises(RuntimeError, match="size mismatch"):
        FaceFinder(FixedDetector(PROPOSALS), Broken()).find(frame())


def test_a_picture_without_candidates_gives_an_empty_result() -> None:
    result = FaceFinder(FixedDetector(proposals()), BrightIsFace()).find(frame())
    assert len(result.faces) == 0 and result.refined == 0


def test_what_was_noticed_while_a_frame_was_read_is_told_with_its_faces() -> None:
    read = replace(frame(), remarks=("Frames 3 to 5 are damaged and were passed over.",))
    result = FaceFinder(FixedDetector(PROPOSALS), None, SearchSettings()).find(read)
    assert result.remarks == read.remarks


class RedCorner:
    """Finds the red square, as upright as it stands: a score of 0.9 where the picture's left half is dark, else 0.3."""

    name, digest, plan, runtime = "red", "abc", PLAN, Runtime("cpu", "made", "float64")

    def propose(self, pixels: RgbImage, finest_stride: int = 0) -> Detections:
        ys, xs = np.nonzero((pixels[..., 0] == 255) & (pixels[..., 1] == 0))
        upright = pixels[:, : pixels.shape[1] // 2, 2].mean() < 1
        return Detections.of([[xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]], [0.9 if upright else 0.3])

    def leave_accelerator(self) -> bool:
        return False


@pytest.mark.parametrize("lies", [0, 1, 2, 3])
def test_a_turned_picture_is_searched_from_all_sides_and_boxes_lie_in_the_picture_as_it_is(lies: int) -> None:
    upright = np.zeros((200, 300, 3), np.uint8)
    upright[:, 150:, 2] = 255
    upright[30:50, 60:90] = (255, 0, 0)
    pixels = np.ascontiguousarray(np.rot90(upright, lies))
    ys, xs = np.nonzero(pixels[..., 0])
    told: list[tuple[int, int]] = []
    finder = FaceFinder(RedCorner(), None, SearchSettings(turned=True))
    found = finder.find(Frame(pixels, "made"), progress=lambda stage, done, total: told.append((done, total)))
    assert found.faces.boxes.tolist() == [[xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]]
    assert found.faces.scores.tolist() == [0.9] and found.candidates == 4
    assert found.settings.turned
    assert told == sorted(told) and told[-1] == (4, 4)
    plain = FaceFinder(RedCorner()).find(Frame(pixels, "made"))
    assert plain.faces.scores.tolist() == [0.9 if lies == 0 else 0.3] and plain.candidates == 1


def test_progress_begins_with_nothing_done_and_tells_batches_of_candidates() -> None:
    told: list[tuple[str, int, int]] = []
    finder = FaceFinder(FixedDetector(MANY), BrightIsFace(), SearchSettings(budget=100))
    finder.find(frame(), progress=lambda *step: told.append(step))
    assert told == [
        ("detect", 0, 1), ("detect", 1, 1), ("detect", 1, 1), ("discriminate", 64, 100), ("discriminate", 100, 100),
    ]  # fmt: skip


def test_warming_up_runs_the_detector_and_both_ways_of_the_second_stage() -> None:
    networks, asked = Networks(), list[RgbImage]()

    class Asked(FixedDetector):
        def propose(self, pixels: RgbImage, finest_stride: int = 0) -> Detections:
            asked.append(pixels)
            return self.proposals

    FaceFinder(Asked(proposals()), GanSecondStage(networks)).warm_up()
    assert asked and len(networks.around) == 1
    assert sum(networks.enlarged) == 1 and networks.judged == [1, 1]
    FaceFinder(Asked(proposals())).warm_up()
    assert len(asked) == 2


def test_two_detectors_share_the_reduced_copies_of_a_picture() -> None:
    class Looking(FixedDetector):
        plan = SearchPlan({Effort.BALANCED: (PyramidLevel(1.0), PyramidLevel(0.5), PyramidLevel(0.1))}, tile=512)

        def __init__(self) -> None:
            super().__init__(proposals())
            self.shown = list[RgbImage]()

        def propose(self, pixels: RgbImage, finest_stride: int = 0) -> Detections:
            self.shown.append(pixels)
            return self.proposals

    first, second = Looking(), Looking()
    FaceFinder(first, others=[second]).find(frame())
    assert len({pixels.shape for pixels in first.shown}) == 3
    assert all(np.shares_memory(*pair) for pair in zip(first.shown, second.shown, strict=True))


def test_of_a_candidate_at_the_rim_at_least_a_pixel_must_lie_in_the_picture() -> None:
    rim = proposals(
        ((-11.0, 40.0, 1.0, 52.0), 0.9), ((290.0, 199.5, 299.0, 212.0), 0.8), ((299.5, 0.0, 309.0, 9.0), 0.7)
    )
    assert FaceFinder(FixedDetector(rim)).find(frame()).faces.boxes.tolist() == [[0, 40, 1, 52]]


def test_a_finder_is_built_of_the_weights_that_are_named_and_of_the_default_ones(small_weights: Path) -> None:
    entries = installed_weights().entries
    (detector, gan) = (next(entry.name for entry in entries if entry.role == role) for role in ("detector", "gan"))
    named = SearchSettings(detector=detector, gan=gan)
    for settings, name in ((SearchSettings(), f"{detector}+centerface"), (named, detector)):
        used = build_finder(settings).settings
        assert (used.detector, used.gan, used.second_stage) == (name, gan, True)
    assert "gan" not in build_finder(SearchSettings(second_stage=False)).weights
    for settings in (SearchSettings(gan="none"), SearchSettings(detector="none")):
        with pytest.raises(UserError, match="none"):
            build_finder(settings)


class NamedDetector(FixedDetector):
    def __init__(self, name: str, candidates: Detections) -> None:
        super().__init__(candidates)
        self.name, self.digest = name, name.upper()


def test_several_detectors_agree_on_every_face_and_the_result_names_all_of_them() -> None:
    one = NamedDetector("one", proposals((BRIGHT, 0.9), (DARK, 0.8)))
    two = NamedDetector("two", proposals((BRIGHT, 0.6)))
    told: list[float] = []

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "detect" and total > 1:
            told.append(done / total)

    found = FaceFinder(one, settings=SearchSettings(second_stage=False), others=[two]).find(frame(), progress=progress)
    both, first_alone = found.faces.scores
    assert both == pytest.approx(1 / (1 + math.sqrt(1 / 9 * 4 / 6)))
    assert first_alone < 0.32
    assert found.settings.detector == "one+two" and found.weights == {"detector": "one ONE + two TWO"}
    assert told == [0.5, 1.0], "the bar goes on from one detector to the next"


def test_a_result_tells_a_runtime_that_can_be_asked_for_again() -> None:
    class Foreign(FixedDetector):
        runtime = Runtime("cpu", "a library of its own", "float32")

    class Ours(BrightIsFace):
        runtime = Runtime("cpu", "torch", "float32")

    assert FaceFinder(Foreign(PROPOSALS), Ours()).settings.runtime == Ours.runtime
    assert FaceFinder(Foreign(PROPOSALS)).settings.runtime == Foreign.runtime, "it takes no other"


def test_all_detectors_of_a_search_run_as_the_first_one_does(
    small_weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def load(runtime: Runtime) -> FixedDetector:
        asked.append(runtime.backend)
        return FixedDetector(PROPOSALS)

    monkeypatch.setattr("tinyface_core.backends.loading.load_centerface", load)
    settings = build_finder(SearchSettings(device="cpu")).settings
    assert asked == [settings.backend] == ["torch"], "these weights have no exported networks"


def test_detectors_are_joined_by_a_plus_and_all_but_a_fast_search_have_two_by_themselves() -> None:
    manifest = installed_weights()
    default, quick = (manifest.default("detector", effort).name for effort in (Effort.BALANCED, Effort.FAST))
    runtime = {"backend": "onnxruntime", "precision": "int8"}
    names = [build_finder(SearchSettings.of(effort, **runtime)).settings.detector for effort in Effort]
    assert names == [quick, f"{default}+centerface", f"{default}+centerface"]
    one = build_finder(SearchSettings(second_detector=False, **runtime)).settings
    assert (one.detector, one.second_detector) == (default, False)
    alone = SearchSettings.of(Effort.THOROUGH, detector=default, **runtime)
    assert build_finder(alone).settings.detector == default
    with pytest.raises(UserError, match="There is no detector called nobody"):
        build_finder(SearchSettings(detector=f"{default}+nobody"))
