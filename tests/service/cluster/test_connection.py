from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from service.cluster.connection import check_reachable, connected, load_serve
from service.cluster.errors import ClusterUnreachable, RayMissing


@pytest.fixture
def deaf() -> Iterator[str]:
    """Something that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("form", ["{}", "ray://{}"])
def test_a_cluster_that_is_not_there_is_told_before_ray_waits_for_it(form: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = f"127.0.0.1:{server.getsockname()[1]}"
    with (
        pytest.raises(ClusterUnreachable, match=f"Nothing answers at .*{nobody}"),
        connected(form.format(nobody)),
    ):
        pytest.fail("connected")


@pytest.mark.parametrize("form", ["{}", "ray://{}"])
def test_what_listens_but_is_no_cluster_is_told(form: str, deaf: str) -> None:
    with pytest.raises(ClusterUnreachable, match="is no Ray cluster"):
        check_reachable(form.format(deaf), patience_s=0.2)


@pytest.mark.parametrize("address", ["", "somewhere", "host:port", "ray://host", "http://h:1/x", "h:99999"])
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(ClusterUnreachable):
        check_reachable(address)


def test_without_ray_it_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in sys.modules if each == "ray" or each.startswith("ray.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(RayMissing, match=r"flowpose\[ray\]"):
        load_serve()


def test_the_service_and_its_commands_never_import_ray() -> None:
    ask = (
        "import sys, service.main, service.cli; "
        "print({name for name in sys.modules if name.split('.')[0] == 'ray' or 'cluster.replica' in name})"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
