"""What the user has in mind, without widgets: opened pictures, the one that is shown, searches, faces, the project."""
