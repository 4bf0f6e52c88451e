"""Every format holds what was found, for the programs and people that read it."""

from __future__ import annotations

import csv
import errno
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from tinyface_core.export import contact
from tinyface_core.export.contact import ContactRow, contact_pages
from tinyface_core.export.json_file import read
from tinyface_core.export.material import ExportError, FaceKey, Material, Statement
from tinyface_core.export.registry import FORMATS, export
from tinyface_core.registry import RegistryError
from tinyface_core.results import read_results
from tinyface_core.types import Detections, Face, FindResult, Origin, Verdict
from tinyface_core.upscalers.enlargement import CropSet, Enlargement

SCHEMA = Path(__file__).parents[2] / "resources" / "schema" / "find-result.schema.json"


@pytest.fixture
def material(tmp_path: Path) -> Material:
    """Two photos of the same name; the first with a confirmed, a rejected and an overhanging face."""
    results = []
    for folder in ("a", "b"):
        path = tmp_path / folder / "crowd.png"
        path.parent.mkdir()
        Image.new("RGB", (200, 100), (90, 120, 150)).save(path)
        results.append(FindResult(str(path), 200, 100, Detections.of([], []), 9, 2, weights={"detector": "d1 ff"}))
    faces = (
        Face((10, 20, 30, 60), 0.9, 0.8, 0.95, 0.4, refined=True),
        Face((50, 50, 60, 60), 0.5, 0.5),
        Face((-10, 90, 10, 110), 0.4, 0.4),
    )
    found = Detections.of_faces(faces)
    results[0] = FindResult(results[0].source, 200, 100, found, 9, 2, weights={"detector": "d1 ff"})
    source = results[0].source
    verdicts = {
        FaceKey(source, None, 0): Statement(Verdict.CONFIRMED, '=HYPERLINK("x")'),
        FaceKey(source, None, 1): Statement(Verdict.NOT_A_FACE, '<script>alert(1)</script>, "quoted"'),
    }
    grey = np.full((64, 64, 3), 77, np.uint8)
    enlargements = (Enlargement("bilinear", grey, 0.1), Enlargement("my/model", grey, 2.0))
    crops = {FaceKey(source, None, 0): CropSet((0, 20, 40, 60), np.full((40, 40, 3), 9, np.uint8), enlargements)}
    return Material(results, verdicts, crops)


