"""Starts the window; torch is imported only afterwards, by a worker."""

from __future__ import annotations

import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Run the program; arguments are files and folders to open. Returns the exit code."""
    from PySide6.QtCore import QCoreApplication, Qt
    from PySide6.QtWidgets import QApplication

    from tinyface_core.names import shown

    arguments = sys.argv if arguments is None else arguments
    QCoreApplication.setOrganizationName("TinyFaceInspector")
    QCoreApplication.setApplicationName("Tiny Face Inspector")
    # PySide crashes on names that are no text; Qt takes its own options away and leaves the others.
    named = {shown(argument): argument for argument in arguments}
    application = QApplication(list(named))

    from .main_window import MainWindow
    from .session.session import Session
    from .settings import Settings
    from .style import apply_style, icon
    from .translations import load_translation

    application.setWindowIcon(icon("app"))
    settings = Settings()
    load_translation(application, settings.language)
    apply_style(application, settings.theme)  # type: ignore[arg-type]
    settings.changed.connect(
        lambda name: apply_style(application, settings.theme) if name == "theme" else None  # type: ignore[arg-type]
    )
    session = Session(settings)
    window = MainWindow(session)
    paths = [Path(named[argument]) for argument in application.arguments()[1:]]

    def begin() -> None:
        session.warm_up()
        window.opener.open_paths(paths)
        window.look_for_runs()

    # First the window's own paint, then everything that is slow.
    window.painted.connect(begin, Qt.ConnectionType.SingleShotConnection)
    window.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
