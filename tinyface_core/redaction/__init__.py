"""Redaction: copies of photos and videos in which faces are covered."""
