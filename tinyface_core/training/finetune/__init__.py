"""Fine-tuning as a run: asked for by a request, done by a process, watched and steered through its folder."""
