from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.datasets.crops import (
    FACE,
    NEITHER,
    NON_FACE,
    Crops,
    MiningRules,
    RandomBoxes,
    annotated_faces,
    cached_crops,
    label_candidates,
    mine_crops,
)
from tinyface_core.datasets.degradation import Degradation, reduce_bicubic
from tinyface_core.rois import cut_rois
from tinyface_core.types import Cancelled, UserError

RULES = MiningRules()


@pytest.fixture(autouse=True)
def _pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.png", "bb.png"):
        Image.fromarray(_noise(len(name))).save(name)


def _picture(name: str = "a.png") -> AnnotatedPicture:
    boxes = np.array([[20, 20, 80, 80], [100, 100, 112, 112], [150, 20, 210, 80]], np.float32)
    return AnnotatedPicture(name, Path(name), boxes, np.array([False, False, True]))


def _noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (200, 260, 3), dtype=np.uint8)


def test_candidates_are_labelled_by_the_published_thresholds() -> None:
    # Against one 10x10 face: a box shifted by d pixels has IoU (10-d)/(10+d).
    face = np.array([[0, 0, 10, 10]], np.float32)
    shifts = {0: FACE, 3: FACE, 4: NEITHER, 5: NEITHER, 6: NON_FACE, 10: NON_FACE}  # 1, .54, .43, .33, .25, 0
    candidates = np.array([[d, 0, 10 + d, 10] for d in shifts], np.float32)
    labels = label_candidates(candidates, face, np.array([False]), RULES)
    assert labels.tolist() == list(shifts.values())


def test_exactly_one_half_is_a_face_and_exactly_three_tenths_is_no_non_face() -> None:
    face = np.array([[0, 0, 10, 10]], np.float32)
    candidates = np.array([[0, 0, 10, 5], [0, 0, 10, 3]], np.float32)
    rules = MiningRules(face_iou=0.5, non_face_iou=float(np.float32(0.3)))
    assert label_candidates(candidates, face, np.array([False]), rules).tolist() == [FACE, NEITHER]


def test_an_ignored_face_teaches_neither_face_nor_background() -> None:
    face = np.array([[0, 0, 10, 10]], np.float32)
    candidates = np.array([[0, 0, 10, 10], [30, 30, 40, 40]], np.float32)
    assert label_candidates(candidates, face, np.array([True]), RULES).tolist() == [NEITHER, NON_FACE]


def test_every_candidate_of_a_picture_without_faces_is_a_non_face() -> None:
    none = np.zeros((0, 4), np.float32)
    candidates = np.array([[0, 0, 9, 9]], np.float32)
    assert label_candidates(candidates, none, np.zeros(0, bool), RULES).tolist() == [NON_FACE]


def test_mining_cuts_sharp_and_small_faces_and_leaves_ignored_ones_out() -> None:
    crops = mine_crops([_picture()], [annotated_faces], RULES)
    assert crops.pixels.shape == (2, 80, 80, 3)
    assert crops.face.tolist() == [True, True]
    assert sorted(zip(crops.sharp.tolist(), crops.size.tolist(), strict=True)) == [(False, 12.0), (True, 60.0)]


def test_mining_tells_where_the_face_lies_in_its_crop() -> None:
    moved = np.array([[26, 20, 86, 80], [140, 140, 180, 180]], np.float32)
    crops = mine_crops([_picture()], [lambda picture, pixels: moved], RULES)
    assert crops.face.tolist() == [True, False]
    side = 60 * 1.4 * 1.25
    left, top = 56 - side / 2, 50 - side / 2
    expected = [(20 - left) / side, (20 - top) / side, (80 - left) / side, (80 - top) / side]
    np.testing.assert_allclose(crops.box[0], expected, atol=1e-5)
    assert np.isnan(crops.box[1]).all()


def test_mining_cuts_the_surroundings_round_the_same_centre() -> None:
    crops = mine_crops([_picture()], [annotated_faces], RULES)
    assert crops.surroundings.shape == (2, 54, 54, 3) and crops.placed.all()
    small = int(np.flatnonzero(~crops.sharp)[0])
    side = 12 * 3 * 1.125  # round the box from 100 to 112
    region = np.array([[106 - side / 2, 106 - side / 2, 106 + side / 2, 106 + side / 2]], np.float32)
    assert (crops.surroundings[small] == cut_rois(_noise(len("a.png")), region, 54)[0]).all()


def test_mining_can_leave_small_crops_out_as_in_the_paper() -> None:
    crops = mine_crops([_picture()], [annotated_faces], MiningRules(small=False))
    assert crops.sharp.tolist() == [True]


def test_mining_twice_gives_the_same_crops_and_no_more_than_asked_for() -> None:
    rules = MiningRules(per_picture=3)
    pictures = [_picture("a.png"), _picture("bb.png")]
    first, second = (mine_crops(pictures, [RandomBoxes(80, 1)], rules) for _ in range(2))
    assert (first.pixels == second.pixels).all() and (first.face == second.face).all()
    assert 0 < (~first.face & first.sharp).sum() <= 6 and 0 < (~first.face & ~first.sharp).sum() <= 6


