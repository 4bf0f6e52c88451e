"""The official protocol: hand-worked cases, and a slow implementation written straight from its definition."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.core.evaluation.wider_files import Annotated, write_ground_truth
from tinyface_core.evaluation.submission import read_submission, write_submission
from tinyface_core.evaluation.wider import (
    SUBSETS,
    compare_wider,
    evaluate_wider,
    read_ground_truth,
)
from tinyface_core.types import UserError


def slow_ap(predictions, boxes_by_picture, counted_by_picture):
    """Average precision by loops over pictures, predictions, faces and thresholds."""
    every = [row[4] for rows in predictions.values() for row in rows]
    low, high = min(every), max(every)
    proposals, found, faces = [0] * 1000, [0] * 1000, 0
    for name, boxes in boxes_by_picture.items():
        counted = counted_by_picture[name]
        faces += len(counted)
        rows = sorted(predictions[name].tolist(), key=lambda row: -row[4])
        if not len(boxes) or not rows:
            continue
        seen, is_proposal, found_so_far = set(), [], []
        for x, y, w, h, _ in rows:
            best, best_iou = 0, -1.0
            for number, (gx, gy, gw, gh) in enumerate(boxes):
                shared_w = min(x + w, gx + gw) - max(x, gx) + 1
                shared_h = min(y + h, gy + gh) - max(y, gy) + 1
                shared = shared_w * shared_h if shared_w > 0 and shared_h > 0 else 0.0
                iou = shared / ((w + 1) * (h + 1) + (gw + 1) * (gh + 1) - shared)
                if iou > best_iou:
                    best, best_iou = number, iou
            if best_iou >= 0.5 and best + 1 not in counted:
                is_proposal.append(0)
            else:
                is_proposal.append(1)
                if best_iou >= 0.5:
                    seen.add(best)
            found_so_far.append(len(seen))
        scores = [(row[4] - low) / (high - low) for row in rows]
        for t in range(1000):
            reached = [i for i, score in enumerate(scores) if score >= 1 - (t + 1) / 1000]
            if reached:
                proposals[t] += sum(is_proposal[: reached[-1] + 1])
                found[t] += found_so_far[reached[-1]]
    recall = [0.0, *(f / faces for f in found), 1.0]
    precision = [0.0, *(f / p if p else 0.0 for f, p in zip(found, proposals, strict=True)), 0.0]
    for i in range(len(precision) - 2, -1, -1):
        precision[i] = max(precision[i], precision[i + 1])
    return sum((recall[i + 1] - recall[i]) * precision[i + 1] for i in range(len(recall) - 1))


def random_case(seed, pictures=12):
    rng = np.random.default_rng(seed)
    truth, predictions = {}, {}
    for number in range(pictures):
        count = int(rng.integers(0, 9))
        boxes = np.concatenate([rng.integers(0, 120, (count, 2)), rng.integers(0, 40, (count, 2))], axis=1).astype(
            float
        )
        counted = {
            subset: sorted(rng.choice(count, rng.integers(0, count + 1), replace=False) + 1) if count else []
            for subset in SUBSETS
        }
        name = f"{number % 3}--Event/{number}_file"
        truth[name] = Annotated(boxes.tolist(), rng.integers(0, 2, count).tolist(), counted)
        near = np.repeat(boxes, 2, axis=0) + rng.normal(0, 3, (2 * count, 4))
        far = rng.uniform(0, 100, (int(rng.integers(0, 6)), 4))
        rows = np.abs(np.concatenate([near, far]))
        scores = np.round(rng.uniform(-2, 3, len(rows)), int(rng.integers(1, 6)))  # often equal, never in [0, 1] only
        predictions[name] = np.column_stack([rows, scores])
    return truth, predictions


def written(folder, pictures):
    return read_ground_truth(write_ground_truth(folder, pictures))


def perfect(name, boxes, score=0.9):
    return {name: np.array([[*box, score] for box in boxes])}


@pytest.mark.parametrize("seed", range(8))
def test_average_precision_equals_the_slow_definition(tmp_path, seed):
    truth, predictions = random_case(seed)
    report = evaluate_wider(predictions, written(tmp_path, truth), rounds=0)
    boxes = {name: picture.boxes for name, picture in truth.items()}
    for subset in SUBSETS:
        counted = {name: set(picture.counted[subset]) for name, picture in truth.items()}
        assert report.subsets[subset].ap == pytest.approx(slow_ap(predictions, boxes, counted), abs=1e-9)


def test_one_true_one_false_and_one_missed_face_give_the_area_worked_by_hand(tmp_path):
    truth = {"0--A/a": Annotated([[0, 0, 20, 20], [100, 100, 20, 20]], counted={"easy": [1, 2]})}
    rows = np.array([[50, 50, 20, 20, 0.9], [0, 0, 20, 20, 0.5], [200, 200, 20, 20, 0.1]])
    report = evaluate_wider({"0--A/a": rows}, written(tmp_path, truth), rounds=0)
    # Recall reaches 1/2 where one of two predictions is right; the other half of the faces is never found.
    assert report.subsets["easy"].ap == pytest.approx(0.5 * 0.5)
    assert report.subsets["easy"].faces == 2


def test_a_face_outside_the_subset_is_neither_right_nor_wrong(tmp_path):
    truth = {"0--A/a": Annotated([[0, 0, 20, 20], [100, 100, 20, 20]], counted={"easy": [2], "hard": [1, 2]})}
    rows = np.array([[0, 0, 20, 20, 0.9], [100, 100, 20, 20, 0.1]])
    report = evaluate_wider({"0--A/a": rows}, written(tmp_path, truth), rounds=0)
    assert report.subsets["easy"].ap == pytest.approx(1.0)
    assert report.subsets["hard"].ap == pytest.approx(1.0)


def test_the_second_box_on_a_face_is_a_false_positive(tmp_path):
    truth = {"0--A/a": Annotated([[0, 0, 20, 20], [100, 100, 20, 20]], counted={"easy": [1, 2]})}
    rows = np.array([[0, 0, 20, 20, 0.9], [1, 1, 20, 20, 0.8], [100, 100, 20, 20, 0.1]])
    report = evaluate_wider({"0--A/a": rows}, written(tmp_path, truth), rounds=0)
    assert report.subsets["easy"].ap == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)


def test_the_pixel_convention_decides_a_border_case(tmp_path):
    # 6 x 6 against 6 x 12 inclusive pixels: 36 / 72 = 0.5 matches; without + 1 it would be 25 / 55 < 0.5.
    truth = {"0--A/a": Annotated([[0, 0, 5, 11]], counted={"easy": [1]})}
    report = evaluate_wider(perfect("0--A/a", [[0, 0, 5, 5]]), written(tmp_path, truth), rounds=0)
    assert report.subsets["easy"].ap == pytest.approx(1.0)


def test_scores_are_stretched_over_all_pictures_not_over_each(tmp_path):
    truth = {
        "0--A/a": Annotated([[0, 0, 20, 20]], counted={"easy": [1]}),
        "0--A/b": Annotated([[0, 0, 20, 20]], counted={"easy": [1]}),
    }
    predictions = {
        "0--A/a": np.array([[0, 0, 20, 20, 5.0], [50, 50, 9, 9, 4.0]]),
        "0--A/b": np.array([[0, 0, 20, 20, 1.0]]),
    }
    report = evaluate_wider(predictions, written(tmp_path, truth), rounds=0)
    # In falling order: right, wrong, right. Stretched by picture the two right ones would both come first.
    assert report.subsets["easy"].ap == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)


def test_pictures_without_any_face_do_not_cost_precision(tmp_path):
    truth = {
        "0--A/a": Annotated([[0, 0, 20, 20]], counted={"easy": [1]}),
        "0--A/empty": Annotated([], counted={}),
    }
    predictions = perfect("0--A/a", [[0, 0, 20, 20]], 0.5) | perfect("0--A/empty", [[0, 0, 20, 20]], 0.9)
    report = evaluate_wider(predictions, written(tmp_path, truth), rounds=0)
    assert report.subsets["easy"].ap == pytest.approx(1.0)


def test_a_subset_of_the_pictures_says_that_it_is_one(tmp_path):
    truth, predictions = random_case(3)
    listed = written(tmp_path, truth)
    assert not evaluate_wider(predictions, listed, rounds=0).is_subset
    few = dict(list(predictions.items())[:5])
    report = evaluate_wider(few, listed, rounds=0)
    assert report.is_subset and report.pictures == 5 and "5 of the 12" in report.remark
    same = evaluate_wider(predictions, listed, only=[f"{name.split('/')[1]}.jpg" for name in few], rounds=0)
    assert same.subsets["hard"].ap == report.subsets["hard"].ap


def test_pictures_asked_for_but_not_predicted_count_as_nothing_found(tmp_path):
    truth = {
        "0--A/a": Annotated([[0, 0, 20, 20]], counted={"easy": [1]}),
        "0--A/b": Annotated([[0, 0, 20, 20]], counted={"easy": [1]}),
    }
    listed = written(tmp_path, truth)
    report = evaluate_wider(perfect("0--A/a", [[0, 0, 20, 20]]), listed, only=["a", "b"], rounds=0)
    assert report.missing == 1
    assert report.subsets["easy"].ap == pytest.approx(0.5)


def test_recall_by_height_is_taken_at_one_false_positive_a_picture(tmp_path):
    truth = {"0--A/a": Annotated([[0, 0, 8, 8], [100, 0, 9, 12], [200, 0, 20, 20], [300, 0, 20, 20]], [0, 0, 0, 1])}
    rows = np.array(
        [
            [0, 0, 8, 8, 0.9],
            [400, 0, 20, 20, 0.8],  # the one that is allowed
            [300, 0, 20, 20, 0.7],  # an invalid face: not counted
            [200, 0, 20, 20, 0.6],
            [201, 1, 20, 20, 0.5],  # second box on a face: the second false positive
            [100, 0, 9, 12, 0.4],
        ]
    )
    report = evaluate_wider({"0--A/a": rows}, written(tmp_path, truth), rounds=0)
    assert report.operating_score == 0.6
    assert {name: (band.faces, band.recall) for name, band in report.heights.items()} == {
        "under 16": (2, 0.5),
        "under 10": (1, 1.0),
        "10-16": (1, 0.0),
        "16-32": (1, 1.0),
        "32-64": (0, 0.0),
        "above 64": (0, 0.0),
    }
    assert report.recall_under_16 == 0.5


def test_boxes_are_close_if_their_iou_with_the_found_face_is_over_0_7(tmp_path):
    faces = [[0, 0, 20, 20], [100, 0, 20, 20], [200, 0, 20, 20], [300, 0, 8, 8]]
    counted = {"easy": [1], "medium": [1, 2], "hard": [1, 2, 3, 4]}
    truth = {"0--A/a": Annotated(faces, [0, 0, 0, 0], counted)}
    boxes = [[3, 0, 20, 20, 0.9], [104, 0, 20, 20, 0.8], [200, 0, 20, 20, 0.7]]  # IoU 0.75, 0.68 and 1
    rows = np.array([*boxes, [400, 0, 9, 9, 0.6], [500, 0, 9, 9, 0.5], [300, 0, 8, 8, 0.4]])
    report = evaluate_wider({"0--A/a": rows}, written(tmp_path, truth), rounds=0)
    assert report.operating_score == 0.6, "the last box is found below it"
    shares = {name: result.close for name, result in report.subsets.items()}
    assert shares == {"easy": 1, "medium": 1 / 2, "hard": pytest.approx(2 / 3)}
    assert report.heights["under 10"].close == 0 and report.heights["16-32"].close == pytest.approx(2 / 3)
    assert report.as_json()["subsets"]["medium"]["close_share"] == 0.5


def test_second_boxes_on_an_invalid_face_are_no_false_positives(tmp_path):
    # One picture: one false positive is allowed. The face stands below a second box on another face.
    def recall(invalid):
        truth = {"0--A/a": Annotated([[0, 0, 20, 20], [100, 100, 20, 20]], [invalid, 0], {"hard": [2]})}
        rows = [[0, 0, 20, 20, 0.9], [1, 0, 20, 20, 0.8], [0, 1, 20, 20, 0.7], [100, 100, 20, 20, 0.5]]
        report = evaluate_wider({"0--A/a": np.array(rows)}, written(tmp_path, truth), rounds=0)
        return report.operating_score, report.subsets["hard"].recall

    assert recall(invalid=1) == (0.5, 1.0), "nobody counts boxes on what the annotators could not use"
    assert recall(invalid=0) == (0.8, 0.0), "on a valid face the third box is the second false positive"


def test_faces_are_what_has_a_width_and_a_height(tmp_path):
    truth = {"0--A/a": Annotated([[0, 0, 1, 9], [20, 0, 9, 1], [40, 0, 0, 9], [60, 0, 9, 0]])}
    rows = np.array([[0, 0, 1, 9, 0.5]])
    report = evaluate_wider({"0--A/a": rows}, written(tmp_path, truth), rounds=0)
    assert report.heights["under 10"].faces == 2


def test_the_operating_score_never_splits_equal_scores(tmp_path):
    truth = {"0--A/a": Annotated([[0, 0, 20, 20]])}
    rows = np.array([[0, 0, 20, 20, 0.5], [50, 50, 9, 9, 0.5], [90, 90, 9, 9, 0.5]])
    report = evaluate_wider({"0--A/a": rows}, written(tmp_path, truth), rounds=0)
    assert report.operating_score == float("inf")
    assert report.as_json()["operating_score"] is None


def test_intervals_hold_the_figure_and_repeat_with_the_seed(tmp_path):
    truth, predictions = random_case(5, pictures=40)
    listed = written(tmp_path, truth)
    first, again = (evaluate_wider(predictions, listed, rounds=200, seed=7) for _ in range(2))
    other = evaluate_wider(predictions, listed, rounds=200, seed=8)
    result = first.subsets["hard"]
    assert result.interval.low < result.ap < result.interval.high
    assert result.interval == again.subsets["hard"].interval != other.subsets["hard"].interval
    json.dumps(first.as_json())


def test_a_resampling_equals_measuring_the_drawn_pictures(tmp_path):
    truth, predictions = random_case(11, pictures=10)
    listed = written(tmp_path, truth)
    names = [picture.name for picture in listed.pictures]
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(10, np.full(10, 0.1), size=50)
    extremes = np.array([s for rows in predictions.values() for s in rows[:, 4]])
    values = []
    for weights in drawn:
        repeated = {f"{name}x{k}": name for name, times in zip(names, weights, strict=True) for k in range(times)}
        # A picture without counted faces that holds the extreme scores keeps the stretch of the whole set.
        boxes = {key: truth[name].boxes for key, name in repeated.items()} | {"stretch": []}
        counted = {key: set(truth[name].counted["hard"]) for key, name in repeated.items()} | {"stretch": set()}
        rows = {key: predictions[name] for key, name in repeated.items()}
        rows["stretch"] = np.array([[0, 0, 1, 1, extremes.min()], [0, 0, 1, 1, extremes.max()]])
        values.append(slow_ap(rows, boxes, counted))
    interval = evaluate_wider(predictions, listed, rounds=50).subsets["hard"].interval
    assert (interval.low, interval.high) == pytest.approx(tuple(np.quantile(values, [0.025, 0.975])), abs=1e-9)


def test_a_detector_that_is_better_everywhere_is_better_in_every_resampling(tmp_path):
    truth = {f"0--A/{i}": Annotated([[0, 0, 20, 20], [50, 0, 20, 20]], counted={"hard": [1, 2]}) for i in range(15)}
    listed = written(tmp_path, truth)
    half = {name: np.array([[0, 0, 20, 20, 0.9]]) for name in truth}
    both = {name: np.array([[0, 0, 20, 20, 0.9], [50, 0, 20, 20, 0.8]]) for name in truth}
    difference = compare_wider(half, both, listed, rounds=100)["hard"]
    assert difference.value == pytest.approx(0.5)
    assert difference.interval.low == pytest.approx(0.5) and difference.share_above_zero == 1.0
    same = compare_wider(both, both, listed, rounds=100)["hard"]
    assert same.value == 0 and same.share_above_zero == 0


def test_predictions_for_an_unknown_picture_are_refused(tmp_path):
    listed = written(tmp_path, {"0--A/a": Annotated([[0, 0, 20, 20]])})
    with pytest.raises(UserError, match="0--A/other"):
        evaluate_wider(perfect("0--A/other", [[0, 0, 20, 20]]), listed)


def test_predictions_that_are_not_finite_are_refused(tmp_path):
    listed = written(tmp_path, {"0--A/a": Annotated([[0, 0, 20, 20]])})
    with pytest.raises(UserError, match="finite"):
        evaluate_wider(perfect("0--A/a", [[0, 0, float("nan"), 20]]), listed)


def test_a_missing_ground_truth_file_is_named(tmp_path):
    folder = write_ground_truth(tmp_path, {"0--A/a": Annotated([[0, 0, 20, 20]])})
    (folder / "wider_hard_val.mat").unlink()
    with pytest.raises(FileNotFoundError, match=r"wider_hard_val\.mat"):
        read_ground_truth(folder)


def test_a_submission_folder_survives_a_round_trip_and_gives_the_same_figures(tmp_path):
    truth, predictions = random_case(2)
    listed = written(tmp_path / "truth", truth)
    write_submission(tmp_path / "sent", predictions)
    back = read_submission(tmp_path / "sent")
    assert back.keys() == predictions.keys()
    text = (tmp_path / "sent" / "0--Event" / "0_file.txt").read_text().splitlines()
    assert text[:2] == ["0_file", str(len(predictions["0--Event/0_file"]))]
    for subset in SUBSETS:
        sent, read = evaluate_wider(predictions, listed, rounds=0), evaluate_wider(back, listed, rounds=0)
        assert read.subsets[subset].ap == pytest.approx(sent.subsets[subset].ap, abs=1e-6)


def test_a_submission_file_that_lists_fewer_faces_than_it_says_is_named(tmp_path):
    (tmp_path / "0--A").mkdir()
    (tmp_path / "0--A" / "a.txt").write_text("a\n2\n1 2 3 4 0.5\n")
    with pytest.raises(UserError, match=r"a\.txt, at line 1.*2 faces are announced, 1 lines follow"):
        read_submission(tmp_path)
