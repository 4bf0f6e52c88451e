"""Questions that the user keeps, by their names."""

from __future__ import annotations

from app.models.kept_questions import KeptQuestions
from app.settings import Settings


def test_what_an_older_version_kept_is_its_own_name(settings: Settings) -> None:
    settings.kept_questions = ["size < 16"]
    kept = KeptQuestions(settings)
    kept.keep("second", "size = 24")
    kept.keep("third", "score > 0.5")
    kept.rename("third", "size < 16")
    assert kept.all() == {"size < 16": "score > 0.5", "second": "size = 24"}
    kept.keep("second", "drawn is yes")
    kept.keep("  ", "nothing")
    assert kept.all() == {"second": "drawn is yes", "size < 16": "score > 0.5"}


def test_the_newest_come_first_and_of_too_many_the_oldest_goes(settings: Settings) -> None:
    kept = KeptQuestions(settings)
    for number in range(31):
        kept.keep(f"  number\n{number} ", f"size = {number}")
    assert next(iter(kept.all().items())) == ("number 30", "size = 30")
    assert list(kept.all()) == [f"number {number}" for number in range(30, 0, -1)]


def test_a_name_without_letters_renames_nothing_and_an_unknown_one_is_no_question(settings: Settings) -> None:
    kept = KeptQuestions(settings)
    kept.keep("one", "size = 1")
    kept.keep("two", "size = 2")
    kept.rename("one", " ")
    kept.rename("three", "four")
    kept.remove("five")
    kept.rename("two", "two")
    assert kept.all() == {"two": "size = 2", "one": "size = 1"}
    kept.rename("one", "first \t one")
    kept.remove("two")
    assert KeptQuestions(settings).all() == {"first one": "size = 1"}
