"""`flowpose keys`: who may use the service."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from service.access.key import Key, digest_of, new_secret
from service.access.key_file import read_keys, write_keys
from service.access.limits import KeyLimits
from service.commands.console import to_people
from service.errors import Problem
from service.settings import read_settings

app = typer.Typer(help="Keys: making, listing and removing them.", no_args_is_help=True)


class KeyNotChanged(Problem):
    """The file of keys stays as it is: the name is taken, unknown or none, or a limit cannot be."""

    name = "key-not-changed"
    title = "The keys were not changed"


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Whose it is: letters, digits, `.`, `_`, `-`.")],
    limit: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=NUMBER", help=f"Of this key: {', '.join(KeyLimits.model_fields)}."),
    ] = None,
    expires: Annotated[
        datetime | None, typer.Option(help="When it stops being accepted, UTC.", show_default=False)
    ] = None,
) -> None:
    """Make a key and print it, once: only its SHA-256 is kept. A running service accepts it at once."""
    path = _path()
    keys = read_keys(path) if path.exists() else ()
    if any(key.name == name for key in keys):
        raise KeyNotChanged(f"There is a key called {name!r} already; remove it first.")
    secret = new_secret()
    write_keys(path, (*keys, _new(name, secret, limit or [], expires)))
    to_people().print(f"The key of {name}, shown this once:", highlight=False)
    sys.stdout.write(f"{secret}\n")


@app.command("list")
def list_keys() -> None:
    """List the keys: names, times and limits."""
    path = _path()
    table = Table("name", "made", "expires", "SHA-256", "limits")
    for key in read_keys(path):
        limits = ", ".join(f"{name}={value:g}" for name, value in _said(key.limits).items())
        table.add_row(key.name, _day(key.created), _expiry(key), key.sha256[:12], limits)
    console = Console()
    console.print(table)
    console.print(f"In {path}.", soft_wrap=True)


@app.command()
def remove(name: Annotated[str, typer.Argument(help="Whose it was.")]) -> None:
    """Remove a key. A running service refuses it from then on and ends its streams."""
    path = _path()
    keys = read_keys(path)
    rest = [key for key in keys if key.name != name]
    if len(rest) == len(keys):
        raise KeyNotChanged(f"There is no key called {name!r}.")
    write_keys(path, rest)


def _path() -> Path:
    path = read_settings().keys
    if path is None:
        raise KeyNotChanged(
            "Set FLOWPOSE_KEYS to the file that is to hold the keys; the service needs it too."
        )
    return path


def _new(name: str, secret: str, limits: list[str], expires: datetime | None) -> Key:
    said = {each.partition("=")[0]: each.partition("=")[2] for each in limits}
    until = expires.replace(tzinfo=expires.tzinfo or UTC) if expires else None
    now = datetime.now(UTC).replace(microsecond=0)
    try:
        own = KeyLimits.model_validate_strings(said)
        return Key(name=name, sha256=digest_of(secret), created=now, expires=until, limits=own)
    except ValidationError as error:
        told = (f"{each['loc'][0]}: {each['msg']}" for each in error.errors())
        raise KeyNotChanged("; ".join(told)) from None


def _said(limits: KeyLimits) -> dict[str, float]:
    return limits.model_dump(exclude_none=True)


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d")


def _expiry(key: Key) -> str:
    if key.expires is None:
        return "never"
    return f"{_day(key.expires)}{' (over)' if key.expired() else ''}"
