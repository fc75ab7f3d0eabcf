"""The ring of 31 frames: tracks, pooling, joints; pure functions and small classes on arrays."""
