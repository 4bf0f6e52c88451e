"""`tinyface evaluate` from the outside, on pictures and predictions that the tests make."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from tests.core.evaluation.wider_files import Annotated, write_ground_truth
from tinyface_core.commands.app import app
from tinyface_core.evaluation import report_files
from tinyface_core.evaluation.submission import read_submission, write_submission
from tinyface_core.types import Detections, FindResult


class FindsWhiteSquare:
    """A finder that returns the bounding box of what is white."""

    def find(self, frame, cancel=None):
        y, x = np.nonzero(frame.pixels[:, :, 0] > 200)
        box = (float(x.min()), float(y.min()), float(x.max() + 1), float(y.max() + 1))
        return FindResult(frame.source, frame.width, frame.height, Detections.of([box], [0.9]), 1, 0)


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(app, ["evaluate", *map(str, arguments)])


@pytest.fixture
def truth(tmp_path):
    counted = {"easy": [1], "medium": [1], "hard": [1]}
    faces = {f"0--A/{name}": Annotated([[10, 20, 12, 14]], counted=counted) for name in ("a", "b", "c")}
    return write_ground_truth(tmp_path / "truth", faces)


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    pixels = np.zeros((60, 80, 3), np.uint8)
    pixels[20:34, 10:22] = 255
    for name in ("a", "b"):
        Image.fromarray(pixels).save(folder / f"{name}.png")
    return folder


def test_wider_searches_pictures_and_writes_predictions_curves_and_report(run, truth, images, tmp_path, monkeypatch):
    monkeypatch.setattr("tinyface_core.search.finder.build_finder", lambda *_: FindsWhiteSquare())
    sent, output = tmp_path / "sent", tmp_path / "output"
    result = run(
        *("wider", "--images", images, "--ground-truth", truth, "--write-predictions", sent),
        *("--output", output, "--rounds", 20, "--json"),
    )
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["subsets"]["hard"]["ap"] == 1.0
    assert report["is_subset"] and report["pictures"] == 2
    assert report["milliseconds_per_picture"] > 0
    np.testing.assert_allclose(read_submission(sent)["0--A/a"], [[9.5, 19.5, 12, 14, 0.9]])
    assert json.loads((output / "wider.json").read_text()) == report
    assert (output / "wider_hard.csv").read_text().splitlines()[:2] == ["recall,precision", "1,1"]
    heights = (output / "wider_heights.csv").read_text().splitlines()
    assert heights[0] == "from_px,to_px,faces,ap,recall_at_1_fp_per_picture,close_share"
    assert heights[3] == "10,16,2,1,1,1"
    assert (output / "wider.svg").read_text().startswith("<?xml")
    with Image.open(output / "wider.png") as figure:
        assert figure.width > 500


def test_wider_measures_a_submission_on_a_list_of_pictures(run, truth, tmp_path):
    right, wrong = np.array([[10, 20, 12, 14, 0.9]]), np.array([[50, 50, 9, 9, 0.9]])
    write_submission(tmp_path / "sent", {"0--A/a": right, "0--A/b": wrong, "0--A/c": right})
    (tmp_path / "only.txt").write_text("a.jpg\n0--A/c\n\n")
    common = ("wider", "--ground-truth", truth, "--predictions", tmp_path / "sent", "--rounds", 0, "--json")
    assert json.loads(run(*common).stdout)["subsets"]["easy"]["ap"] < 1
    report = json.loads(run(*common, "--only", tmp_path / "only.txt").stdout)
    assert report["subsets"]["easy"]["ap"] == 1.0 and report["pictures"] == 2


def test_wider_prints_the_paired_difference_to_another_submission(run, truth, tmp_path):
    right, wrong = np.array([[10, 20, 12, 14, 0.9]]), np.array([[50, 50, 9, 9, 0.9]])
    write_submission(tmp_path / "worse", dict.fromkeys(("0--A/a", "0--A/b"), wrong))
    write_submission(tmp_path / "better", dict.fromkeys(("0--A/a", "0--A/b"), right))
    result = run(
        *("wider", "--ground-truth", truth, "--predictions", tmp_path / "better", "--compare", tmp_path / "worse"),
    )
    assert "hard: +1.0000 AP" in result.output
    assert "Measured on 2 of the 3 pictures" in result.output


def test_wider_says_in_one_sentence_what_is_missing(run, truth, tmp_path):
    result = run("wider", "--ground-truth", truth)
    assert result.exit_code == 1 and "Give --images" in result.output
    result = run("wider", "--ground-truth", tmp_path / "nowhere", "--predictions", tmp_path)
    assert result.exit_code == 1 and "does not exist" in result.output and "Traceback" not in result.output


def test_curves_are_left_out_and_said_to_be_without_matplotlib(run, truth, tmp_path, monkeypatch):
    write_submission(tmp_path / "sent", {"0--A/a": np.array([[10, 20, 12, 14, 0.9]])})
    monkeypatch.setattr(report_files, "find_spec", lambda _: None)
    output = tmp_path / "output"
    result = run("wider", "--ground-truth", truth, "--predictions", tmp_path / "sent", "--output", output)
    assert result.exit_code == 0 and "install matplotlib" in result.output
    assert (output / "wider_easy.csv").exists() and not (output / "wider.svg").exists()


def test_fddb_writes_the_official_texts(run, tmp_path):
    (tmp_path / "FDDB-fold-01-ellipseList.txt").write_text("2002/b\n1\n20 20 0 50 50  1\n")
    (tmp_path / "found.txt").write_text("2002/b\n1\n30 30 40 40 0.5\n")
    output = tmp_path / "output"
    result = run("fddb", "--folds", tmp_path, "--predictions", tmp_path / "found.txt", "--output", output, "--json")
    assert result.exit_code == 0, result.output
    rates = json.loads(result.stdout)["true_positive_rate_at_false_positives"]
    assert rates["500"]["discrete"] == 1.0
    assert rates["500"]["continuous"] == pytest.approx(np.pi / 4, abs=0.02)
    assert (output / "DiscROC.txt").read_text() == "1.000000 0 0.5\n"
    assert (output / "fold-01-out.txt").read_text().startswith("2002/b\n1\n30.000 30.000")
    assert (output / "fddb.csv").read_text().splitlines()[0] == "score,false_positives,discrete,continuous"


def test_restoration_compares_upscalers_on_large_faces(run, tmp_path, monkeypatch):
    def offline(*_, **__):
        raise OSError("offline")

    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", offline)
    faces = {"0--A/big": Annotated([[20, 20, 80, 90], [0, 0, 5, 5]])}
    folder = write_ground_truth(tmp_path / "truth", faces)
    smooth = np.linspace(0, 255, 200 * 200 * 3).reshape(200, 200, 3).astype(np.uint8)
    (tmp_path / "images").mkdir()
    Image.fromarray(smooth).save(tmp_path / "images" / "big.png")
    output = tmp_path / "output"
    common = ("--images", tmp_path / "images", "--ground-truth", folder / "wider_face_val.mat")
    result = run("restoration", *common, "--upscalers", "nearest,bicubic", "--output", output, "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["faces"] == 1
    nearest, bicubic = report["upscalers"]
    assert nearest["name"] == "nearest"
    assert bicubic["figures"]["psnr"]["mean"] > nearest["figures"]["psnr"]["mean"]
    assert list(nearest["figures"]) == ["psnr", "ssim", "vif", "features", "retinaface"]
    assert bicubic["sets"]["wave"] > nearest["sets"]["wave"]
    assert [remark.split()[0] for remark in report["remarks"]] == ["LPIPS", "DISTS"]
    assert not report["reduced_as_photos"]
    photos = json.loads(run("restoration", *common, "--upscalers", "bicubic", "--photos", "--json").stdout)
    assert photos["reduced_as_photos"]
    assert photos["upscalers"][0]["figures"]["psnr"]["mean"] < bicubic["figures"]["psnr"]["mean"]
    refused = run("restoration", *common, "--measures", "lpips")
    assert refused.exit_code == 1 and "AlexNet" in refused.output
    unknown = run("restoration", *common, "--measures", "fsim")
    assert unknown.exit_code == 1 and "no measure fsim" in unknown.output
    with Image.open(output / "restoration.png") as sheet:
        assert sheet.width > sheet.height


def test_restoration_says_when_no_face_is_large_enough(run, truth, images):
    result = run("restoration", "--images", images, "--ground-truth", truth / "wider_face_val.mat")
    assert result.exit_code == 1 and "None of the faces is 46 pixels" in result.output


def test_listed_pictures_without_a_file_are_told_with_the_figures(run, truth, images, tmp_path, monkeypatch):
    monkeypatch.setattr("tinyface_core.search.finder.build_finder", lambda *_: FindsWhiteSquare())
    names = [f"{name}.png" for name in ("a", "b", "gone-1", "gone-2", "gone-3", "gone-4")]
    face = {"image_id": "a.png", "bbox": [10, 20, 12, 14]}
    coco = {"images": [{"id": name, "file_name": name} for name in names], "annotations": [face]}
    (tmp_path / "faces.json").write_text(json.dumps(coco))
    folder = ("folder", "--images", images, "--annotations", tmp_path / "faces.json")
    wider = ("wider", "--images", images, "--ground-truth", truth)
    for command, missing, some, pictures in (
        (folder, 4, "gone-1.png, gone-2.png, gone-3.png, ...", "2 of the 6 pictures"),
        (wider, 1, "0--A/c", "2 of the 3 pictures"),
    ):
        done = run(*command)
        said = " ".join(done.output.split())
        assert done.exit_code == 0 and f"Measured on {pictures} in the list" in said
        assert f"without a file, left out with all of their faces: {missing} ({some})." in said
        report = json.loads(run(*command, "--json").stdout)
        assert report["missing_files"] == missing and some in report["remark"]
        assert report["pictures_with_empty_boxes"] == 0 and report["classes_taken_as_faces"] == []
    (tmp_path / "only.txt").write_text("a\nb\n")
    asked = run(*wider, "--only", tmp_path / "only.txt", "--json")
    assert json.loads(asked.stdout)["missing_files"] == 0, "of other pictures nothing was asked"


def test_a_folder_of_ones_own_pictures_is_measured_over_all_its_faces(run, images, tmp_path, monkeypatch):
    monkeypatch.setattr("tinyface_core.search.finder.build_finder", lambda *_: FindsWhiteSquare())
    files = [{"id": number, "file_name": f"{name}.png"} for number, name in enumerate("ab")]
    face = {"id": 1, "image_id": 0, "category_id": 1, "bbox": [10, 20, 12, 14]}
    missed = {"id": 2, "image_id": 1, "category_id": 1, "bbox": [50, 5, 8, 8]}
    coco = {"images": files, "annotations": [face, missed], "categories": [{"id": 1, "name": "face"}]}
    (tmp_path / "faces.json").write_text(json.dumps(coco))
    common = ("folder", "--images", images, "--annotations", tmp_path / "faces.json", "--json")
    report = json.loads(run(*common).stdout)
    # Both squares score the same, so one of two predictions is right when one of two faces is found.
    assert report["subsets"]["all"]["ap"] == pytest.approx(0.25)
    assert report["heights"]["10-16"]["ap"] == pytest.approx(0.5) and report["heights"]["under 10"]["ap"] == 0.0
    assert json.loads(run(*common, "--limit", "1").stdout)["pictures"] == 1
    rows = [[cell.strip() for cell in row.split("│")[1:-1]] for row in run(*common[:-1]).stdout.splitlines()]
    assert ["32-64", "", "", "", "0"] in rows, "no figures where no face is"
    assert "no form of annotations called paper" in run(*common, "--kind", "paper").output
