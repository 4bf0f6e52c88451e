"""Resampling and curves, number by number."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tinyface_core.evaluation.bootstrap import (
    mean_over_trainings,
    paired_difference,
    percentile_interval,
    resampling_weights,
)
from tinyface_core.evaluation.curves import Curve, average_precision, draw_curves, ratio, write_curve_csv


def test_each_round_draws_as_many_pictures_as_there_are_and_the_seed_says_which() -> None:
    weights = resampling_weights(7, 200, 3)
    assert weights.shape == (200, 7) and (weights.sum(axis=1) == 7).all()
    assert weights.mean() == 1 and weights.max() > 2, "some are drawn more than once"
    assert (weights == resampling_weights(7, 200, 3)).all() and not (weights == resampling_weights(7, 200, 4)).all()
    assert resampling_weights(1, 1, 0).tolist() == [[1]]
    for pictures, rounds in ((0, 5), (5, 0)):
        with pytest.raises(ValueError, match="needs pictures and rounds"):
            resampling_weights(pictures, rounds, 0)


def test_an_interval_leaves_out_as_much_at_either_end() -> None:
    values = np.arange(101.0)
    usual = percentile_interval(values)
    assert (usual.low, usual.high) == (pytest.approx(2.5), pytest.approx(97.5))


def test_a_difference_is_the_second_less_the_first_and_equal_is_not_better() -> None:
    first, second = np.array([1.0, 1, 1, 1]), np.array([1.0, 2, 0, 4])
    difference = paired_difference(np.array([0.25, *first]), np.array([0.75, *second]))
    assert (difference.value, difference.share_above_zero) == (0.5, 0.5)
    assert difference.interval == percentile_interval(np.array([0.0, 1, -1, 3]))


def test_the_mean_over_trainings_draws_them_anew_in_each_round_and_alike_for_a_pair() -> None:
    values = np.array([[0.1] + [1.0] * 4000, [0.2] + [2.0] * 4000, [0.6] + [6.0] * 4000])
    mean = mean_over_trainings(values, seed=3)
    assert mean[0] == pytest.approx(0.3), "all trainings once"
    # Three draws of three trainings: 27 results, the mean of which is that of the trainings.
    expected = {round((a + b + c) / 3, 6) for a in (1, 2, 6) for b in (1, 2, 6) for c in (1, 2, 6)}
    assert {round(value, 6) for value in mean[1:]} == expected
    assert mean[1:].mean() == pytest.approx(3, abs=0.05)
    assert mean_over_trainings(values + 0.5, seed=3) - mean == pytest.approx(0.5)
    assert mean_over_trainings(values[:1], seed=3) == pytest.approx(values[0]), "a single one is itself"


def test_the_area_is_under_the_best_precision_from_each_recall_on() -> None:
    recall = np.array([[0.2, 0.4, 0.4, 1.0], [0.5, 0.5, 0.5, 0.5]])
    precision = np.array([[0.5, 1.0, 0.1, 0.25], [0.0, 0.0, 0.4, 0.2]])
    np.testing.assert_allclose(average_precision(recall, precision), [0.4 * 1 + 0.6 * 0.25, 0.5 * 0.4])


def test_of_nothing_there_is_no_share() -> None:
    assert ratio(np.array([1.0, 2, 0]), np.array([4.0, 0, 0])).tolist() == [0.25, 0, 0]
    assert ratio(np.array([[1.0], [3.0]]), np.array([2.0, 0.0])).tolist() == [[0.5, 0], [1.5, 0]]


def test_curves_are_written_as_a_table_and_drawn_into_files_of_any_kind(tmp_path: Path) -> None:
    write_curve_csv(tmp_path / "curve.csv", {"name": ["a", "b"], "recall": np.array([0.5, 1 / 3])})
    assert (tmp_path / "curve.csv").read_text("utf-8").split() == ["name,recall", "a,0.5", "b,0.333333"]
    with pytest.raises(ValueError, match="argument 2"):
        write_curve_csv(tmp_path / "other.csv", {"x": [1.0], "y": [1.0, 2.0]})
    curve = Curve(np.array([0.0, 40.0]), np.array([0.9, 0.1]))
    paths = [tmp_path / "drawn.svg", tmp_path / "drawn.png"]
    draw_curves(paths, {"ours": curve}, "A title", "wrong ones", "found", x_limit=40)
    assert paths[0].read_bytes().startswith(b"<?xml") and paths[1].read_bytes().startswith(b"\x89PNG")
