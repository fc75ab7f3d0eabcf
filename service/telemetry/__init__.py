"""Seeing inside: metrics, logs and traces of requests, streams and jobs; nothing here changes an answer."""
