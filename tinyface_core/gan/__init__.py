"""Generator, discriminator and their losses: the second stage."""
