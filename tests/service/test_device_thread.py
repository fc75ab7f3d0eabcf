from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.device_thread import DeviceThread


def test_all_work_is_done_in_one_thread_of_that_name() -> None:
    thread = DeviceThread("one")
    with ThreadPoolExecutor(4) as askers:
        names = set(askers.map(lambda _: thread.run(lambda: threading.current_thread().name), range(20)))
    thread.close()
    assert names == {"one_0"}


def test_work_can_be_given_a_thread_for_good() -> None:
    thread = DeviceThread("given")
    name = thread.doing(lambda: threading.current_thread().name)
    assert (name(), name()) == ("given_0", "given_0")
    assert thread.doing(max)(3, 7, key=lambda value: -value) == 3
    thread.close()


def test_what_goes_wrong_is_told_to_who_asked() -> None:
    thread = DeviceThread("wrong")
    with pytest.raises(ZeroDivisionError):
        thread.run(lambda: 1 / 0)
    assert thread.run(abs, -3) == 3
    thread.close()


def test_closed_twice_it_is_closed() -> None:
    thread = DeviceThread("closed")
    thread.close()
    thread.close()
    with pytest.raises(RuntimeError, match="shutdown"):
        thread.run(abs, 1)
