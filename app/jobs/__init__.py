"""What runs beside the window; every job speaks by typed signals."""
