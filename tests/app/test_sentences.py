"""Sentences of the core, in the window's language."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.sentences import _SENTENCES, device_name, in_users_language
from tinyface_core.datasets.annotations import AnnotatedPicture, Oddities
from tinyface_core.datasets.check import check_pictures
from tinyface_core.export.case import words
from tinyface_core.failures import user_sentence
from tinyface_core.media.images import load_image
from tinyface_core.media.opening import MediaError
from tinyface_core.runtime import Device
from tinyface_core.weights import Manifest

CORE = Path(__file__).parents[2] / "tinyface_core"


def sentence(node: ast.expr) -> str | None:
    """A text with numbered places for what varies."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        places = iter(range(9))
        return "".join(v.value if isinstance(v, ast.Constant) else f"{{{next(places)}}}" for v in node.values)
    return None


def trees(folder: Path) -> Iterator[ast.Module]:
    for path in sorted(folder.rglob("*.py")):
        yield ast.parse(path.read_text("utf-8"))


def test_every_known_sentence_is_one_that_the_core_writes() -> None:
    written = {sentence(node) for tree in trees(CORE) for node in ast.walk(tree) if isinstance(node, ast.expr)}
    assert set(_SENTENCES) <= written


@pytest.mark.parametrize(
    ("place", "errors", "least"),
    [
        ("media/*.py", {"MediaError", "NoMediaError"}, 20),
        ("project/query.py", {"QueryError", "_error"}, 10),
        ("own_weights.py", {"WeightsError"}, 5),
        ("upscalers/model_file.py", {"UserError"}, 5),
    ],
)
def test_every_reason_why_something_cannot_be_read_or_answered_is_known(
    place: str, errors: set[str], least: int
) -> None:
    raised = {
        text
        for path in CORE.glob(place)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and node.args
        if getattr(node.func, "id", getattr(node.func, "attr", "")) in errors
        if (text := sentence(node.args[0])) is not None and not text.startswith("{0}: {1}")
    }
    known = {*_SENTENCES, '")"'}
    assert len(raised) > least and sorted(raised - known) == []


def test_a_report_says_in_german_what_the_window_says(german: None, qapp: QApplication) -> None:
    say, texts = words("de"), json.loads((CORE / "export" / "report.de.json").read_text("utf-8"))
    both = [text for text in texts if text in _SENTENCES]
    assert len(both) > 30
    assert [say(text) for text in both] == [QCoreApplication.translate("Core", text) for text in both]
    told = ("a: b.png is not a picture that can be read: get a fresh copy of it.", "x.tif: 2 files.", "x is 3 MB.")
    assert [say(sentence) for sentence in told] == [
        "a: b.png ist kein Bild, das gelesen werden kann: Holen Sie eine neue Kopie.",
        *told[1:],
    ]


def test_a_question_that_makes_no_sense_is_refused_in_german(
    german: None, request: pytest.FixtureRequest, qtbot: QtBot
) -> None:
    window: MainWindow = request.getfixturevalue("window")
    told: list[str] = []
    window.filtering.refused.connect(told.append)
    for question in ("size < 16 score", "size < klein", "size ~ 3"):
        window.filtering.ask(question)
    assert [one.split()[-1] for one in told] == ["muss.", "Zahl.", "muss."]
    assert "„and“ oder „or“" in told[0] and "eines von" in told[2]


def test_a_reason_is_told_in_german_with_its_names(qapp: QApplication, german: None, tmp_path: Path) -> None:
    with pytest.raises(MediaError) as failure:
        load_image(tmp_path / "weg.png")
    told = in_users_language(user_sentence(failure.value))
    assert told.endswith("weg.png gibt es nicht: Prüfen Sie den Namen.")
    many = "a.png has 70,000,000 pixels, more than the limit of 67.1 megapixels: reduce it first."
    assert "67,1 Megapixeln" in in_users_language(many)
    assert in_users_language("A sentence that nobody knows.") == "A sentence that nobody knows."


def test_the_window_tells_in_german_why_a_picture_cannot_be_opened(
    german: None, request: pytest.FixtureRequest, qtbot: QtBot, tmp_path: Path
) -> None:
    window: MainWindow = request.getfixturevalue("window")
    empty = tmp_path / "leer.png"
    empty.touch()
    window.session.opened.open_paths([empty])
    qtbot.waitUntil(lambda: "leer.png" in window.canvas._message and "wird geöffnet" not in window.canvas._message)
    assert "Holen Sie eine neue Kopie" in window.canvas._message