def test_mining_stops_when_asked() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        mine_crops([_picture()], [annotated_faces], RULES, cancel=stop)


def test_crops_are_mined_once_for_a_recipe_and_again_for_another(tmp_path: Path) -> None:
    calls = []

    def mine() -> Crops:
        calls.append(1)
        return mine_crops([_picture()], [annotated_faces], RULES)

    first = cached_crops(tmp_path / "c.npz", RULES, mine)
    second = cached_crops(tmp_path / "c.npz", RULES, mine)
    assert len(calls) == 1 and (first.pixels == second.pixels).all()
    cached_crops(tmp_path / "c.npz", MiningRules(seed=2), mine)
    assert len(calls) == 2


def test_a_region_of_the_size_asked_for_is_copied_and_one_past_the_edge_repeats_it() -> None:
    pixels = _noise(1)
    rois = np.array([[10, 20, 26, 36], [-8, -8, 8, 8]], np.float32)
    inside, outside = cut_rois(pixels, rois, 16)
    assert (inside == pixels[20:36, 10:26]).all()
    assert (outside[8:, 8:] == pixels[:8, :8]).all() and (outside[:8, :8] == pixels[0, 0]).all()


def test_a_region_wholly_outside_the_picture_is_its_nearest_corner() -> None:
    pixels = _noise(1)
    assert (cut_rois(pixels, np.array([[400, 400, 420, 420]], np.float32), 8) == pixels[-1, -1]).all()


def test_bicubic_reduction_agrees_with_pillow() -> None:
    from PIL import Image

    pixels = _noise(1)[:64, :64]
    ours = reduce_bicubic(torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255, 4)[0]
    theirs = np.asarray(Image.fromarray(pixels).resize((16, 16), Image.Resampling.BICUBIC))
    assert np.abs(ours.permute(1, 2, 0).numpy() * 255 - theirs).max() <= 1.5


def _grey(count: int) -> torch.Tensor:
    """Smooth pictures without colours, which JPEG would keep at half the resolution only."""
    small = torch.rand(count, 1, 16, 16, generator=torch.Generator().manual_seed(1))
    return F.interpolate(small, scale_factor=4, mode="bicubic").clamp(0, 1).repeat(1, 3, 1, 1)


def test_crops_out_of_photos_are_repeatable_stay_in_range_and_differ_from_reduced_ones() -> None:
    high = _grey(3)
    rule = Degradation(photos=1.0)
    first, second = (rule(high, torch.Generator().manual_seed(7)) for _ in range(2))
    assert torch.equal(first, second) and first.shape == (3, 3, 16, 16)
    assert first.min() >= 0 and first.max() <= 1
    assert (first - reduce_bicubic(high, 4)).abs().mean(dim=(1, 2, 3)).min() > 0.005


def test_only_a_share_of_the_crops_comes_out_of_photos() -> None:
    high = _grey(400)
    low = Degradation(photos=0.25)(high, torch.Generator().manual_seed(3))
    reduced = (low == reduce_bicubic(high, 4)).flatten(1).all(dim=1).float().mean()
    assert reduced == pytest.approx(0.75, abs=0.06)
    assert torch.equal(Degradation()(high, torch.Generator()), reduce_bicubic(high, 4))


def test_a_large_sharp_clean_photo_gives_nearly_the_reduced_crop() -> None:
    high, clean = _grey(4), Degradation(photos=1.0, sides=(64, 64), blur=0, noise=0, jpeg=(100, 100))
    error = clean(high, torch.Generator().manual_seed(2)) - reduce_bicubic(high, 4)
    assert error.abs().mean() < 0.01


@pytest.mark.parametrize("worse", [{"sides": (8, 8)}, {"blur": 8.0}, {"noise": 0.2}, {"jpeg": (5, 5)}])
def test_each_fault_of_a_photo_makes_its_crops_less_like_the_reduced_ones(worse: dict[str, object]) -> None:
    high, mild = _grey(8), {"sides": (32, 32), "blur": 0.0, "noise": 0.0, "jpeg": (95, 95)}
    errors = [
        (Degradation(photos=1.0, **faults)(high, torch.Generator().manual_seed(2)) - reduce_bicubic(high, 4)).square()
        for faults in (mild, mild | worse)
    ]
    assert errors[1].mean() > 1.5 * errors[0].mean()


def test_a_file_of_crops_of_an_earlier_version_is_refused_with_what_to_do(tmp_path: Path) -> None:
    old, other = tmp_path / "old.npz", tmp_path / "other.npz"
    np.savez(old, pixels=np.zeros((1, 80, 80, 3), np.uint8), face=[True], sharp=[True], size=[20.0])
    other.write_text("no crops")
    for path in (old, other):
        with pytest.raises(UserError, match=f"{path.name} is no file of crops.*mine the crops again"):
            Crops.load(path)
