"""Jobs in a database: SQLite in a file of its own, or PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    create_engine,
    event,
    func,
    insert,
    make_url,
    or_,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, SQLAlchemyError

from service.jobs.errors import StoreUnusable
from service.jobs.job import OVER, Job, JobState, Order
from service.jobs.store import Totals
from service.jobs.tables import JOBS, METADATA, SCHEMA, VERSION

BUSY_S = 30.0  # SQLite's writers wait so long for each other


class SqlStore:
    """A :class:`~service.jobs.store.JobStore` in tables of a database.

    Parameters
    ----------
    url
        As SQLAlchemy has it: ``sqlite:////path/jobs.sqlite3``, ``postgresql://user@host/name``.
    clock
        Seconds since 1970. Several hosts on one database must have clocks that agree within seconds.

    Raises
    ------
    StoreUnusable
        The database cannot be reached, or was written by another version.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._engine = _engine(url)
        try:
            self._prepare()
        except SQLAlchemyError as error:
            self._engine.dispose()
            raise StoreUnusable(_told(error)) from error
        except StoreUnusable:
            self._engine.dispose()
            raise

    def add(self, order: Order, state: JobState, video_bytes: int, id_: str) -> Job:
        """See :meth:`~service.jobs.store.JobStore.add`."""
        now = self._clock()
        row = {"id": id_, "state": state, **asdict(order)}
        row |= {"created_s": now, "updated_s": now, "video_bytes": video_bytes}
        try:
            with self._engine.begin() as connection:
                return _job(connection.execute(insert(JOBS).values(row).returning(JOBS)).mappings().one())
        except IntegrityError:
            known = None if order.key is None else self.by_key(order.holder, order.key)
            if known is None:
                raise
            return known

    def find(self, id_: str) -> Job | None:
        """See :meth:`~service.jobs.store.JobStore.find`."""
        return self._one(JOBS.c.id == id_)

    def by_key(self, holder: str, key: str) -> Job | None:
        """See :meth:`~service.jobs.store.JobStore.by_key`."""
        return self._one(and_(JOBS.c.holder == holder, JOBS.c.key == key))

    def page(self, holder: str | None, below: int | None, limit: int, state: JobState | None) -> list[Job]:
        """See :meth:`~service.jobs.store.JobStore.page`."""
        wanted = [JOBS.c.state != JobState.CANCELLED]
        wanted += [JOBS.c.holder == holder] if holder is not None else []
        wanted += [JOBS.c.number < below] if below is not None else []
        wanted += [JOBS.c.state == state] if state is not None else []
        return self._all(and_(*wanted), limit)

    def change(
        self, id_: str, states: Collection[JobState], held_by: str | None = None, **values: Any
    ) -> Job | None:
        """See :meth:`~service.jobs.store.JobStore.change`."""
        expected = [JOBS.c.id == id_, JOBS.c.state.in_(states)]
        expected += [JOBS.c.owner == held_by] if held_by is not None else []
        return self._update(and_(*expected), values)

    def take(self, owner: str, lease_s: float, gone: Collection[str]) -> Job | None:
        """See :meth:`~service.jobs.store.JobStore.take`."""
        while True:
            now = self._clock()
            left = and_(
                JOBS.c.state == JobState.RUNNING,
                or_(JOBS.c.lease_until_s < now, JOBS.c.owner.in_(gone)),
            )
            free = or_(JOBS.c.state == JobState.QUEUED, left)
            turn = self._all(free, 1, newest=False)
            if not turn:
                return None
            (job,) = turn
            values: dict[str, Any] = {"state": JobState.RUNNING, "owner": owner}
            values |= {"lease_until_s": now + lease_s, "started_s": job.started_s or now}
            values["crashes"] = job.crashes + (job.state is JobState.RUNNING)
            taken = self._update(and_(JOBS.c.number == job.number, JOBS.c.version == job.version), values)
            if taken is not None:
                return taken

    def renew(self, owner: str, lease_s: float, ids: Collection[str]) -> None:
        """See :meth:`~service.jobs.store.JobStore.renew`; this is no change that anybody is told of."""
        running = and_(JOBS.c.owner == owner, JOBS.c.state == JobState.RUNNING, JOBS.c.id.in_(ids))
        with self._engine.begin() as connection:
            connection.execute(update(JOBS).where(running).values(lease_until_s=self._clock() + lease_s))

    def owners(self) -> set[str]:
        """See :meth:`~service.jobs.store.JobStore.owners`."""
        wanted = select(JOBS.c.owner).where(JOBS.c.state == JobState.RUNNING).distinct()
        with self._engine.connect() as connection:
            return {owner for (owner,) in connection.execute(wanted) if owner is not None}

    def unfinished(self, holder: str) -> int:
        """See :meth:`~service.jobs.store.JobStore.unfinished`."""
        wanted = select(func.count()).where(JOBS.c.holder == holder, JOBS.c.state.not_in(OVER))
        with self._engine.connect() as connection:
            return connection.execute(wanted).scalar_one()

    def totals(self) -> Totals:
        """See :meth:`~service.jobs.store.JobStore.totals`."""
        size = func.sum(JOBS.c.video_bytes + JOBS.c.result_bytes)
        wanted = select(JOBS.c.state, func.count(), size).group_by(JOBS.c.state)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return Totals(sum(int(row[2] or 0) for row in rows), {JobState(row[0]): row[1] for row in rows})

    def past(self, before_s: float) -> list[Job]:
        """See :meth:`~service.jobs.store.JobStore.past`."""
        still = and_(JOBS.c.state.in_(OVER | {JobState.UPLOADING}), JOBS.c.updated_s < before_s)
        return self._all(or_(still, JOBS.c.state == JobState.CANCELLED), None)

    def drop(self, id_: str) -> None:
        """See :meth:`~service.jobs.store.JobStore.drop`."""
        with self._engine.begin() as connection:
            connection.execute(JOBS.delete().where(JOBS.c.id == id_))

    def close(self) -> None:
        """See :meth:`~service.jobs.store.JobStore.close`."""
        self._engine.dispose()

    def _prepare(self) -> None:
        try:
            with self._engine.begin() as connection:
                _prepare(connection)
        except SQLAlchemyError:  # another process may just have made the tables
            with self._engine.begin() as connection:
                _prepare(connection)

    def _one(self, which: ColumnElement[bool]) -> Job | None:
        found = self._all(which, 1)
        return found[0] if found else None

    def _all(self, which: ColumnElement[bool], limit: int | None, newest: bool = True) -> list[Job]:
        order = JOBS.c.number.desc() if newest else JOBS.c.number
        with self._engine.connect() as connection:
            rows = connection.execute(select(JOBS).where(which).order_by(order).limit(limit)).mappings()
            return [_job(row) for row in rows]

    def _update(self, which: ColumnElement[bool], values: Mapping[str, Any]) -> Job | None:
        set_ = {"updated_s": self._clock(), "version": JOBS.c.version + 1, **values}
        with self._engine.begin() as connection:
            row = (
                connection.execute(update(JOBS).where(which).values(set_).returning(JOBS)).mappings().first()
            )
        return None if row is None else _job(row)


def _job(row: Mapping[Any, Any]) -> Job:
    return Job(**{**row, "state": JobState(row["state"])})


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql" and "+" not in parsed.drivername:
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed, pool_pre_ping=True)
        engine = create_engine(parsed, connect_args={"timeout": BUSY_S})
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise StoreUnusable(f"FLOWPOSE_STORE cannot be used: {_told(error)}") from error
    event.listen(engine, "connect", _write_ahead)
    return engine


def _write_ahead(connection: Any, record: object) -> None:
    """Let readers and the writer work side by side, and wait for the disk at every commit."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def _prepare(connection: Connection) -> None:
    METADATA.create_all(connection)
    version = connection.execute(select(VERSION.c.version)).scalar()
    if version is None:
        connection.execute(insert(VERSION).values(version=SCHEMA))
    elif version != SCHEMA:
        raise StoreUnusable(f"The store has tables of version {version}; this service has {SCHEMA}.")


def _told(error: Exception) -> str:
    """The first line: what follows may hold addresses and SQL."""
    return str(getattr(error, "orig", None) or error).partition("\n")[0]
