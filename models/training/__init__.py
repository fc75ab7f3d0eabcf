"""Training of the networks: pictures in, weights out."""
