"""`WS /v1/stream`: live pictures in, poses out; `messages` has the protocol, `session` the life of one."""
