from __future__ import annotations

from pathlib import Path

import pytest

from service.engine import Engine
from service.flow import ESTIMATORS
from service.networks import catalogue
from service.networks.catalogue import ModelUnknown
from service.options import FlowMethod
from service.propagation import Method, propagator_of, warping_for
from service.propagation.errors import MethodUnavailable
from tests.warped_person import MODEL, furnish


@pytest.mark.parametrize("flow", [*ESTIMATORS, FlowMethod.NONE])
def test_every_flow_of_the_cpu_can_carry(flow: FlowMethod) -> None:
    assert callable(propagator_of(Method.FLOW, flow))


def test_flow_of_a_card_cannot() -> None:
    (on_card, *_) = set(FlowMethod) - {*ESTIMATORS, FlowMethod.NONE}
    with pytest.raises(MethodUnavailable, match=f"dis.*not {on_card}"):
        propagator_of(Method.FLOW, on_card)


def test_a_method_without_its_network_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "PACKAGED", tmp_path)
    with Engine(tmp_path) as engine:
        assert warping_for(Method.FLOW, None, engine, "blazepose-full") is None
        for model in (None, "blazepose-full"):
            with pytest.raises(MethodUnavailable, match="method=flow"):
                warping_for(Method.POSEWARPER, model, engine, "blazepose-full")
        with pytest.raises(ModelUnknown):
            warping_for(Method.POSEWARPER, "magic", engine, "blazepose-full")
    with pytest.raises(MethodUnavailable):
        propagator_of(Method.POSEWARPER, FlowMethod.DIS)


def test_the_preferred_model_sees_the_people_if_it_can(
    models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "PACKAGED", tmp_path)
    with Engine(furnish(tmp_path / "models", models_dir)) as engine:
        chosen = [
            warping_for(Method.POSEWARPER, model, engine, preferred)
            for model, preferred in ((None, MODEL), (None, "blazepose-full"), (MODEL, "blazepose-full"))
        ]
    assert [warping.card.name for warping in chosen if warping] == [MODEL] * 3
    assert callable(propagator_of(Method.POSEWARPER, FlowMethod.DIS, warping=chosen[0]))
