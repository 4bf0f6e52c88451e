"""Ways to enlarge a crop, all behind one protocol."""
