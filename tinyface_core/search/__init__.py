"""The way of a frame: copies and tiles, the detector's candidates, the second stage, one suppression at the end."""
