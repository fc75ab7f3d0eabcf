from __future__ import annotations

from pathlib import Path

import pytest

from service.networks.device import Device
from service.networks.session import open_session, session_options

TELL = "session.record_ep_graph_assignment_info"


def test_threads_do_not_spin_on_any_device() -> None:
    for on_cuda in (False, True):
        options = session_options(3, on_cuda)
        assert options.intra_op_num_threads == 3
        assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"


def test_only_sessions_on_cuda_tell_where_their_nodes_went() -> None:
    assert session_options(1, on_cuda=True).get_session_config_entry(TELL) == "1"
    with pytest.raises(RuntimeError, match="does not have configuration"):
        session_options(1, on_cuda=False).get_session_config_entry(TELL)


def test_a_network_can_be_opened_from_memory(models_dir: Path) -> None:
    path = models_dir / "blazepose-full.onnx"
    session = open_session(path.read_bytes(), Device.CPU, 1)
    assert session.get_inputs()[0].name == open_session(path, Device.CPU, 1).get_inputs()[0].name
