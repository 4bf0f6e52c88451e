"""Readers of annotated pictures, and training samples made from them."""
