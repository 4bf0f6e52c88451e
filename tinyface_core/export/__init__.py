"""Export formats: one small module each, and a registry."""
