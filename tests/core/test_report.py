"""The report of a case: its head, its pages, its numbers and words."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tinyface_core.export import report
from tinyface_core.export.case import Case, words
from tinyface_core.export.material import FaceKey, Material, Statement
from tinyface_core.export.registry import export
from tinyface_core.export.report import report_pages
from tinyface_core.types import Detections, Face, FindResult, Frame, Origin, Verdict
from tinyface_core.upscalers.enlargement import CropSet, Enlargement

CASE = Case("Crowd at the gate", "2026/117", "A. Examiner", "1 May", "en")
EXPORT = Path(report.__file__).parent


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "gate.png"
    Image.new("RGB", (200, 100), (90, 120, 150)).save(path)
    return path


def result(path: Path, faces: int) -> FindResult:
    boxes = [(n % 20 * 10, n // 20 % 10 * 10, n % 20 * 10 + 8, n // 20 % 10 * 10 + 8) for n in range(faces)]
    return FindResult(str(path), 200, 100, Detections.of(boxes, np.linspace(0.9, 0.4, faces)), faces, 0)


def read(path: Path) -> ET.Element:
    return ET.fromstring(path.read_text("utf-8").removeprefix("<!DOCTYPE html>"))


def text(root: ET.Element) -> str:
    return " ".join(" ".join(root.itertext()).split())


def test_the_head_names_case_and_examiner_and_each_picture_has_the_hash_of_its_file(photo: Path) -> None:
    target = photo.with_name("report.html")
    export("html", Material([result(photo, 2)], case=CASE), target)
    said = text(read(target))
    for part in ("Crowd at the gate", "Case 2026/117", "Examiner A. Examiner", "Date 1 May"):
        assert part in said
    assert hashlib.sha256(photo.read_bytes()).hexdigest() in said


def test_the_numbers_at_the_boxes_are_those_of_the_rows(photo: Path) -> None:
    target = photo.with_name("report.html")
    export("html", Material([result(photo, 30)]), target)
    root = read(target)
    links = [link for link in root.iter("a") if link.find("text") is not None]
    at_boxes = [(link.attrib["href"], link.find("text").text) for link in links]
    rows = [row for row in root.iter("tr") if "id" in row.attrib]
    in_rows = [(f"#{row.attrib['id']}", row.find("td").find("span").tail.strip()) for row in rows]
    assert at_boxes == in_rows and [number for _, number in in_rows] == [str(n) for n in range(1, 31)]


@pytest.mark.parametrize(("language", "word"), [("en", "drawn"), ("de", "gezeichnet")])
def test_a_face_that_was_drawn_by_hand_has_no_score(photo: Path, language: str, word: str) -> None:
    target = photo.with_name("report.html")
    drawn = Face((10.0, 10.0, 30.0, 32.0), 1.0, 1.0, origin=Origin.DRAWN)
    corrected = Face((40.0, 10.0, 60.0, 32.0), 0.8, 0.8, origin=Origin.DRAWN)
    found = replace(result(photo, 0), faces=Detections.of_faces([drawn, corrected]))
    export("html", Material([found], case=replace(CASE, language=language)), target)
    rows = [row for row in read(target).iter("tr") if "id" in row.attrib]
    cells = [[("".join(cell.itertext())).strip() for cell in row.iter("td")][2:4] for row in rows]
    assert cells[0] == [word, "–"] and cells[1][0].replace(",", ".") == "0.800"


def test_pages_hold_at_most_200_faces_and_a_picture_is_split_only_if_it_has_more(photo: Path) -> None:
    pages = report_pages([result(photo, faces) for faces in (150, 60, 450, 0)])
    assert [[(part.picture, part.faces) for part in page] for page in pages] == [
        [(1, range(150))],
        [(2, range(60))],
        [(3, range(200))],
        [(3, range(200, 400))],
        [(3, range(400, 450)), (4, range(0))],
    ]
    assert [len(page) for page in report_pages([result(photo, 0)] * 120)] == [50, 50, 20]
    assert report_pages([]) == [[]]


def test_the_first_page_leads_to_every_picture_and_page(photo: Path, tmp_path: Path) -> None:
    other = tmp_path / "second & last.png"
    other.write_bytes(photo.read_bytes())
    target = tmp_path / "report.html"
    export("html", Material([result(photo, 250), result(other, 3)]), target)
    pages = [target, tmp_path / "report-2.html"]
    roots = [read(page) for page in pages]
    faces = [sum("id" in row.attrib for row in root.iter("tr")) for root in roots]
    assert faces == [200, 53] and "Page 2 of 2" in text(roots[1])
    ids = {
        page.name: {part.attrib["id"] for part in root.iter() if "id" in part.attrib}
        for page, root in zip(pages, roots, strict=True)
    }
    links = [link.attrib["href"].partition("#") for link in roots[0].iter("a") if link.attrib["href"][0] != "#"]
    assert ("report-2.html", "#", "picture-2") in links
    for name, _, anchor in links:
        assert not anchor or anchor in ids[name]
    assert links and {link.attrib["href"] for link in roots[1].iter("a")} >= {"report.html"}


def test_a_german_report_says_everything_in_german(photo: Path) -> None:
    said = {FaceKey(str(photo), None, 0): Statement(Verdict.CONFIRMED, "am Tor")}
    target = photo.with_name("bericht.html")
    found = replace(result(photo, 2), weights={"detector": "d 12ab"}, timings={"detect": 0.1})
    pixels = np.zeros((8, 8, 3), np.uint8)
    crop = CropSet((0, 0, 8, 8), pixels, (Enlargement("bicubic", pixels, 1.0), Enlargement("sr-only", pixels, 1.0)))
    crops = {FaceKey(str(photo), None, 0): crop}
    export("html", Material([found], said, crops, case=replace(CASE, language="de")), target)
    root = read(target)
    assert root.attrib["lang"] == "de"
    shown = text(root)
    for part in ("Fall 2026/117", "2 Gesichter", "bestätigt", "Größe, px", "0,900", "8,0", "kein Beweis"):
        assert part in shown
    for part in ("bikubisch", "nur SR", "Gewichte, Detektor", "Zeit, suchen"):
        assert part in shown
    assert "Verdict" not in shown and "0.900" not in shown


def test_a_page_of_a_file_a_turned_photo_and_a_moment_of_a_video_are_told_from_others(photo: Path) -> None:
    one = result(photo, 1)
    parts = [replace(one, index=2), replace(one, turn=90), replace(one, index=50, seconds=2.0)]
    target = photo.with_name("report.html")
    export("html", Material(parts, load=lambda _: Frame(np.zeros((9, 9, 3), np.uint8), str(photo))), target)
    shown = text(read(target))
    for part in ("gate.png, page 3", "gate.png, turned by 90°", "gate.png, frame 50 at 2.00 s"):
        assert part in shown


def test_large_pictures_are_embedded_with_1600_pixels_and_crops_as_they_are() -> None:
    def size_of(uri: str) -> tuple[int, int]:
        with Image.open(io.BytesIO(base64.b64decode(uri.removeprefix("data:image/jpeg;base64,")))) as image:
            return image.size

    pixels = np.zeros((20, 3200, 3), np.uint8)
    assert size_of(report.data_uri(pixels, report.LARGEST_SIDE)) == (1600, 10)
    assert size_of(report.data_uri(pixels[:, :30], report.LARGEST_SIDE)) == (30, 20)
    assert size_of(report.data_uri(pixels)) == (3200, 20)


def test_a_file_that_went_has_no_hash_and_one_of_many_frames_is_read_once(photo: Path) -> None:
    read_files: list[Path] = []

    def digest(path: Path) -> str:
        read_files.append(path)
        if path.name == "gone.png":
            raise FileNotFoundError(path)
        return "ab" * 32

    frames = [replace(result(photo, 1), index=number, seconds=0.0) for number in range(3)]
    black = Frame(np.zeros((9, 9, 3), np.uint8), str(photo))
    parts = [*frames, replace(result(photo, 1), source=str(photo.with_name("gone.png")))]
    target = photo.with_name("report.html")
    export("html", Material(parts, load=lambda _: black, digest=digest), target)
    assert [path.name for path in read_files] == ["gate.png", "gone.png"]
    assert text(read(target)).count("ab" * 32) == 3


@pytest.mark.parametrize("template", ["report.html.jinja", "report_print.html.jinja", "../redaction/review.html.jinja"])
def test_every_text_of_the_reports_is_translated(template: str) -> None:
    german = json.loads((EXPORT / "report.de.json").read_text("utf-8"))
    source = (EXPORT / template).read_text("utf-8")
    asked = set(re.findall(r'"([^"]+)" \| t\b', source)) | set(re.findall(r'\("([^"]+)" \| t\)', source))
    assert len(asked) > 10 and asked <= set(german)
    code = (EXPORT / "report.py").read_text("utf-8") + (EXPORT / "case.py").read_text("utf-8")
    assert set(re.findall(r'say\("([^"]+)"\)', code)) <= set(german)


def test_numbers_in_german_remarks_have_a_decimal_comma() -> None:
    assert words("de")("never sure, best score 0.30") == "nie sicher, bester Wert 0,30"
    assert words("de")("text.v1.5.png is empty: get a fresh copy of it.").startswith("text.v1.5.png ist leer")
    assert words("en")("never sure, best score 0.30") == "never sure, best score 0.30"
