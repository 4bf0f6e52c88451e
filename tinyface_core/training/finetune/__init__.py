"""Fine-tuning runs: defined by a request, executed by a process, controlled through files in a folder."""
