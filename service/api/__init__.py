"""The HTTP edge: everything that knows of requests, and nothing that knows of pixels."""
