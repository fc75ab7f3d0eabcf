"""Skeletons that networks are trained on and no network of the service answers yet."""
