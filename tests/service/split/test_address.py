from __future__ import annotations

import pytest

from service.split.address import WorkersAddress, plain_address, read_address
from service.split.errors import WorkersInvalid
from service.split.split import workers_of


def test_a_number_is_so_many_processes() -> None:
    assert read_address("2") == WorkersAddress(workers=2)


def test_a_cluster_has_host_port_and_choices() -> None:
    said = read_address("ray://head:10002?workers=8&cpus=2&gpus=0.5&segment=900")
    assert said == WorkersAddress("head", 10002, 8, 2, 0.5, 900)
    assert said.cluster == "ray://head:10002"


@pytest.mark.parametrize("word", ["local", "auto"])
def test_a_ray_of_this_machine_is_called_by_a_word(word: str) -> None:
    assert read_address(f"ray://{word}").cluster == word


@pytest.mark.parametrize(
    "text",
    [
        "two",
        "0",
        "-1",
        "ray://",
        "http://head:1",
        "ray://head:port",
        "2?cpus=0",
        "2?colour=red",
        "2?gpus=-1",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ray://HOST:PORT"):
        plain_address(text)
    with pytest.raises(WorkersInvalid):
        workers_of(text)


def test_nothing_is_nobody() -> None:
    assert workers_of("") is None
    assert plain_address("") == ""
