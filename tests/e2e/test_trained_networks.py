"""The networks that come with FlowPose, asked for by name."""

from __future__ import annotations

import cv2
import httpx
import numpy as np
import pytest
from skimage import data

from service.networks.upper7 import UPPER7

# Full-scale pixels of the astronaut's picture, and how far off is still the same part of the body.
PLACES = {"head": ((225, 115), 60), "right_shoulder": ((130, 270), 90), "left_shoulder": ((330, 270), 90)}


@pytest.mark.parametrize("model", ["spatial-net-fusion", "spatial-net", "coordinate-net"])
def test_it_finds_the_astronauts_head_and_shoulders(client: httpx.Client, model: str) -> None:
    content = bytes(cv2.imencode(".png", cv2.cvtColor(data.astronaut(), cv2.COLOR_RGB2BGR))[1])
    response = client.post("/v1/images", params={"model": model}, content=content)
    assert response.status_code == 200, response.text
    answer = response.json()
    assert answer["model"]["name"] == model
    (person,) = answer["frames"][0]["people"]
    assert len(person["joints"]) == len(UPPER7.joints)
    for name, (place, reach) in PLACES.items():
        found = np.array(person["joints"][UPPER7.index(name)][:2])
        assert np.linalg.norm(found - place) < reach, (name, found)
