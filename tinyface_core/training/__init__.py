"""Training of the networks: jobs that report, stop and resume."""
