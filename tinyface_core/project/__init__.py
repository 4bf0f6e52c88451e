"""Project files: pictures, faces, verdicts, drawn boxes, notes and searches."""
