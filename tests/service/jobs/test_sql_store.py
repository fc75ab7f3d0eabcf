"""What every store of jobs promises, for SQLite and, where there is a server, for PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from service.jobs.errors import StoreUnusable
from service.jobs.job import Job, JobState, Order
from service.jobs.sql_store import SqlStore
from service.jobs.tables import METADATA
from tests.service.jobs.postgres import Postgres, why_not

ORDER = Order(options="{}", limits="{}")
QUEUED, RUNNING = JobState.QUEUED, JobState.RUNNING


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A server of our own, on a socket in a folder."""
    reason = why_not()
    if reason is not None:
        pytest.skip(f"no PostgreSQL: {reason}")
    with Postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'jobs.sqlite3'}"
    server: Postgres = request.getfixturevalue("postgres")
    engine = create_engine(server.url.replace("postgresql:", "postgresql+psycopg:"))
    METADATA.drop_all(engine)
    engine.dispose()
    return server.url


class Clock:
    """Time that stands still unless it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[SqlStore]:
    store = SqlStore(url, clock)
    yield store
    store.close()


def add(store: SqlStore, id_: str, order: Order = ORDER, state: JobState = QUEUED, size: int = 0) -> Job:
    return store.add(order, state, size, id_)


def test_a_job_is_kept_as_it_was_given(store: SqlStore, url: str, clock: Clock) -> None:
    job = add(store, "a", Order('{"x":1}', "{}", "somebody", "key"), size=5 * 1024**3)
    assert (job.id, job.state, job.options, job.holder) == ("a", QUEUED, '{"x":1}', "somebody")
    assert (job.created_s, job.video_bytes, job.version) == (1000.0, 5 * 1024**3, 1)
    again = SqlStore(url, clock)
    assert again.find("a") == job
    assert again.find("b") is None
    again.close()


def test_jobs_are_taken_in_the_order_in_which_they_came(store: SqlStore) -> None:
    for name in "abc":
        add(store, name)
    taken = [store.take("me", 30, set()) for _ in range(4)]
    assert [job and job.id for job in taken] == ["a", "b", "c", None]
    assert [job and (job.state, job.owner, job.started_s) for job in taken[:3]] == [
        (RUNNING, "me", 1000.0)
    ] * 3


def test_a_job_is_taken_over_when_its_lease_is_past_or_its_owner_gone(store: SqlStore, clock: Clock) -> None:
    add(store, "a")
    assert store.take("first", 30, set())
    assert store.take("second", 30, set()) is None
    taken = store.take("second", 30, {"first"})
    assert taken
    assert (taken.owner, taken.crashes) == ("second", 1)
    clock.now += 31
    assert store.take("third", 30, set())
    assert store.owners() == {"third"}


def test_a_renewed_lease_holds(store: SqlStore, clock: Clock) -> None:
    add(store, "a")
    taken = store.take("first", 30, set())
    clock.now += 29
    store.renew("first", 30, {"a"})
    clock.now += 29
    assert store.take("second", 30, set()) is None
    store.renew("first", 30, {"another"})
    store.renew("second", 30, {"a"})
    found = store.find("a")
    assert found
    assert taken
    assert found.version == taken.version
    clock.now += 2
    assert store.take("second", 30, set())


def test_a_change_happens_only_to_the_job_that_is_expected(store: SqlStore) -> None:
    add(store, "a")
    assert store.change("a", {RUNNING}, frames=3) is None
    store.take("me", 30, set())
    assert store.change("a", {RUNNING}, held_by="you", frames=3) is None
    changed = store.change("a", {RUNNING}, held_by="me", frames=3)
    assert changed
    assert (changed.frames, changed.version, store.find("a")) == (3, 3, changed)


def test_of_many_who_take_at_once_each_gets_another_job(url: str, clock: Clock, store: SqlStore) -> None:
    for n in range(12):
        add(store, f"job {n}")
    taken: list[str] = []

    def take(name: str) -> None:
        mine = SqlStore(url, clock)
        while job := mine.take(name, 30, set()):
            taken.append(job.id)
        mine.close()

    _at_once(take, 4)
    assert sorted(taken) == sorted(f"job {n}" for n in range(12))


def test_the_same_key_gives_the_same_job(store: SqlStore) -> None:
    mine = replace(ORDER, holder="me", key="k")
    first = add(store, "a", mine)
    assert add(store, "b", mine) == first
    assert add(store, "c", replace(mine, holder="you")).id == "c"
    assert add(store, "d").id == "d"
    assert add(store, "e").id == "e"
    assert store.by_key("me", "k") == first


def test_of_many_who_add_under_one_key_one_does(url: str, clock: Clock, store: SqlStore) -> None:
    got: list[str] = []

    def submit(name: str) -> None:
        mine = SqlStore(url, clock)
        got.append(mine.add(replace(ORDER, key="k"), QUEUED, 0, name).id)
        mine.close()

    _at_once(submit, 4)
    assert len(set(got)) == 1
    assert len(store.page(None, None, 10, None)) == 1


def test_pages_show_the_newest_first_and_nothing_cancelled(store: SqlStore) -> None:
    for n in range(5):
        add(store, str(n), replace(ORDER, holder="me" if n % 2 else ""))
    store.change("2", {QUEUED}, state=JobState.CANCELLED)
    first = store.page(None, None, 2, None)
    assert [job.id for job in first] == ["4", "3"]
    assert [job.id for job in store.page(None, first[-1].number, 9, None)] == ["1", "0"]
    assert [job.id for job in store.page("me", None, 9, None)] == ["3", "1"]
    assert store.page(None, None, 9, RUNNING) == []


def test_totals_and_what_is_not_over(store: SqlStore) -> None:
    add(store, "a", size=10)
    add(store, "b", size=5, state=JobState.UPLOADING)
    store.take("me", 30, set())
    store.change("a", {RUNNING}, result_bytes=7)
    totals = store.totals()
    assert (totals.bytes, totals.by_state, totals.waiting) == (22, {RUNNING: 1, JobState.UPLOADING: 1}, 1)
    assert store.unfinished("") == 2
    store.change("a", {RUNNING}, state=JobState.SUCCEEDED)
    assert store.unfinished("") == 1


def test_what_is_past_is_over_or_stood_still(store: SqlStore, clock: Clock) -> None:
    for name, state in (("over", QUEUED), ("stood still", JobState.UPLOADING), ("waits", QUEUED)):
        add(store, name, state=state)
    store.change("over", {QUEUED}, state=JobState.FAILED)
    assert store.past(clock.now) == []
    clock.now += 1
    assert {job.id for job in store.past(clock.now)} == {"over", "stood still"}
    store.drop("over")
    assert store.find("over") is None


def test_a_store_of_another_version_is_refused(url: str, clock: Clock, store: SqlStore) -> None:
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE flowpose_schema SET version = 99"))
    engine.dispose()
    with pytest.raises(StoreUnusable, match="99"):
        SqlStore(url, clock)


@pytest.mark.parametrize("url", ["nonsense", "nosuch://host/name", "sqlite:////no/such/folder/jobs.sqlite3"])
def test_a_store_that_cannot_be_opened_is_told(url: str) -> None:
    with pytest.raises(StoreUnusable):
        SqlStore(url)


def _at_once(do: Callable[[str], None], count: int) -> None:
    threads = [threading.Thread(target=do, args=(f"worker {n}",)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
