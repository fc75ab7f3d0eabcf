from __future__ import annotations

import pytest

from service.cluster.app import deployed
from service.cluster.options import read_options
from service.cluster.scaling import wanted

TARGETS = {"streams": 4.0, "videos": 2.0, "waiting": 4.0}


@pytest.mark.parametrize(
    ("streams", "videos", "waiting", "replicas"),
    [
        ([], [], [], 1),
        ([0, 0, 0], [0, 0, 0], [0, 0, 0], 1),
        ([4, 4], [0, 0], [0, 0], 2),
        ([4, 5], [0, 0], [0, 0], 3),
        ([1, 0], [3, 2], [0, 0], 3),
        ([1, 0], [0, 0], [16, 0], 4),
        ([4.0000000001, 4], [0, 0], [0, 0], 2),
    ],
)
def test_the_kind_of_load_that_asks_for_most_decides(
    streams: list[float], videos: list[float], waiting: list[float], replicas: int
) -> None:
    load = {"streams": streams, "videos": videos, "waiting": waiting}
    assert wanted({kind: dict(enumerate(each)) for kind, each in load.items()}, TARGETS) == replicas


def test_serve_takes_the_policy_and_asks_it_what_the_options_say() -> None:
    from ray.serve.config import AutoscalingConfig, AutoscalingContext

    options = read_options({"max_replicas": 9, "target_streams": 2})
    config = AutoscalingConfig(**deployed(options)["autoscaling_config"])
    policy = config.policy.get_policy()(**config.policy.policy_kwargs)
    context = AutoscalingContext(
        deployment_id=None,
        deployment_name="FlowPose",
        app_name="flowpose",
        current_num_replicas=2,
        target_num_replicas=2,
        running_replicas=[],
        total_num_requests=0,
        total_queued_requests=0,
        aggregated_metrics={"streams": {"a": 3.0, "b": 4.0}, "running_requests": {"a": 99.0}},
        raw_metrics=None,
        capacity_adjusted_min_replicas=1,
        capacity_adjusted_max_replicas=9,
        policy_state={},
        last_scale_up_time=None,
        last_scale_down_time=None,
        current_time=None,
        config=config,
    )
    assert policy(context) == (4, {})
