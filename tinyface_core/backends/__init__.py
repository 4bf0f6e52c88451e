"""What runs a trained network; arrays go in and come out."""
