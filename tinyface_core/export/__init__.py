"""Writing results for other programs and for people: one small module a format, and a registry."""
