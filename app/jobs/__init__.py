"""Jobs that run in worker threads and report by typed signals."""
