"""Parts by name: the program's own and those of packages, listed without being imported."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugins import install
from tinyface_core.registry import Entry, Registry, RegistryError, imported
from tinyface_core.types import UserError

GROUP = "tinyface.tests"


def make_own(device: str) -> str:
    return f"own on {device}"


def registry(*entries: Entry[Callable[[str], str]]) -> Registry[Callable[[str], str]]:
    return Registry("horn", GROUP, (Entry("own", "Own", lambda: make_own), *entries))


def test_a_part_is_made_by_its_name_with_what_its_maker_takes() -> None:
    assert registry().make("own", "cpu") == "own on cpu"
    assert registry().load("own") is make_own


def test_an_own_part_may_be_named_by_module_and_object() -> None:
    assert registry(Entry("other", "Other", imported("json:dumps"))).make("other", "cpu") == '"cpu"'


def test_an_unknown_name_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(RegistryError, match=r"There is no horn called tuba\. Known: own, other\."):
        registry(Entry("other", "Other", lambda: make_own)).load("tuba")


def test_what_lacks_something_is_not_offered_and_says_what_to_install() -> None:
    lacking = registry(Entry("other", "Other", lambda: make_own, lacks=lambda: "Install brass first."))
    assert lacking.names() == ["own"] and lacking.troubles() == ["Install brass first."]
    with pytest.raises(RegistryError, match=r"^Install brass first\.$"):
        lacking.load("other")


def test_a_package_adds_a_part_that_is_imported_when_it_is_made_and_not_when_it_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "def make(device):\n    return f'theirs on {device}'\n"
    install(tmp_path, monkeypatch, GROUP, {"theirs": "their_package:make"}, source)
    known = registry()
    assert [(entry.name, entry.title, entry.package) for entry in known.entries()] == [
        ("own", "Own", ""),
        ("theirs", "theirs", "their-package"),
    ]
    assert "their_package" not in sys.modules
    assert known.make("theirs", "cpu") == "theirs on cpu"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import nowhere_to_be_found", "No module named 'nowhere_to_be_found'"),
        ("make = 1", "TypeError"),
        ("", "AttributeError"),
        ("def make(:", "SyntaxError"),
        ("def make(device):\n    raise KeyError('brass')", "KeyError: 'brass'"),
    ],
)
def test_a_broken_part_of_a_package_costs_a_sentence_when_it_is_asked_for_and_nothing_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, reason: str
) -> None:
    install(tmp_path, monkeypatch, GROUP, {"theirs": "their_package:make"}, source)
    known = registry()
    assert known.names() == ["own", "theirs"] and known.make("own", "cpu") == "own on cpu"
    with pytest.raises(RegistryError) as caught:
        known.make("theirs", "cpu")
    sentence = str(caught.value)
    assert sentence.startswith("The horn theirs of the package their-package is broken (") and reason in sentence


def test_a_package_may_say_in_its_own_sentence_what_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = (
        "from tinyface_core.types import UserError\n"
        "def make(device):\n    raise UserError('Blow harder.')\n"
    )  # fmt: skip
    install(tmp_path, monkeypatch, GROUP, {"theirs": "their_package:make"}, source)
    with pytest.raises(UserError, match=r"^Blow harder\.$"):
        registry().make("theirs", "cpu")


def test_a_defect_of_the_programs_own_part_stays_one() -> None:
    def make(device: str) -> str:
        raise KeyError(device)

    with pytest.raises(KeyError):
        registry(Entry("other", "Other", lambda: make)).make("other", "cpu")


def test_parts_of_one_name_are_told_apart_by_their_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("first-package", "second-package"):
        source = f"def make(device):\n    return '{package}'\n"
        reference = f"{package.replace('-', '_')}:make"
        points = {"own": reference, "theirs": reference}
        install(tmp_path / package, monkeypatch, GROUP, points, source, package)
    known = registry()
    assert known.names() == ["own", "first-package.own", "second-package.own", "theirs", "second-package.theirs"]
    assert known.make("own", "cpu") == "own on cpu"
    assert known.make("theirs", "cpu") == "first-package"
    assert known.make("second-package.theirs", "cpu") == "second-package"


def test_a_package_whose_entry_points_cannot_be_read_is_named_and_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, GROUP, {})
    (tmp_path / "their_package-1.0.dist-info" / "entry_points.txt").write_bytes(b"[tinyface.tests]\n\xff = \xfe\n")
    known = registry()
    assert known.names() == ["own"]
    (trouble,) = known.troubles()
    assert trouble.startswith("The entry points of ") and "their_package-1.0.dist-info cannot be read" in trouble
    with pytest.raises(RegistryError, match=r"their_package-1\.0\.dist-info"):
        known.load("tuba")


def test_own_parts_are_found_without_a_look_at_the_installed_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> list[object]:
        raise AssertionError("The packages were listed.")

    monkeypatch.setattr("tinyface_core.registry.distributions", none)
    assert registry().make("own", "cpu") == "own on cpu"
