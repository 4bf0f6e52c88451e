"""Measures detectors and upscalers by the protocols of the field."""
