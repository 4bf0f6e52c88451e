"""The second stage: generator, discriminator and their losses."""
