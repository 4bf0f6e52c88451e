"""FDDB: hand-worked ROC points, and overlaps against a slow count of pixels."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from tinyface_core.datasets.annotations import existing
from tinyface_core.datasets.fddb import FddbFaces, ellipse_boxes, read_fddb, read_fddb_ellipses
from tinyface_core.evaluation.fddb import (
    evaluate_fddb,
    read_fddb_detections,
    rectangle_ellipse_overlaps,
    write_fddb_detections,
    write_fddb_rocs,
)
from tinyface_core.types import UserError


def circle(x, y, radius):
    return [radius, radius, 0.0, x, y]


def faces_of(*ellipses, name="2002/a", fold=1):
    return FddbFaces(name, fold, np.array(ellipses, np.float64).reshape(-1, 5))


def detections(*rows):
    return np.array(rows, np.float64).reshape(-1, 5)


def round_box(x, y, radius, score):
    return [x - radius, y - radius, 2 * radius, 2 * radius, score]


def test_the_box_round_a_turned_ellipse_touches_its_outermost_points():
    ellipse = np.array([[30.0, 12.0, 0.7, 100.0, 80.0]])
    t = np.linspace(0, 2 * np.pi, 20001)
    x = 100 + 30 * np.cos(t) * np.cos(0.7) - 12 * np.sin(t) * np.sin(0.7)
    y = 80 + 30 * np.cos(t) * np.sin(0.7) + 12 * np.sin(t) * np.cos(0.7)
    np.testing.assert_allclose(ellipse_boxes(ellipse)[0], [x.min(), y.min(), x.max(), y.max()], atol=1e-5)


def test_overlaps_equal_a_count_of_pixels_one_by_one():
    rng = np.random.default_rng(4)
    ellipses = np.column_stack(
        [rng.uniform(8, 15, 3), rng.uniform(4, 8, 3), rng.uniform(-1.5, 1.5, 3), rng.uniform(10, 30, (3, 2))]
    )
    rectangles = np.column_stack([rng.uniform(0, 20, (6, 2)), rng.uniform(5, 25, (6, 2))])
    got = rectangle_ellipse_overlaps(rectangles, ellipses)
    for i, (x, y, w, h) in enumerate(rectangles):
        for j, (major, minor, angle, cx, cy) in enumerate(ellipses):
            both = either = 0
            for row in range(-20, 70):
                for column in range(-20, 70):
                    px, py = column + 0.5, row + 0.5
                    in_box = x <= px < x + w and y <= py < y + h
                    turned = complex(px - cx, py - cy) * np.exp(-1j * angle)
                    in_ellipse = (turned.real / major) ** 2 + (turned.imag / minor) ** 2 <= 1
                    both += in_box and in_ellipse
                    either += in_box or in_ellipse
            assert got[i, j] == pytest.approx(both / either, abs=1e-12)


def test_the_square_round_a_circle_overlaps_by_a_quarter_of_pi():
    overlap = rectangle_ellipse_overlaps(np.array([[0.0, 0, 400, 400]]), np.array([circle(200, 200, 200)]))
    assert overlap[0, 0] == pytest.approx(np.pi / 4, abs=1e-3)


def test_a_box_and_an_ellipse_between_the_pixels_do_not_overlap():
    with np.errstate(all="raise"):
        assert rectangle_ellipse_overlaps(np.array([[10.6, 10.6, 0.2, 0.2]]), np.array([circle(11, 11, 0.3)])) == 0


def test_the_roc_points_worked_by_hand():
    faces = [faces_of(circle(50, 50, 20), circle(150, 50, 20))]
    rows = detections(round_box(50, 50, 20, 0.9), round_box(300, 300, 20, 0.8), round_box(150, 50, 20, 0.7))
    curves = evaluate_fddb({"2002/a": rows}, faces).curves
    assert curves.scores.tolist() == [0.9, 0.8, 0.7]
    assert curves.false_positives.tolist() == [0, 1, 1]
    assert curves.discrete.tolist() == [0.5, 0.5, 1.0]
    one = rectangle_ellipse_overlaps(rows[:1, :4], faces[0].ellipses[:1])[0, 0]
    np.testing.assert_allclose(curves.continuous, [one / 2, one / 2, one])
    assert curves.discrete_at(0) == 0.5 and curves.discrete_at(500) == 1.0


def test_an_overlap_of_half_or_less_is_a_false_positive_that_still_counts_in_the_continuous_curve():
    faces = [faces_of(circle(50, 50, 20))]
    curves = evaluate_fddb({"2002/a": detections(round_box(65, 50, 20, 0.9))}, faces).curves
    assert curves.discrete.tolist() == [0.0] and curves.false_positives.tolist() == [1]
    assert 0.2 < curves.continuous[0] < 0.5


def test_matching_takes_the_largest_sum_and_not_the_greediest_pair():
    faces = [faces_of(circle(50, 50, 20), circle(62, 50, 20))]
    rows = detections(round_box(56, 50, 20, 0.9), round_box(50, 50, 20, 0.8))
    overlaps = rectangle_ellipse_overlaps(rows[:, :4], faces[0].ellipses)
    best = max(sum(overlaps[i, j] for i, j in enumerate(order)) for order in permutations(range(2)))
    assert evaluate_fddb({"2002/a": rows}, faces).curves.continuous[-1] == pytest.approx(best / 2)


def test_random_curves_equal_matching_again_at_every_score_over_all_pictures():
    rng = np.random.default_rng(1)
    faces, predictions = [], {}
    for number in range(6):
        ellipses = [
            [rng.uniform(10, 20), rng.uniform(6, 10), rng.uniform(-1, 1), *rng.uniform(30, 90, 2)] for _ in range(3)
        ]
        faces.append(faces_of(*ellipses, name=f"p{number}", fold=number % 2 + 1))
        near = ellipse_boxes(faces[-1].ellipses) + rng.normal(0, 3, (3, 4))
        rows = np.column_stack([near[:, :2], near[:, 2:] - near[:, :2]])
        rows = np.concatenate([rows, rng.uniform(10, 60, (4, 4))])
        predictions[f"p{number}"] = np.column_stack([rows, np.round(rng.uniform(0, 1, 7), 1)])
    curves = evaluate_fddb(predictions, faces).curves
    for k, score in enumerate(curves.scores):
        right = total = 0.0
        count = 0
        for picture in faces:
            rows = predictions[picture.name]
            overlaps = rectangle_ellipse_overlaps(rows[rows[:, 4] >= score, :4], picture.ellipses)
            count += len(overlaps)
            padded = np.pad(overlaps, ((0, 3), (0, 0)))  # a face may stay alone
            order = max(permutations(range(len(padded)), 3), key=lambda o: sum(padded[i, j] for j, i in enumerate(o)))
            values = np.array([padded[i, j] for j, i in enumerate(order)])
            right, total = right + (values > 0.5).sum(), total + values.sum()
        assert curves.discrete[k] == pytest.approx(right / 18)
        assert curves.continuous[k] == pytest.approx(total / 18)
        assert curves.false_positives[k] == count - right


def test_every_fold_has_its_own_curve():
    faces = [faces_of(circle(50, 50, 20), name="a", fold=1), faces_of(circle(50, 50, 20), name="b", fold=2)]
    report = evaluate_fddb({"a": detections(round_box(50, 50, 20, 0.9)), "b": detections()}, faces)
    assert report.curves.discrete_at(500) == 0.5
    assert {fold: curves.discrete_at(50) for fold, curves in report.folds.items()} == {1: 1.0, 2: 0.0}


def test_the_report_gives_the_rates_at_usual_numbers_of_false_positives():
    faces = [faces_of(circle(50, 50, 20), name=name, fold=fold) for fold, name in ((1, "a"), (2, "b"), (3, "never"))]
    wrong, right = round_box(300, 300, 20, 0.9), round_box(50, 50, 20, 0.8)
    report = evaluate_fddb({"a": detections(*[wrong] * 50, right), "b": detections(*[wrong] * 51, right)}, faces)
    values = report.as_json()
    assert (values["pictures"], values["listed_pictures"], values["faces"]) == (2, 3, 2)
    assert values["discrete_rate_at_50_false_positives_by_fold"] == {"1": 1.0, "2": 0.0}
    overlap = rectangle_ellipse_overlaps(detections(right)[:, :4], faces[0].ellipses)[0, 0]
    rates = values["true_positive_rate_at_false_positives"]
    nothing, all_of_them = {"discrete": 0, "continuous": 0}, {"discrete": 1, "continuous": pytest.approx(overlap)}
    assert rates == {str(n): nothing if n < 101 else all_of_them for n in (50, 100, 200, 500, 1000, 2000)}


def test_detections_survive_the_official_texts_of_the_ten_folds(tmp_path):
    faces = [faces_of(circle(9, 9, 9), name=f"2002/{fold}", fold=fold) for fold in range(1, 11)]
    rows = {"2002/2": detections([1.5, 2.25, 3, 4, 0.123456789], [5, 6, 7, 8, -2]), "2002/10": detections()}
    write_fddb_detections(tmp_path, rows, faces)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"fold-{fold:02}-out.txt" for fold in range(1, 11)]
    text = (tmp_path / "fold-02-out.txt").read_text()
    assert text == "2002/2\n2\n1.500 2.250 3.000 4.000 0.123456789\n5.000 6.000 7.000 8.000 -2\n"
    assert (tmp_path / "fold-07-out.txt").read_text() == "2002/7\n0\n"  # every listed picture has its entry
    back = read_fddb_detections(tmp_path)
    assert len(back) == 10
    np.testing.assert_allclose(back["2002/2"], rows["2002/2"])


def test_detected_ellipses_are_refused_rather_than_taken_for_rectangles(tmp_path):
    (tmp_path / "found.txt").write_text("2002/b\n1\n20 10 0 50 60 0.9\n")
    with pytest.raises(UserError, match="ellipses are not read"):
        read_fddb_detections(tmp_path / "found.txt")
    with pytest.raises(FileNotFoundError, match="fold-XX-out"):
        read_fddb_detections(tmp_path)


def test_the_curves_are_written_in_the_official_columns_by_rising_score(tmp_path):
    faces = [faces_of(circle(50, 50, 20), circle(150, 50, 20))]
    rows = detections(round_box(50, 50, 20, 0.9), round_box(300, 300, 20, 0.5))
    curves = evaluate_fddb({"2002/a": rows}, faces).curves
    write_fddb_rocs(tmp_path, curves)
    assert (tmp_path / "DiscROC.txt").read_text() == "0.500000 1 0.5\n0.500000 0 0.9\n"
    rate = f"{curves.continuous[0]:.6f}"
    assert (tmp_path / "ContROC.txt").read_text() == f"{rate} 1\n{rate} 0\n"


def test_the_reader_gives_folds_and_boxes_of_pictures_that_are_there(tmp_path):
    (tmp_path / "FDDB-fold-02-ellipseList.txt").write_text("2002/b\n1\n20 10 0 50 60  1\n")
    (tmp_path / "FDDB-fold-10-ellipseList.txt").write_text("2003/c\n0\n")
    (tmp_path / "2002").mkdir()
    (tmp_path / "2002" / "b.jpg").write_bytes(b"")
    assert [(faces.name, faces.fold, len(faces.ellipses)) for faces in read_fddb_ellipses(tmp_path)] == [
        ("2002/b", 2, 1),
        ("2003/c", 10, 0),
    ]
    ((picture,), _) = existing(read_fddb(tmp_path, tmp_path))
    np.testing.assert_allclose(picture.boxes, [[30.5, 50.5, 70.5, 70.5]])


def test_a_fold_that_breaks_off_is_named(tmp_path):
    (tmp_path / "FDDB-fold-01-ellipseList.txt").write_text("2002/b\n2\n20 10 0 50 60  1\n")
    with pytest.raises(UserError, match="FDDB-fold-01"):
        read_fddb_ellipses(tmp_path)
