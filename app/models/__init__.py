"""Qt item models over the values of `tinyface_core`."""
