from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

from service.api.bridge import Bridge
from service.carrying import CarryingPool, carrying
from service.device_thread import DeviceThread
from service.media.prefetch import read_ahead
from service.watch import Watch, watch, watched_by

WATCH = Watch()


def test_a_pool_works_for_whoever_asks() -> None:
    other = Watch()
    with CarryingPool(1) as pool:
        with watched_by(WATCH):
            one = pool.submit(watch)
        with watched_by(other):
            two = pool.submit(watch)
        none = pool.submit(watch)
    assert one.result() is WATCH
    assert two.result() is other
    assert none.result() is watch()


def test_a_thread_works_for_whoever_started_it() -> None:
    seen: list[Watch] = []
    with watched_by(WATCH):
        thread = threading.Thread(target=carrying(lambda: seen.append(watch())))
    thread.start()
    thread.join()
    assert seen == [WATCH]


def test_the_threads_of_a_request_know_it() -> None:
    def watchers() -> Iterator[Watch]:
        yield watch()

    async def bridged() -> list[Watch]:
        async with Bridge(lambda _: watchers()) as items:
            return [item async for item in items]

    device = DeviceThread("test")
    with watched_by(WATCH):
        with read_ahead(watchers()) as ahead:
            assert list(ahead) == [WATCH]
        assert device.run(watch) is WATCH
        assert asyncio.run(bridged()) == [WATCH]
    device.close()
