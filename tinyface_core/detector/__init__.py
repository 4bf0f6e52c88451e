"""The MB-FCN detector and its training losses, and the interface of all detectors."""
