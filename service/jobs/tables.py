"""The tables of the store."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Integer, MetaData, String, Table, Text, UniqueConstraint

SCHEMA = 1  # goes up with every change of the tables

METADATA = MetaData()

JOBS = Table(
    "flowpose_jobs",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("state", String(16), nullable=False, index=True),
    Column("options", Text, nullable=False),
    Column("limits", Text, nullable=False),
    Column("holder", String(255), nullable=False),
    Column("key", String(255)),
    Column("version", Integer, nullable=False, default=1),
    Column("created_s", Float(53), nullable=False),
    Column("updated_s", Float(53), nullable=False),
    Column("started_s", Float(53)),
    Column("finished_s", Float(53)),
    Column("video_bytes", BigInteger, nullable=False, default=0),
    Column("result_bytes", BigInteger, nullable=False, default=0),
    Column("header", Text),
    Column("frames", Integer, nullable=False, default=0),
    Column("frames_estimated", Integer),
    Column("worked_s", Float(53), nullable=False, default=0.0),
    Column("checkpoint", Text),
    Column("last_line", Text),
    Column("error", Text),
    Column("owner", String(255)),
    Column("lease_until_s", Float(53), nullable=False, default=0.0),
    Column("crashes", Integer, nullable=False, default=0),
    UniqueConstraint("holder", "key"),
    sqlite_autoincrement=True,
)

VERSION = Table("flowpose_schema", METADATA, Column("version", Integer, nullable=False))
