"""Annotated pictures in, training material out."""
