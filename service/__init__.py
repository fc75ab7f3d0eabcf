"""FlowPose: the service that runs; see `service.pipeline` for the path of a frame."""
