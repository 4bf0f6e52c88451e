"""The commands of `tinyface`, one module each; `tinyface_core.cli` puts them together."""
