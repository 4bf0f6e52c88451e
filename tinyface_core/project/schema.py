"""The tables of a project file and the steps that bring an older file up to date."""

from __future__ import annotations

import sqlite3
from contextlib import suppress

from tinyface_core.project.records import ProjectError

APPLICATION_ID = 0x54464950
"""Identifies project files in their header ("TFIP"), also to the command `file`."""

MIGRATIONS = (
    # Version 1.
    """
CREATE TABLE pictures (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,          -- relative to the project's folder, with "/"
    seen_at TEXT NOT NULL,              -- last known absolute path
    is_video INTEGER NOT NULL DEFAULT 0,
    sha256 TEXT NOT NULL DEFAULT '',
    size INTEGER NOT NULL DEFAULT -1    -- bytes
) STRICT;

-- The last search of each frame; frame is -1 for a photo.
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

-- Stored in the order of the primary key: the faces of one picture are contiguous in the file.
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
""",
    # Version 2.
    """
ALTER TABLE pictures ADD COLUMN reviewed INTEGER NOT NULL DEFAULT 0;
""",
    # Version 3.
    """
-- Pasted pictures have no file but one in the user's folder: they are stored in the project too.
CREATE TABLE pasted (
    picture INTEGER PRIMARY KEY REFERENCES pictures ON DELETE CASCADE,
    content BLOB NOT NULL               -- of the picture's file
) STRICT;
""",
    # Version 4.
    """
-- The original box, if the analyst changed it.
ALTER TABLE faces ADD COLUMN found_x1 REAL;
ALTER TABLE faces ADD COLUMN found_y1 REAL;
ALTER TABLE faces ADD COLUMN found_x2 REAL;
ALTER TABLE faces ADD COLUMN found_y2 REAL;
""",
    # Version 5.
    """
-- Bits of a perceptual hash (see tinyface_core.project.likeness) as a signed number.
ALTER TABLE pictures ADD COLUMN likeness INTEGER;

-- States of scanned files, and why one could not be searched. A picture has several files if there are copies.
CREATE TABLE files (
    path TEXT PRIMARY KEY,              -- absolute
    size INTEGER NOT NULL,              -- bytes
    modified INTEGER NOT NULL,          -- nanoseconds since 1970
    picture INTEGER REFERENCES pictures ON DELETE CASCADE,
    reason TEXT NOT NULL                -- empty if there is a picture
) STRICT, WITHOUT ROWID;

CREATE INDEX files_of_pictures ON files (picture);
CREATE INDEX pictures_by_content ON pictures (sha256);
""",
    # Version 6.
    """
-- From a photo's metadata; the time as YYYY-MM-DD HH:MM:SS.
ALTER TABLE pictures ADD COLUMN taken TEXT;
ALTER TABLE pictures ADD COLUMN camera TEXT;
CREATE INDEX pictures_by_place ON pictures (seen_at);

-- Longer side of the box. The indices allow reading a page of a long list without reading all faces.
ALTER TABLE faces ADD COLUMN size REAL NOT NULL DEFAULT 0;
UPDATE faces SET size = max(x2 - x1, y2 - y1);
CREATE INDEX faces_by_score ON faces (score, size, verdict, drawn);
CREATE INDEX faces_by_size ON faces (size, score, verdict, drawn);
""",
    # Version 7.
    """
-- Number of the track in a video; -1 if not linked, -2 if linking took it for a false detection.
ALTER TABLE faces ADD COLUMN track INTEGER NOT NULL DEFAULT -1;
ALTER TABLE faces ADD COLUMN settled INTEGER NOT NULL DEFAULT 0;  -- whether the analyst chose the track
ALTER TABLE faces ADD COLUMN sharpness REAL;

-- Whether a new scene begins between the previously searched frame and this one.
ALTER TABLE runs ADD COLUMN cut INTEGER NOT NULL DEFAULT 0;
""",
    # Version 8.
    """
-- Digests of larger files covered only their two ends, so that edits between were missed. Compute them again.
UPDATE pictures SET sha256 = '' WHERE size > 67108864;
""",
    # Version 9.
    """
-- Whether the file has pages or animation frames; frame is their number.
ALTER TABLE pictures ADD COLUMN has_pages INTEGER NOT NULL DEFAULT 0;

-- Degrees by which the picture is rotated clockwise before it is shown and searched; boxes refer to the result.
ALTER TABLE pictures ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
""",
    # Version 10.
    """
-- Features of faces and their groups, if groups of similar faces were computed.
CREATE TABLE looks (
    picture INTEGER NOT NULL REFERENCES pictures ON DELETE CASCADE,
    frame INTEGER NOT NULL,
    face INTEGER NOT NULL,              -- id of the face
    embedder TEXT NOT NULL,             -- name and SHA-256 of the model
    x1 REAL NOT NULL, y1 REAL NOT NULL, x2 REAL NOT NULL, y2 REAL NOT NULL,
    features BLOB NOT NULL,             -- float16 of unit length; empty if another face of its track has them
    number INTEGER NOT NULL,            -- of the group; 0 for a face without a group
    PRIMARY KEY (picture, frame, face)
) STRICT, WITHOUT ROWID;

CREATE INDEX looks_by_number ON looks (number);
""",
    # Version 11.
    """
-- Step in frames by which a video was searched; 0 if there was none or it is unknown.
ALTER TABLE runs ADD COLUMN every INTEGER NOT NULL DEFAULT 0;
""",
    # Version 12.
    """
-- By how many 32nds of a pixel the edges of the box have moved in frame after frame, where the face was followed.
ALTER TABLE faces ADD COLUMN moves_before BLOB NOT NULL DEFAULT x'';
ALTER TABLE faces ADD COLUMN moves_behind BLOB NOT NULL DEFAULT x'';
""",
    # Version 13.
    """
-- What an interrupted search of a video has still to do.
ALTER TABLE pictures ADD COLUMN remaining TEXT NOT NULL DEFAULT '';
""",
)
"""SQL that migrates each version to the next; a new file gets all of them."""

