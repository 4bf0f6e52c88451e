"""Training of the networks, as jobs that report, stop and resume."""
