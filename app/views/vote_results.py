"""The result of a blind vote as tables."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHeaderView, QVBoxLayout, QWidget

from tinyface_core.evaluation.bootstrap import Interval
from tinyface_core.evaluation.voting import Poll, method_results, pair_results

from ..style.figures import decimal, whole
from ..style.widgets import fill_table, label, lay_out, table


class VoteResults(QWidget):
    """Tables of each pair of methods and, for three or more, of each method against all others."""

    def __init__(self, title_of: Callable[[str], str]) -> None:
        """`title_of` returns the title of a method."""
        super().__init__()
        self._title_of = title_of
        self.summary = label(wrap=True, name=self.tr("Result of the vote"))
        interval = self.tr("95 % interval")
        against = (self.tr("First"), self.tr("Second"), self.tr("For the first"), self.tr("For the second"))
        self.pairs = table(
            [*against, self.tr("No difference"), self.tr("Share of the first"), interval], self.tr("Pairs of methods")
        )
        self.methods = table(
            [self.tr("Method"), self.tr("Won"), self.tr("Decided"), self.tr("Share won"), interval],
            self.tr("Methods against all others"),
        )
        for one in (self.pairs, self.methods):
            one.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        note = label(
            self.tr(
                "Shares count only answers with a preference. Intervals of pairs are Wilson's, those of methods "
                "are bootstrapped over faces. An interval that contains 50 % decides nothing."
            ),
            "second",
            wrap=True,
        )
        parts = (self.summary, (self.pairs, 1), (self.methods, 1), note)
        lay_out(QVBoxLayout(self), *parts, margins=(0, 0, 0, 0), spacing=10)

    def show_poll(self, poll: Poll) -> None:
        """Show the answers of a poll so far."""
        pairs, methods = pair_results(poll), method_results(poll)
        answers = self.tr("Answers: {answers} of {questions} · Faces: {faces}")
        self.summary.setText(
            answers.format(
                answers=whole(len(poll.choices)), questions=whole(len(poll.trials)), faces=whole(len(poll.faces))
            )
        )
        fill_table(
            self.pairs,
            [
                [
                    self._title_of(row.first),
                    self._title_of(row.second),
                    *map(whole, (row.first_votes, row.second_votes, row.no_difference)),
                    *_share(row.share, row.interval),
                ]
                for row in pairs
            ],
            figures_from=2,
        )
        self.methods.setVisible(len(poll.methods) > 2)
        fill_table(
            self.methods,
            [
                [self._title_of(row.method), whole(row.won), whole(row.decided), *_share(row.share, row.interval)]
                for row in methods
            ],
            figures_from=1,
        )


def _share(share: float | None, interval: Interval | None) -> tuple[str, str]:
    if share is None or interval is None:
        return "–", "–"
    low, high = (decimal(100 * edge, 0) for edge in (interval.low, interval.high))
    return f"{decimal(100 * share, 0)} %", f"{low} – {high} %"
