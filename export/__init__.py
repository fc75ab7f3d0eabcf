"""TFLite and PyTorch networks made into the ONNX files that the service runs."""
