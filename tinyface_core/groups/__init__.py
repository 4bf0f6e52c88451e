"""Faces that look alike, put into groups: a help for sorting, not identification."""
