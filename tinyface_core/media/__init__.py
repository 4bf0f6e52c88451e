"""Reads pixels from photos, videos and folders."""
