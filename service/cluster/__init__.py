"""The same application in many replicas, on Ray Serve: `serve run service.cluster.app:app`.

Ray (flowpose[ray]) is imported here only, and only by the modules that need it.
"""
