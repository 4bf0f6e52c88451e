"""State of the window without widgets: opened pictures, the shown picture, searches, faces, the project."""
