"""The tables of a project file and the steps that bring an older file up to date."""

from __future__ import annotations

import sqlite3
from contextlib import suppress

from tinyface_core.project.records import ProjectError

APPLICATION_ID = 0x54464950
"""In the header of every project file ("TFIP"), so that `file` and this program know it."""

_VERSION_1 = """
CREATE TABLE pictures (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,          -- from the project's folder, "/" between parts
    seen_at TEXT NOT NULL,              -- absolute path where it lay last
    is_video INTEGER NOT NULL DEFAULT 0,
    sha256 TEXT NOT NULL DEFAULT '',
    size INTEGER NOT NULL DEFAULT -1    -- bytes
) STRICT;

-- The last search of each frame; frame is -1 in a photo.
CREATE TABLE runs (
    picture INTEGER NOT NULL REFERENCES pictures ON DELETE CASCADE,
    frame INTEGER NOT NULL,
    seconds REAL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    candidates INTEGER NOT NULL,
    refined INTEGER NOT NULL,
    device TEXT NOT NULL,
    weights TEXT NOT NULL,              -- JSON, as are the next three
    settings TEXT NOT NULL,
    timings TEXT NOT NULL,
    remarks TEXT NOT NULL,
    PRIMARY KEY (picture, frame)
) STRICT, WITHOUT ROWID;

-- Kept in the order of pictures and frames: the faces of one picture lie side by side in the file.
CREATE TABLE faces (
    picture INTEGER NOT NULL REFERENCES pictures ON DELETE CASCADE,
    frame INTEGER NOT NULL,
    id INTEGER NOT NULL,
    seconds REAL,
    x1 REAL NOT NULL, y1 REAL NOT NULL, x2 REAL NOT NULL, y2 REAL NOT NULL,
    score REAL NOT NULL,
    detector_score REAL NOT NULL,
    face_probability REAL,
    real_probability REAL,
    refined INTEGER NOT NULL,
    drawn INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (picture, frame, id)
) STRICT, WITHOUT ROWID;
"""

_VERSION_2 = """
ALTER TABLE pictures ADD COLUMN reviewed INTEGER NOT NULL DEFAULT 0;
"""

_VERSION_3 = """
-- What was pasted lies nowhere but here and among this user's own files: it travels with the project.
CREATE TABLE pasted (
    picture INTEGER PRIMARY KEY REFERENCES pictures ON DELETE CASCADE,
    content BLOB NOT NULL               -- of the picture's file
) STRICT;
"""

_VERSION_4 = """
-- The box as it was found or drawn, where the analyst changed it.
ALTER TABLE faces ADD COLUMN found_x1 REAL;
ALTER TABLE faces ADD COLUMN found_y1 REAL;
ALTER TABLE faces ADD COLUMN found_x2 REAL;
ALTER TABLE faces ADD COLUMN found_y2 REAL;
"""

_VERSION_5 = """
-- Bits of a perceptual hash (see tinyface_core.project.likeness) as a signed number.
ALTER TABLE pictures ADD COLUMN likeness INTEGER;

-- Files as a scan met them, and why one could not be searched. Copies of one picture are several files of it.
CREATE TABLE files (
    path TEXT PRIMARY KEY,              -- absolute
    size INTEGER NOT NULL,              -- bytes
    modified INTEGER NOT NULL,          -- nanoseconds since 1970
    picture INTEGER REFERENCES pictures ON DELETE CASCADE,
    reason TEXT NOT NULL                -- empty where there is a picture
) STRICT, WITHOUT ROWID;

CREATE INDEX files_of_pictures ON files (picture);
CREATE INDEX pictures_by_content ON pictures (sha256);
"""

_VERSION_6 = """
-- Of a photo, as its camera noted them; the time as YYYY-MM-DD HH:MM:SS.
ALTER TABLE pictures ADD COLUMN taken TEXT;
ALTER TABLE pictures ADD COLUMN camera TEXT;
CREATE INDEX pictures_by_place ON pictures (seen_at);

-- Longer side of the box. With the indices a page of a long list is read without reading all faces.
ALTER TABLE faces ADD COLUMN size REAL NOT NULL DEFAULT 0;
UPDATE faces SET size = max(x2 - x1, y2 - y1);
CREATE INDEX faces_by_score ON faces (score, size, verdict, drawn);
CREATE INDEX faces_by_size ON faces (size, score, verdict, drawn);
"""

_VERSION_7 = """
-- Number of the track in a video; -1 where it was not linked, -2 where linking took it for a mistake.
ALTER TABLE faces ADD COLUMN track INTEGER NOT NULL DEFAULT -1;
ALTER TABLE faces ADD COLUMN settled INTEGER NOT NULL DEFAULT 0;  -- whether the analyst said so
ALTER TABLE faces ADD COLUMN sharpness REAL;

-- Whether the frame shows another scene than the one searched before it.
ALTER TABLE runs ADD COLUMN cut INTEGER NOT NULL DEFAULT 0;
"""

