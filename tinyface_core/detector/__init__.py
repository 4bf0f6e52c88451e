"""Detectors: the MB-FCN, its losses and its search; and what any other detector must offer."""
