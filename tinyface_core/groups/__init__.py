"""Groups of faces that look alike: a help for sorting, not identification."""
