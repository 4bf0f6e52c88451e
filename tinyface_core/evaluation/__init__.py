"""Measures detectors and upscalers by standard protocols."""
