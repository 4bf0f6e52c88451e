"""A part that an installed package adds is listed and used by the commands; nothing else is touched."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from tests.core.groups.made_faces import BLUE, RED, add_photo
from tests.plugins import example
from tinyface_core.commands.app import app
from tinyface_core.project.store import Project


def run(*arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, list(map(str, arguments)))
    assert done.exit_code == code, done.output
    return done.stdout if code == 0 else done.stderr


def test_an_embedder_is_listed_and_groups_faces(add, tmp_path: Path):
    add("tinyface.embedders", example("An embedder"))
    assert "theirs" in run("parts")
    with Project.create(tmp_path / "case.tinyface") as project:
        add_photo(project, tmp_path / "1.png", [RED, RED, BLUE])
    told = run("project", "group", tmp_path / "case.tinyface", "--embedder", "theirs")
    assert told.endswith("1 group of 3 faces, 1 alone\n")


def test_a_detector_is_listed_searches_and_is_measured(add, small_weights: Path, tmp_path: Path):
    add("tinyface.detectors", example("A detector"))
    assert "theirs" in run("parts")
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[..., 2] = 60  # a picture with colours is searched as it is
    pixels[16:32, 32:48] = 204
    Image.fromarray(pixels).save(tmp_path / "spot.png")
    alone = ("--detector", "theirs", "--no-second-stage")
    run("find", tmp_path / "spot.png", *alone, "--output", tmp_path)
    (result,) = json.loads((tmp_path / "spot-faces.json").read_text())["results"]
    assert [face["box"] for face in result["faces"]] == [[32, 16, 48, 32]]
    assert result["faces"][0]["score"] == pytest.approx(0.8)
    run("find", tmp_path / "spot.png", "--detector", "theirs", "--min-score", 0, "--output", tmp_path)
    (result,) = json.loads((tmp_path / "spot-faces.json").read_text())["results"]
    assert result["refined"] == 1, "the second stage judges what it proposes"
    run("compare", tmp_path / "spot.png", *alone, "--methods", "nearest", "--crops", "--output", tmp_path)
    assert (tmp_path / "spot-crops" / "face-001_nearest.png").exists()
    stages = json.loads(run("benchmark", tmp_path / "spot.png", *alone, "--repeat", 1, "--json"))["pictures"][0][
        "stages"
    ]
    assert "detect" in stages
    (tmp_path / "list.txt").write_text("spot.png\n1\n32 16 16 16 0 0 0 0 0 0\n")
    kind = ("--kind", "wider", "--images", tmp_path, "--annotations", tmp_path / "list.txt")
    report = json.loads(run("evaluate", "folder", *kind, *alone, "--rounds", 0, "--json"))
    assert report["subsets"]["all"]["ap"] == pytest.approx(1)
    run("project", "new", tmp_path / "case.tinyface", tmp_path / "spot.png")
    assert "1 photo searched, 1 face\n" in run("project", "find", tmp_path / "case.tinyface", "--detector", "theirs")


def test_an_upscaler_is_listed_compared_exported_and_measured(add, small_weights: Path, photo: Path, tmp_path: Path):
    add("tinyface.upscalers", example("An upscaler"))
    assert "theirs" in run("compare", photo, "--list").split()
    assert "from the package their-package" in run("parts")
    run("compare", photo, "--box", "10,10,20,20", "--methods", "theirs", "--crops", "--no-mark", "--output", tmp_path)
    original, halved = (
        np.asarray(Image.open(tmp_path / "photo-crops" / f"face-001_{way}.png")) for way in ("original", "halved")
    )
    assert (halved[::4, ::4] == original // 2).all()
    run("find", photo, "--min-score", 0, "--output", tmp_path)
    written = ("--format", "crops", "--methods", "theirs", "--output", tmp_path / "crops")
    run("export", tmp_path / "photo-faces.json", *written)
    assert list((tmp_path / "crops").rglob("face-001_halved.png"))
    (tmp_path / "list.txt").write_text("photo.jpg\n1\n20 20 70 80 0 0 0 0 0 0\n")
    truth = ("--images", tmp_path, "--ground-truth", tmp_path / "list.txt")
    report = run("evaluate", "restoration", *truth, "--upscalers", "theirs,bicubic", "--measures", "psnr", "--json")
    first, second = json.loads(report)["upscalers"]
    assert first["name"] == "halved" and first["figures"]["psnr"]["mean"] < second["figures"]["psnr"]["mean"]


def test_an_export_format_is_listed_and_written(add, small_weights: Path, photo: Path, tmp_path: Path):
    add("tinyface.exports", example("An export format"))
    assert "theirs" in run("parts")
    run("find", photo, "--min-score", 0, "--output", tmp_path)
    faces = len(json.loads((tmp_path / "photo-faces.json").read_text())["results"][0]["faces"])
    run("export", tmp_path / "photo-faces.json", "--format", "theirs", "--output", tmp_path / "faces.count")
    assert (tmp_path / "faces.count").read_text() == f"photo {faces}\n"
    run("find", photo, "--min-score", 0, "--write", "theirs", "--output", tmp_path / "out")
    assert (tmp_path / "out" / "photo-faces.count").read_text() == f"photo {faces}\n"


def test_a_reader_of_annotations_is_listed_measured_and_learned_from(
    add, small_weights: Path, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    add("tinyface.datasets", example("A form of annotations"))
    assert "theirs" in run("parts")
    lines = []
    for number in range(6):
        Image.open(photo).save(tmp_path / f"{number}.png")
        lines.append(f"{number}.png {10 * number} 20 {10 * number + 16} 40")
    (tmp_path / "boxes.txt").write_text("\n".join(lines))
    measured = (
        "--images",
        tmp_path,
        "--annotations",
        tmp_path / "boxes.txt",
        "--rounds",
        0,
        "--no-second-stage",
        "--json",
    )
    report = json.loads(run("evaluate", "folder", "--kind", "theirs", *measured))
    assert (report["pictures"], report["subsets"]["all"]["faces"]) == (6, 6)
    steps = ("--name", "mine", "--detector-steps", 1, "--device", "cpu")
    run("train", "tune", "--data", f"theirs:{tmp_path / 'boxes.txt'}:{tmp_path}", *steps)
    assert "mine" in run("train", "runs", "list")


def test_a_broken_part_costs_one_sentence_where_it_is_asked_for_and_nothing_elsewhere(
    add, small_weights: Path, photo: Path, tmp_path: Path
):
    add("tinyface.upscalers", "import nowhere_to_be_found")
    run("find", photo, "--output", tmp_path)
    assert "theirs" in run("parts")
    said = run("compare", photo, "--box", "10,10,20,20", "--methods", "theirs", code=1)
    assert said.startswith("The upscaler theirs of the package their-package is broken (ModuleNotFoundError:")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("makes", "reason"),
    [
        ("crops", "ValueError: it made uint8 (1, 16, 16, 3) and not uint8 (1, 64, 64, 3)"),
        ("crops.repeat(factor, 1).repeat(factor, 2) / 255", "ValueError: it made float64 (1, 64, 64, 3) and not uint8"),
        ("crops / 0", "FloatingPointError: "),
    ],
)
def test_an_upscaler_that_makes_something_else_is_told_as_a_fault_of_its_package(
    add, photo: Path, tmp_path: Path, makes: str, reason: str
):
    add(
        "tinyface.upscalers",
        "import numpy as np\n"
        "class Theirs:\n"
        "    name = 'halved'\n"
        "    def enlarge(self, crops, factor, cancel=None):\n"
        "        with np.errstate(all='raise'):\n"
        f"            return {makes}\n"
        "def make(device):\n"
        "    return Theirs()\n",
    )
    said = run("compare", photo, "--box", "10,10,20,20", "--methods", "theirs", "--output", tmp_path, code=1)
    assert said.startswith(f"The upscaler theirs of the package their-package is broken ({reason}")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ("None", "TypeError: NoneType has no name, digest, plan, propose, runtime, leave_accelerator)"),
        ("OneByOne('a', '', lambda picture: [[1, 2, 3, 4]])", "TypeError: it gave list and not Detections)"),
        (
            "OneByOne('a', '', lambda picture: Detections.of([[1, 2, 3, 4]], [0.5, 0.6]))",
            "ValueError: it gave 1 boxes and 2 scores)",
        ),
        ("OneByOne('a', '', lambda picture: Detections.of([[1, 2, 3, 4]], [7]))", "ValueError: it gave boxes that"),
        ("OneByOne('a', '', lambda picture: picture.nothing)", "AttributeError: "),
    ],
)
def test_a_detector_that_finds_something_else_is_told_as_a_fault_of_its_package(
    add, small_weights: Path, photo: Path, tmp_path: Path, made: str, reason: str
):
    add(
        "tinyface.detectors",
        "from tinyface_core.detector.one_by_one import OneByOne\n"
        "from tinyface_core.types import Detections\n"
        f"make = lambda runtime: {made}\n",
    )
    said = run("find", photo, "--detector", "theirs", "--no-second-stage", "--output", tmp_path, code=1)
    assert f"The detector theirs of the package their-package is broken ({reason}" in said and said.count("\n") == 1


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ("[]", "TypeError: list has no name, digest, side, context, least, embed)"),
        ("Theirs(lambda crops: crops.mean())", "ValueError: it made float32 () and not 3 vectors of numbers)"),
        ("Theirs(lambda crops: crops.nothing)", "AttributeError: "),
    ],
)
def test_an_embedder_that_makes_something_else_is_told_as_a_fault_of_its_package(
    add, tmp_path: Path, made: str, reason: str
):
    add(
        "tinyface.embedders",
        "class Theirs:\n"
        "    name, digest, side, context, least = 'a', '', 8, 0.0, 0.9\n"
        "    def __init__(self, embed):\n"
        "        self.embed = embed\n"
        f"make = lambda: {made}\n",
    )
    with Project.create(tmp_path / "case.tinyface") as project:
        add_photo(project, tmp_path / "1.png", [RED, RED, BLUE])
    said = run("project", "group", tmp_path / "case.tinyface", "--embedder", "theirs", code=1)
    assert f"The embedder theirs of the package their-package is broken ({reason}" in said and said.count("\n") == 1


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ("None", "TypeError: "),
        ("['a.png']", "TypeError: it listed str and not AnnotatedPicture)"),
        (
            "[AnnotatedPicture('a', images / 'photo.jpg', np.zeros(4), np.zeros(1, bool))]",
            "ValueError: it gave boxes float64 (4,) for 1 faces of a)",
        ),
    ],
)
def test_a_reader_that_gives_something_else_is_told_as_a_fault_of_its_package(
    add, small_weights: Path, photo: Path, made: str, reason: str
):
    add(
        "tinyface.datasets",
        "import numpy as np\n"
        "from tinyface_core.datasets.annotations import AnnotatedPicture\n"
        f"make = lambda images, annotations: {made}\n",
    )
    said = run(
        "evaluate", "folder", "--kind", "theirs", "--images", photo.parent, "--annotations", photo.parent, code=1
    )
    kind = "form of annotations"
    assert f"The {kind} theirs of the package their-package is broken ({reason}" in said and said.count("\n") == 1


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ("'.txt'", "TypeError: it is str and not Format)"),
        ("Format('.txt', lambda material: None)", "TypeError: "),
        ("Format('.txt', lambda material, target: 1 / 0)", "ZeroDivisionError: division by zero)"),
    ],
)
def test_a_format_that_is_something_else_is_told_as_a_fault_of_its_package(
    add, small_weights: Path, photo: Path, tmp_path: Path, made: str, reason: str
):
    add("tinyface.exports", f"from tinyface_core.export.material import Format\nmake = {made}\n")
    run("find", photo, "--output", tmp_path)
    results = tmp_path / "photo-faces.json"
    said = run("export", results, "--format", "theirs", "--output", tmp_path / "a.txt", code=1)
    kind = "export format"
    assert f"The {kind} theirs of the package their-package is broken ({reason}" in said and said.count("\n") == 1


def test_a_format_that_cannot_write_to_the_disk_is_no_fault_of_its_package(
    add, small_weights: Path, photo: Path, tmp_path: Path
):
    source = "from tinyface_core.export.material import Format\nmake = Format('.txt', lambda _, t: open(t / 'no', 'w'))"
    add("tinyface.exports", source)
    run("find", photo, "--output", tmp_path)
    said = run("export", tmp_path / "photo-faces.json", "--format", "theirs", "--output", tmp_path / "a.txt", code=1)
    assert "a.txt cannot be written (No such file or directory)" in said
