"""The commands of `tinyface`, one module each; `tinyface_core.commands.app` puts them together."""