VERSION = len(MIGRATIONS)


_TABLES = frozenset({"pictures", "runs", "faces", "pasted", "files", "looks"})
SENSIBLE = {
    "faces": (
        "x1 <= x2 AND y1 <= y2 AND max(abs(x1), abs(y1), abs(x2), abs(y2)) <= 1e6 "
        "AND score BETWEEN 0 AND 1 AND detector_score BETWEEN 0 AND 1 "
        "AND coalesce(face_probability, 0) BETWEEN 0 AND 1 AND coalesce(real_probability, 0) BETWEEN 0 AND 1 "
        "AND verdict IN ('', 'face', 'not a face', 'unsure') AND track BETWEEN -2 AND 1e9 "
        "AND length(moves_before) % 8 = 0 AND length(moves_behind) % 8 = 0 "
        "AND length(moves_before) + length(moves_behind) <= 65536"
    ),
    "pictures": "turn IN (0, 90, 180, 270) AND remaining IN ('', 'search', 'following')",
    "runs": "width BETWEEN 1 AND 1e6 AND height BETWEEN 1 AND 1e6 AND candidates >= 0 AND refined >= 0 AND every >= 0",
    "looks": "length(features) <= 65536 AND number BETWEEN 0 AND 1e9",
}
"""SQL conditions of valid rows by table. They are checked as rows are read, since files may be large."""


def check_content(connection: sqlite3.Connection) -> None:
    """Check that a file, which may come from elsewhere, has only tables and indices that this program makes.

    Raises:
        ProjectError: if it has others.
        sqlite3.Error: if it cannot be read.
    """
    for kind, name, text in connection.execute("SELECT type, name, sql FROM sqlite_schema"):
        # A view may compute endlessly, a trigger may change data, an index with an expression may do both.
        if kind != "table" and (kind, text) not in _INDICES:
            raise ProjectError(
                f"This project holds a {kind}, {name}, which this program never makes: it is not opened."
            )
        if kind == "table" and name not in _TABLES and not name.startswith("sqlite_"):
            raise ProjectError(f"This project holds a table {name}, which this program never makes: it is not opened.")


def version_of(connection: sqlite3.Connection) -> int:
    """The version of an open file; 0 for an empty one.

    Raises:
        ProjectError: if it is not a project, or was written by a newer version of the program.
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
    """Migrate a file to the current version in one transaction.

    Raises:
        ProjectError: see `version_of`.
        sqlite3.Error: if the file cannot be written; it stays as it was.
    """
    if version_of(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # The version is read again: another program may have migrated the file while this one waited for the lock.
        for step in MIGRATIONS[version_of(connection) :]:
            for statement in _statements(step):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        # It fails if SQLite has rolled back already, which must not hide the first error.
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _statements(script: str) -> list[str]:
    # Not `executescript`, which would commit the open transaction.
    lines = [line.partition("--")[0] for line in script.splitlines()]
    return [statement for statement in "\n".join(lines).split(";") if statement.strip()]


_STATEMENTS = [statement.strip() for step in MIGRATIONS for statement in _statements(step)]
_INDICES = {("index", None)} | {("index", text) for text in _STATEMENTS if text.startswith("CREATE INDEX")}
"""The indices of the migrations by their SQL, and SQLite's own, which have none."""
