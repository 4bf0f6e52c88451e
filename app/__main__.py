"""Starts the window; torch is imported only afterwards, by a worker."""

from __future__ import annotations

import sys
import warnings
from contextlib import suppress
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Run the program; arguments are files and folders to open. Returns the exit code."""
    from PySide6.QtCore import QCoreApplication, Qt
    from PySide6.QtWidgets import QApplication

    from tinyface_core.names import shown

    if not sys.warnoptions:  # what libraries remark on files and each other is for programmers
        warnings.simplefilter("ignore")
    arguments = sys.argv if arguments is None else arguments
    QCoreApplication.setOrganizationName("TinyFaceInspector")
    QCoreApplication.setApplicationName("Tiny Face Inspector")
    # PySide crashes on names that are no text; Qt takes its own options away and leaves the others.
    named = {shown(argument): argument for argument in arguments}
    application = QApplication(list(named))

    from .crash_report import CrashWatch
    from .dialogs.window_dialogs import prepare
    from .ending import SystemEnd
    from .main_window import MainWindow
    from .session.session import Session
    from .settings import Settings
    from .style import apply_style, icon
    from .translations import load_translation
    from .work.collecting import Collector

    application.setWindowIcon(icon("app"))
    settings = Settings()
    load_translation(application, settings.language)
    apply_style(application, settings.theme)  # type: ignore[arg-type]
    settings.changed.connect(
        lambda name: apply_style(application, settings.theme) if name == "theme" else None  # type: ignore[arg-type]
    )
    session = Session(settings)
    window = MainWindow(session)
    watch = CrashWatch()
    window.project.changed.connect(lambda: watch.work_in(window.project.path))
    paths = [Path(named[argument]) for argument in application.arguments()[1:]]

    def begin() -> None:
        left = None
        with suppress(OSError):  # a folder that cannot be written costs the report, not the program
            left = watch.begin()
        watch.work_in(window.project.path)
        session.warm_up(prepare)
        window.opener.open_paths(paths)
        window.look_for_runs()
        if left is not None:
            window.tell_of_crash(left)

    collector = Collector()
    ending = SystemEnd(window.close_at_once, application)
    # First the window's own paint, then everything that is slow.
    window.painted.connect(begin, Qt.ConnectionType.SingleShotConnection)
    window.show()
    code = application.exec()
    ending.stop()
    collector.stop()
    watch.end()
    return code


if __name__ == "__main__":
    sys.exit(main())
