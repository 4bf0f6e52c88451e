"""Jobs that run in worker threads; each reports by typed signals."""
