"""Backends that run trained networks; arrays go in and come out."""
