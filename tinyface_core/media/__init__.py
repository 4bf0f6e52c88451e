"""Pixels in: photos, videos and folders of both."""