_VERSION_8 = """
-- Of larger files only both ends were noted: an edit between them went unnoticed. They are read again.
UPDATE pictures SET sha256 = '' WHERE size > 67108864;
"""

_VERSION_9 = """
-- Whether the file has pages, or the frames of an animation, each a picture for itself; frames are numbered by them.
ALTER TABLE pictures ADD COLUMN has_pages INTEGER NOT NULL DEFAULT 0;

-- Degrees by which the picture is turned clockwise before it is shown and searched; boxes lie in the turned picture.
ALTER TABLE pictures ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
"""

_VERSION_10 = """
-- Where groups of faces that look alike were asked for: what a face is compared by, and its group.
CREATE TABLE looks (
    picture INTEGER NOT NULL REFERENCES pictures ON DELETE CASCADE,
    frame INTEGER NOT NULL,
    face INTEGER NOT NULL,              -- its id
    embedder TEXT NOT NULL,             -- name and SHA-256 of what looked at it
    x1 REAL NOT NULL, y1 REAL NOT NULL, x2 REAL NOT NULL, y2 REAL NOT NULL,
    features BLOB NOT NULL,             -- float16 of unit length; empty where another face of its track is compared
    number INTEGER NOT NULL,            -- of the group; 0 of a face that is alone
    PRIMARY KEY (picture, frame, face)
) STRICT, WITHOUT ROWID;

CREATE INDEX looks_by_number ON looks (number);
"""

MIGRATIONS = (
    _VERSION_1,
    _VERSION_2,
    _VERSION_3,
    _VERSION_4,
    _VERSION_5,
    _VERSION_6,
    _VERSION_7,
    _VERSION_8,
    _VERSION_9,
    _VERSION_10,
)
"""What leads from each version to the next; a new file goes through all of them."""

VERSION = len(MIGRATIONS)


_TABLES = frozenset({"pictures", "runs", "faces", "pasted", "files", "looks"})
SENSIBLE = {
    "faces": (
        "x1 <= x2 AND y1 <= y2 AND max(abs(x1), abs(y1), abs(x2), abs(y2)) <= 1e6 "
        "AND score BETWEEN 0 AND 1 AND detector_score BETWEEN 0 AND 1 "
        "AND coalesce(face_probability, 0) BETWEEN 0 AND 1 AND coalesce(real_probability, 0) BETWEEN 0 AND 1 "
        "AND verdict IN ('', 'face', 'not a face', 'unsure') AND track BETWEEN -2 AND 1e9"
    ),
    "pictures": "turn IN (0, 90, 180, 270)",
    "runs": "width BETWEEN 1 AND 1e6 AND height BETWEEN 1 AND 1e6 AND candidates >= 0 AND refined >= 0",
    "looks": "length(features) <= 65536 AND number BETWEEN 0 AND 1e9",
}
"""What is true of every row of a table that makes sense; asked of each row that is read, as files become large."""


def check_content(connection: sqlite3.Connection) -> None:
    """See that a file from elsewhere holds tables and nothing that acts.

    Raises:
        ProjectError: if not.
        sqlite3.Error: if it cannot be read.
    """
    for kind, name, text in connection.execute("SELECT type, name, sql FROM sqlite_schema"):
        # A view may compute for ever, a trigger change what is written, an index do either by an expression.
        if kind != "table" and (kind, text) not in _INDICES:
            raise ProjectError(
                f"This project holds a {kind}, {name}, which this program never makes: it is not opened."
            )
        if kind == "table" and name not in _TABLES and not name.startswith("sqlite_"):
            raise ProjectError(f"This project holds a table {name}, which this program never makes: it is not opened.")


def version_of(connection: sqlite3.Connection) -> int:
    """The version of an open file; 0 of an empty one.

    Raises:
        ProjectError: if it is no project, or was written by a newer program.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
    if tables and application != APPLICATION_ID:
        raise ProjectError("This is a database of another program, not a project: choose another file.")
    if version > VERSION:
        raise ProjectError("This project was written by a newer version of the program: update this one.")
    return version


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Lead a file to the present version, all the way or not at all.

    Raises:
        ProjectError: see `version_of`.
        sqlite3.Error: if the file cannot be written; it stays as it was.
    """
    if version_of(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again: another program may have done it while this one waited for the lock.
        for step in MIGRATIONS[version_of(connection) :]:
            for statement in _statements(step):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        # Fails where SQLite has undone it already, and must not hide why.
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _statements(script: str) -> list[str]:
    # Not `executescript`, which would commit the transaction that it is called in.
    lines = [line.partition("--")[0] for line in script.splitlines()]
    return [statement for statement in "\n".join(lines).split(";") if statement.strip()]


_STATEMENTS = [statement.strip() for step in MIGRATIONS for statement in _statements(step)]
_INDICES = {("index", None)} | {("index", text) for text in _STATEMENTS if text.startswith("CREATE INDEX")}
"""Ours by their text, and SQLite's own, which have none."""
