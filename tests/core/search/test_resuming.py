"""A scan that is killed in a video goes on in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.core.commands import conftest
from tests.core.search.made_scan import content, found_in, save_photo, scanned
from tinyface_core.project.scanned import Outcome
from tinyface_core.search.journal import journal_of
from tinyface_core.search.resuming import ResumedSearch
from tinyface_core.search_settings import Effort, SearchSettings
from tinyface_core.types import CancelToken, FindResult, Floats, Frame, Progress, no_progress

clip = conftest.clip


class Killed(BaseException):
    """Ends a scan as a kill does."""


class KillableFinder:
    def __init__(self, killed_at: int | None = None, effort: Effort = Effort.FAST) -> None:
        self.searched: list[int | None] = []
        self.killed_at, self.settings, self.weights = killed_at, SearchSettings.of(effort), {"detector": "0123"}

    def find(
        self,
        frame: Frame,
        cancel: CancelToken | None = None,
        progress: Progress = no_progress,
        *,
        expected: Floats | None = None,
    ) -> FindResult:
        if frame.index == self.killed_at and frame.seconds is not None:
            raise Killed
        self.searched.append(frame.index)
        found = replace(found_in(frame), seconds=frame.seconds, every=frame.every)
        return replace(found, settings=self.settings, weights=self.weights)


@pytest.mark.parametrize(("effort", "rest"), [(Effort.FAST, [6]), (Effort.THOROUGH, [0, 3, 6])])
def test_a_scan_that_was_killed_goes_on_in_its_video_unless_it_is_another_search(
    tmp_path: Path, clip: Path, effort: Effort, rest: list[int]
) -> None:
    case, whole, photo = tmp_path / "case.tinyface", tmp_path / "whole.tinyface", save_photo(tmp_path / "a.jpg", 1)
    with ResumedSearch(case, KillableFinder(killed_at=6)) as search, pytest.raises(Killed):
        scanned(case, photo, clip, search=search)
    assert len(content(case)["files"]) == 1 and journal_of(case).exists()
    finder = KillableFinder(effort=effort)
    with ResumedSearch(case, finder) as search:
        assert scanned(case, photo, clip, search=search)[Outcome.SEARCHED] == 1
        search.forget()
    assert finder.searched == rest and not journal_of(case).exists()
    with ResumedSearch(whole, KillableFinder()) as search:
        scanned(whole, photo, search=search)
    with ResumedSearch(whole, KillableFinder(effort=effort)) as search:
        scanned(whole, photo, clip, search=search)
    assert content(case) == content(whole) and len(content(case)["runs"]) == 4


def test_a_scan_of_photos_leaves_no_journal(tmp_path: Path) -> None:
    case, finder = tmp_path / "case.tinyface", KillableFinder()
    with ResumedSearch(case, finder) as search:
        scanned(case, save_photo(tmp_path / "a.jpg", 1), search=search)
        search.forget()
    assert finder.searched == [None] and not journal_of(case).exists()
