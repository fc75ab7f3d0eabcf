"""PoseWarper in service: heatmaps of one frame carried to another by a network instead of by flow."""
