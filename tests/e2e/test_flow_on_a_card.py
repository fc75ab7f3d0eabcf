"""Flow methods that need a card are told by name where there is none: the server here is the CPU's."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.moving import document, to_json
from tests.running import RunningServer
from tests.streaming import StreamClient

METHODS = ("cuda-farneback", "cuda-brox", "cuda-tvl1", "cuda-nvof")


def test_readyz_lists_only_what_runs_here(client: httpx.Client) -> None:
    ready = client.get("/readyz").json()
    assert ready["device"] == "cpu"
    assert not set(METHODS) & set(ready["flow_methods"])


@pytest.mark.parametrize("method", METHODS)
def test_asking_for_one_is_a_problem_that_says_why(client: httpx.Client, small: Path, method: str) -> None:
    response = client.post(
        "/v1/poses",
        content=small.read_bytes(),
        headers={"content-type": "video/mp4"},
        params={"flow": method},
    )
    assert response.status_code == 501
    problem = response.json()
    assert problem["type"].endswith("/flow-unavailable")
    assert problem["detail"] == f"{method}: FLOWPOSE_DEVICE=cpu keeps the service off the card."


def test_so_it_is_on_a_stream(server: RunningServer) -> None:
    with StreamClient(server) as stream:
        told = stream.start(flow="cuda-brox")
        assert (told["type"], told["problem"]) == ("error", "/problems/flow-unavailable")


def test_labels_do_not_go_along_flow_of_a_card(client: httpx.Client, small: Path) -> None:
    parts = {"video": small.read_bytes(), "labels": to_json(document([0]))}
    response = client.post("/v1/propagate", files=parts, params={"flow": "cuda-brox"})
    assert response.status_code == 501
    assert response.json()["type"].endswith("/method-unavailable")
