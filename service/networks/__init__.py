"""Networks: the catalogue, onnxruntime sessions, skeletons."""
