"""Videos and pictures decoded in processes of their own, which can do nothing else.

Three kinds of process take part. The service asks. A template, started once, has imported what decoding needs
and never sees a file. For every file it forks a worker: the worker confines itself, decodes that one file and
ends. What runs in template and worker is in `inside`, and imports as little as it can.
"""