def test_csv_has_a_line_for_each_face_and_reads_back(material: Material, tmp_path: Path) -> None:
    export("csv", material, tmp_path / "faces.csv")
    with (tmp_path / "faces.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["face"] for row in rows] == ["1", "2", "3"]
    assert float(rows[0]["y2"]) == 60
    assert float(rows[0]["size"]) == 40
    assert [row["verdict"] for row in rows] == ["confirmed", "rejected", ""]
    assert rows[1]["note"] == '<script>alert(1)</script>, "quoted"'
    assert rows[1]["face_probability"] == ""


@pytest.fixture
def followed(tmp_path: Path) -> Material:
    """Frames 4 and 6 of a video: a track that is found and filled, a face without one, and a rejected one."""
    seen, filled = (
        Face((10, 20, 22, 34), 0.9, 0.8, track=0),
        Face((11, 20, 23, 34), 0.9, 0, track=0, origin=Origin.FILLED),
    )
    frames = (
        (4, 0.4, (seen, Face((50, 50, 60, 60), 0.5, 0.5), Face((70, 50, 80, 60), 0.4, 0.4, track=1))),
        (6, 0.6, (filled,)),
    )
    results = [
        FindResult("v.mp4", 200, 100, Detections.of_faces(faces), 9, 2, index=index, seconds=seconds)
        for index, seconds, faces in frames
    ]
    return Material(results, {FaceKey("v.mp4", 4, 2): Statement(Verdict.NOT_A_FACE)})


def test_parquet_has_the_rows_of_the_csv_table_unrounded_and_with_types(followed: Material, tmp_path: Path) -> None:
    export("parquet", followed, tmp_path / "faces.parquet")
    rows = pq.read_table(tmp_path / "faces.parquet").to_pylist()
    export("csv", followed, tmp_path / "faces.csv")
    with (tmp_path / "faces.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    assert list(rows[0]) == list(table[0]) and len(rows) == len(table) > 1
    faces = [face for result in followed.results for _, face, _ in followed.faces(result)]
    for row, line, face in zip(rows, table, faces, strict=True):
        assert (row["x1"], row["y1"], row["x2"], row["y2"]) == face.box and row["score"] == face.score
        for name in ("source", "origin", "verdict", "note"):
            assert row[name] == line[name]
        for name in ("frame", "track", "face"):
            assert (row[name] is None) == (line[name] == "") and (row[name] is None or row[name] == int(line[name]))


def test_csv_tells_tracks_from_1_and_what_was_filled_in(followed: Material, tmp_path: Path) -> None:
    export("csv", followed, tmp_path / "faces.csv")
    with (tmp_path / "faces.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["seconds"], row["track"], row["origin"]) for row in rows] == [
        ("0.4", "1", "found"),
        ("0.4", "", "found"),
        ("0.4", "2", "found"),
        ("0.6", "1", "filled"),
    ]


def test_mot_text_counts_frames_tracks_and_places_from_1(followed: Material, tmp_path: Path) -> None:
    export("mot", followed, tmp_path / "mot")
    (file,) = (tmp_path / "mot").iterdir()
    assert file.name == "v.txt"
    assert np.loadtxt(file, delimiter=",").tolist() == [
        [5, 1, 11, 21, 12, 14, 0.9, -1, -1, -1],
        [5, -1, 51, 51, 10, 10, 0.5, -1, -1, -1],
        [7, 1, 12, 21, 12, 14, 0.9, -1, -1, -1],
    ]


def test_coco_vid_joins_frames_to_videos_and_faces_to_tracks(followed: Material, tmp_path: Path) -> None:
    export("coco-vid", followed, tmp_path / "faces.json")
    read = json.loads((tmp_path / "faces.json").read_text())
    assert read["videos"] == [{"id": 1, "name": "v.mp4"}]
    assert [(image["id"], image["video_id"], image["frame_id"]) for image in read["images"]] == [(1, 1, 4), (2, 1, 6)]
    rows = [(one["image_id"], one["instance_id"], one["origin"], one["bbox"]) for one in read["annotations"]]
    assert rows == [
        (1, 1, "found", [10, 20, 12, 14]),
        (1, 2, "found", [50, 50, 10, 10]),
        (2, 1, "filled", [11, 20, 12, 14]),
    ]
    assert len({one["id"] for one in read["annotations"]}) == 3


def test_csv_text_cannot_become_a_formula_but_negative_numbers_stay(material: Material, tmp_path: Path) -> None:
    export("csv", material, tmp_path / "faces.csv")
    with (tmp_path / "faces.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["note"] == '\'=HYPERLINK("x")'
    assert float(rows[2]["x1"]) == -10


def test_json_keeps_to_the_schema_and_reads_back(material: Material, tmp_path: Path) -> None:
    export("json", material, tmp_path / "faces.json")
    values = json.loads((tmp_path / "faces.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(values)
    assert values["results"][0]["faces"][1]["verdict"] == "rejected"
    assert read_results(tmp_path / "faces.json") == list(material.results)


def test_coco_has_right_ids_boxes_and_areas(material: Material, tmp_path: Path) -> None:
    export("coco", material, tmp_path / "coco.json")
    values = json.loads((tmp_path / "coco.json").read_text("utf-8"))
    assert [image["id"] for image in values["images"]] == [1, 2]
    assert [note["id"] for note in values["annotations"]] == [1, 2]
    assert {note["image_id"] for note in values["annotations"]} == {1}
    # The rejected face is gone; the overhanging one is cut to the picture.
    assert [note["bbox"] for note in values["annotations"]] == [[10, 20, 20, 40], [0, 90, 10, 10]]
    assert [note["area"] for note in values["annotations"]] == [800, 100]
    assert {note["category_id"] for note in values["annotations"]} == {values["categories"][0]["id"]}


def test_yolo_numbers_are_shares_of_the_picture(material: Material, tmp_path: Path) -> None:
    export("yolo", material, tmp_path / "yolo")
    labels = sorted((tmp_path / "yolo" / "labels").iterdir())
    assert len(labels) == 2
    assert labels[0].read_text() == ("0 0.100000 0.400000 0.100000 0.400000\n0 0.025000 0.950000 0.050000 0.100000\n")
    assert labels[1].read_text() == ""
    assert (tmp_path / "yolo" / "classes.txt").read_text() == "face\n"


def test_crops_are_written_for_every_upscaler(material: Material, tmp_path: Path) -> None:
    export("crops", material, tmp_path / "crops")
    found = sorted((tmp_path / "crops").rglob("*.*"))
    assert [path.name for path in found] == [
        "face-001_bilinear.png", "face-001_my-model.png", "face-001_original.png",
    ]  # fmt: skip
    assert np.asarray(Image.open(found[0])).shape == (64, 64, 3)
    assert (np.asarray(Image.open(found[2])) == 9).all()


def test_annotated_pictures_never_overwrite_each_other(material: Material, tmp_path: Path) -> None:
    export("annotated", material, tmp_path / "drawn")
    assert len(list((tmp_path / "drawn").glob("*.png"))) == 2


def test_the_report_is_well_formed_and_self_contained(material: Material, tmp_path: Path) -> None:
    export("html", material, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text("utf-8")
    root = ET.fromstring(text.removeprefix("<!DOCTYPE html>"))
    sources = [image.attrib["src"] for image in root.iter("img")]
    assert len(sources) == 2 + 3
    assert all(source.startswith("data:image/jpeg;base64,") for source in sources)
    assert root.find(".//script") is None
    assert '<script>alert(1)</script>, "quoted"' in "".join(root.itertext())
    boxes = [rect for rect in root.iter("rect") if "stroke" in rect.attrib]
    assert [float(boxes[0].attrib[name]) for name in ("x", "y", "width", "height")] == [9, 19, 22, 42]
    assert "Refined pixels are generated, not evidence." in text
    titles = [title.text for title in next(root.iter("thead")).iter("th")]
    assert len(titles) == len(set(titles))
    links = {link.attrib["href"][1:] for link in root.iter("a")}
    assert links <= {row.attrib["id"] for row in root.iter("tr") if "id" in row.attrib}


def test_the_report_says_which_picture_is_gone(material: Material, tmp_path: Path) -> None:
    Path(material.results[1].source).unlink()
    export("html", material, tmp_path / "report.html")
    assert "does not exist" in (tmp_path / "report.html").read_text("utf-8")


@pytest.mark.parametrize("name", FORMATS.names())
def test_a_full_disk_is_one_sentence_and_leaves_no_file(
    material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tinyface_core.files.os.fsync", full)
    target = tmp_path / "out" / f"x{FORMATS.load(name).suffix}"
    with pytest.raises(ExportError, match="disk is full"):
        export(name, material, target)
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == []


def test_crops_sheets_and_reports_are_the_formats_that_show_enlarged_faces() -> None:
    enlarged = {name for name in FORMATS.names() if FORMATS.load(name).crops}
    assert enlarged == {"crops", "contact", "html", "sheets"}


def test_an_unknown_format_names_the_known_ones(material: Material, tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="csv, json, coco"):
        export("xlsx", material, tmp_path / "x")


def test_every_verdict_has_a_word_of_its_own_in_csv_and_json(tmp_path: Path) -> None:
    faces = Detections.of_faces([Face((10.0 * n, 1.0, 10.0 * n + 5, 9.0), 0.5, 0.5) for n in range(4)])
    result = FindResult("a.png", 60, 20, faces, 4, 0)
    verdicts = [Verdict.UNDECIDED, Verdict.CONFIRMED, Verdict.NOT_A_FACE, Verdict.UNSURE]
    said = {FaceKey("a.png", None, number): Statement(verdict) for number, verdict in enumerate(verdicts)}
    for form in ("csv", "json"):
        export(form, Material([result], said), tmp_path / f"faces.{form}")
    with (tmp_path / "faces.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["verdict"] for row in csv.DictReader(file)] == ["", "confirmed", "rejected", "unsure"]
    assert read([tmp_path / "faces.json"]).statements == {
        FaceKey("a.png", None, number): Statement(verdict) for number, verdict in enumerate(verdicts) if verdict
    }


def test_contact_sheets_show_each_face_once_by_every_method_that_enlarged_it(
    material: Material, tmp_path: Path
) -> None:
    export("contact", material, tmp_path / "sheets")
    with Image.open(tmp_path / "sheets" / "contact-001.png") as page:
        row = np.asarray(page.convert("L"))[70]
    # Crops of shade 9, and of 77 by two methods; each cell has 112 pixels.
    assert [int((row == shade).sum()) for shade in (9, 77)] == [112, 224]
    assert [path.name for path in (tmp_path / "sheets").iterdir()] == ["contact-001.png"]


def test_what_falls_short_of_a_score_or_size_goes_and_the_rest_keeps_what_was_said_of_it(material: Material) -> None:
    def left(score: float, size: float) -> list[tuple[float, Verdict]]:
        chosen = material.above(score, size)
        assert len(chosen.results) == 2 and chosen.crops == material.crops
        return [(face.score, said.verdict) for _, face, said in chosen.faces(chosen.results[0])]

    small, overhanging = (0.5, Verdict.NOT_A_FACE), (0.4, Verdict.UNDECIDED)
    assert left(0.4, 10) == [(0.9, Verdict.CONFIRMED), small, overhanging]
    assert left(0.5, 10) == [(0.9, Verdict.CONFIRMED), small]
    assert left(0.4, 20) == [(0.9, Verdict.CONFIRMED), overhanging], "ends are included"
    smallest = replace(material.results[0], faces=material.results[0].faces.take(np.array([2, 1, 0])))
    said = {FaceKey(smallest.source, None, 1): Statement(Verdict.UNSURE, "here", 3)}
    chosen = Material([smallest], said).above(0.45, 0)
    assert [one for *_, one in chosen.faces(chosen.results[0])] == [Statement(Verdict.UNSURE, "here", 3), Statement()]


def test_results_of_several_files_are_joined_with_what_was_said(followed: Material, material: Material) -> None:
    joined = Material.joined([followed, material])
    assert joined.results == [*followed.results, *material.results]
    assert joined.statements == {**followed.statements, **material.statements}


def test_a_box_that_lies_outside_of_the_picture_is_no_annotation(tmp_path: Path) -> None:
    boxes = [(-9.0, 5.0, 0.0, 9.0), (200.0, 5.0, 210.0, 9.0), (5.0, -9.0, 9.0, 0.0), (5.0, 100.0, 9.0, 120.0)]
    inside = (0.0, 0.0, 200.0, 100.0)
    faces = Detections.of([*boxes, inside], [0.5] * 5)
    material = Material([FindResult("a.png", 200, 100, faces, 5, 0)])
    assert [box for _, box, _ in material.true_faces(material.results[0])] == [inside]


def test_written_json_is_what_the_json_library_writes(material: Material, tmp_path: Path) -> None:
    for form in ("json", "coco"):
        for number, one in enumerate((material, replace(material, results=[]))):
            path = tmp_path / f"{form}-{number}.json"
            export(form, one, path)
            text = path.read_text("utf-8")
            plain = json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False)
            assert text.replace("\n", "") == plain and text.endswith("\n")


def test_mot_text_has_a_photo_as_a_first_frame_and_a_video_whole_that_comes_in_parts(
    material: Material, followed: Material, tmp_path: Path
) -> None:
    export("mot", Material([followed.results[0], material.results[0], followed.results[1]]), tmp_path / "mot")
    assert np.loadtxt(tmp_path / "mot" / "crowd.txt", delimiter=",").tolist() == [
        [1, -1, 11, 21, 20, 40, 0.9, -1, -1, -1],
        [1, -1, 51, 51, 10, 10, 0.5, -1, -1, -1],
        [1, -1, 1, 91, 10, 10, 0.4, -1, -1, -1],
    ]
    assert np.loadtxt(tmp_path / "mot" / "v.txt", delimiter=",")[:, 0].tolist() == [5, 5, 5, 7]


def test_parquet_has_all_rows_where_there_are_more_than_are_written_at_once(
    followed: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at_once in (1, 2, 3, 4, 5):
        monkeypatch.setattr("tinyface_core.export.parquet._ROWS_AT_ONCE", at_once)
        export("parquet", followed, tmp_path / "faces.parquet")
        assert pq.read_table(tmp_path / "faces.parquet")["score"].to_pylist() == [0.9, 0.5, 0.4, 0.9]


def test_cells_of_a_contact_sheet_stand_in_rows_of_two_blocks_with_the_same_room_around() -> None:
    def row(shade: int) -> ContactRow:
        made = [Enlargement(name, np.full((9, 9, 3), shade + n, np.uint8), 0) for n, name in enumerate("ab", 1)]
        return ContactRow.of(["1", "name"], CropSet((0, 0, 9, 9), np.full((9, 9, 3), shade, np.uint8), made))

    shades = range(10, 60, 10)
    (page,) = contact_pages(map(row, shades))
    assert page.methods == ("a", "b")
    places = []
    for shade in (shade + n for shade in shades for n in range(3)):
        ys, xs = np.nonzero((page.pixels == shade).all(axis=2))
        assert len(ys) == 112 * 112 and (np.ptp(ys), np.ptp(xs)) == (111, 111)
        places.append((int(xs[0]), int(ys[0])))
    grid = np.array(places).reshape(5, 3, 2)
    assert (np.diff(grid[..., 0], axis=1) == 118).all() and not np.diff(grid[..., 1], axis=1).any()
    tops, lefts = grid[:, 0, 1], grid[:, 0, 0]
    assert (tops - tops[0]).tolist() == [0, 118, 236, 0, 118]
    assert (lefts - lefts[0]).tolist() == [0, 0, 0, 528, 528], "150 for the text, three cells, and a margin"
    height, width, _ = page.pixels.shape
    assert width - (lefts[-1] + 2 * 118 + 112) == 24 + 6 and height - (tops[2] + 112) == 24 + 28 + 6
    assert (tops[0], lefts[0]) == (24 + 24, 24 + 150)
    dark = (page.pixels < 140).all(axis=2)
    for left in lefts[[0, 3]]:  # the names above the columns, each in the middle of its cell
        heads = np.flatnonzero(dark[24:44, left : left + 348].any(axis=0))
        assert len(heads) and abs((heads.min() + heads.max()) / 2 - 174) < 30
    assert dark[: tops[0], : lefts[0]].sum() == 0 and dark[-50:].any(), "at the end it says that this is no evidence"


def test_a_contact_sheet_has_forty_faces_on_a_page_and_empty_places_for_methods_that_lack() -> None:
    cell = Image.new("RGB", (112, 112), (9, 9, 9))
    rows = [
        ContactRow(("1",), {"original pixels": cell} | ({"a": cell} if number < 40 else {})) for number in range(42)
    ]
    pages = list(contact_pages(rows))
    assert [page.methods for page in pages] == [("a",), ()]
    assert [int((page.pixels == 9).all(axis=2).sum()) // 112**2 for page in pages] == [80, 2]
    assert list(contact_pages([])) == []


@pytest.mark.parametrize(("seconds", "where"), [(0.16, "frame 4"), (None, "page 5")])
def test_a_contact_sheet_says_number_picture_frame_size_and_note(
    material: Material, tmp_path: Path, seconds: float | None, where: str
) -> None:
    said: list[str] = []
    key, (crops,) = FaceKey("v.mp4", 4, 1), material.crops.values()
    faces = Detections.of([(0, 0, 9, 9), (10, 20, 22, 34)], [0.5, 0.876])
    result = FindResult("v.mp4", 200, 100, faces, 2, 0, index=4, seconds=seconds)
    one = Material([result], {key: Statement(note="at the gate")}, {key: crops})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(contact, "fitting", lambda text, *_: said.append(text) or text)
        export("contact", one, tmp_path / "sheets")
    assert said[3:] == ["2", "v.mp4", where, "14 px, 0.88", "at the gate"]
