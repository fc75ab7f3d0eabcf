"""A body model over the heatmaps: which of several peaks is the joint (Thin-Slicing Networks, CVPR 2017)."""
