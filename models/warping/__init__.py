"""PoseWarper's parts: deformable convolution, recorded heatmaps, pairs of frames, and learning from them."""
