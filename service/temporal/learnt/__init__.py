"""Learnt pooling weights, plain CSV for each skeleton, made by `python -m models.learn_pooling`."""