def test_the_window_tells_in_german_why_none_of_several_files_can_be_opened(
    german: None, request: pytest.FixtureRequest, qtbot: QtBot, tmp_path: Path
) -> None:
    window: MainWindow = request.getfixturevalue("window")
    window.session.opened.open_paths([tmp_path / "a.png", tmp_path / "b.png"])
    qtbot.waitUntil(lambda: "a.png" in window.notice.sentence.text())
    assert window.notice.sentence.text().endswith("a.png gibt es nicht: Prüfen Sie den Namen.")
    assert "does not exist" not in window.notice._details


def test_what_a_check_of_annotations_finds_is_told_in_german(german: None, photo: Callable[[str], Path]) -> None:
    path, face, outside, everywhere = photo("a.png"), [5, 5, 15, 15], [5, 5, 900, 900], [0, 0, 900, 900]
    told = set[str]()
    for count in (1, 3, 30, 500, 5000):
        ignored = np.array([False, False, False, count == 3])
        boxes = [face, outside, [5, 5, 5, 5], everywhere]
        pictures = [AnnotatedPicture.of(str(n), path, boxes, ignored, ["car", "bus"]) for n in range(count)]
        gone = AnnotatedPicture.of("gone", path.with_name("gone.png"), [face])
        told |= {finding.sentence for finding in check_pictures([*pictures, gone])[0].findings}
    told |= set(Oddities(("a.png",), ("b.png",), ("car", "bus")).sentences)
    told |= {f"Old data. {sentence}" for sentence in told}
    assert len(told) > 20 and [sentence for sentence in told if in_users_language(sentence) == sentence] == []
    amount = "Pictures: 3,061. Faces in them: 5. That is enough to train from the beginning."
    assert (
        in_users_language(amount) == "Bilder: 3.061. Gesichter darin: 5. Das ist genug für ein Training von Grund auf."
    )


def test_data_and_licence_of_the_programs_weights_are_told_in_german(german: None) -> None:
    cards = Manifest.load().entries
    told = [text for card in cards for text in (card.data, card.licence, f"{card.data}; fine-tuned on street.json")]
    assert [text for text in told if in_users_language(text) == text] == []
    tuned = in_users_language("3,061 WIDER FACE training pictures; fine-tuned on street.json")
    assert tuned == "3.061 Trainingsbilder von WIDER FACE; feinabgestimmt auf street.json"


def test_the_processor_is_named_in_german(german: None, request: pytest.FixtureRequest) -> None:
    window: MainWindow = request.getfixturevalue("window")
    window.session.searches.devices_found.emit([Device.processor(2)])
    picker = window.status.device
    assert picker.text() == "CPU (2 Threads)" and "2 Threads" in picker.toolTip()
    assert picker.menu().actions()[0].text().endswith("CPU (2 Threads)")
    assert device_name(Device.processor(1)) == "CPU (1 Thread)"
    assert device_name(Device("cuda:0", "Fast Card, 24 GiB")) == "CUDA 0 (Fast Card, 24 GiB)"


def test_what_is_to_be_known_of_a_picture_is_told_while_it_is_shown(
    german: None, request: pytest.FixtureRequest, qtbot: QtBot, tmp_path: Path
) -> None:
    window: MainWindow = request.getfixturevalue("window")
    window.settings.search_on_open = False
    pixels = np.random.default_rng(0).integers(0, 255, (120, 160, 4), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    Image.fromarray(pixels[..., :3]).save(tmp_path / "b.png")
    window.session.opened.open_paths([tmp_path / "a.png", tmp_path / "b.png"])
    qtbot.waitUntil(window.notice.isVisible)
    assert window.notice.sentence.text() == "a.png: Durchsichtige Teile wurden über Weiß gelegt."
    window.notice.hide()
    window.session.searches.search_shown()
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)
    assert not window.notice.isVisible(), "it was told already"
    window.session.shown.show(str(tmp_path / "b.png"))
    window.session.shown.show(str(tmp_path / "a.png"))
    qtbot.waitUntil(window.notice.isVisible)
    window.session.shown.show(str(tmp_path / "b.png"))
    qtbot.waitUntil(lambda: window.session.shown.frame is not None)
    assert not window.notice.isVisible(), "that is no picture with transparent parts"


def test_values_that_were_stretched_are_told_in_german(qapp: QApplication, german: None) -> None:
    told = in_users_language("scan.tif: its values use 12 of 16 bits, and were stretched.")
    assert told == "scan.tif: Die Werte nutzen 12 von 16 Bit und wurden gespreizt."
    told = in_users_language("a.tif: its values were stretched from 0.5 to 9.25.")
    assert told == "a.tif: Die Werte wurden von 0,5 bis 9,25 gespreizt."
