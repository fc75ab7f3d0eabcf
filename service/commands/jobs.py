"""`flowpose jobs`: long videos on a server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from service.client import RemoteProblem, ServerGone
from service.client.jobs import JobsClient
from service.commands.console import to_people
from service.errors import Problem

app = typer.Typer(help="Long videos on a server: submit, list, watch, results, cancel.", no_args_is_help=True)

Url = Annotated[str, typer.Option(envvar="FLOWPOSE_URL", help="Where the server is.")]
Key = Annotated[
    str | None, typer.Option(envvar="FLOWPOSE_KEY", help="Where the server asks for one.", show_default=False)
]
JobId = Annotated[str, typer.Argument(help="The job's id.", show_default=False)]
HERE = "http://127.0.0.1:8000"


class JobRefused(Problem):
    """The server does not do what it was asked to do with a job."""

    name = "job-refused"
    title = "The server did not do it"


@app.command()
def submit(
    video: Annotated[Path, typer.Argument(exists=True, dir_okay=False, show_default=False)],
    option: Annotated[
        list[str] | None, typer.Option(help="As in the query, such as people=2; repeat.", show_default=False)
    ] = None,
    url: Url = HERE,
    key: Key = None,
) -> None:
    """Send a video and print the job's id."""
    with _asking(url, key) as jobs:
        print(jobs.submit(video, **_options(option or []))["id"])


@app.command("list")
def list_jobs(url: Url = HERE, key: Key = None) -> None:
    """List jobs, newest first."""
    table = Table("id", "state", "frames", "left", "of", "created")
    with _asking(url, key) as jobs:
        for job in jobs.list():
            eta = "" if job["eta_s"] is None else f"{job['eta_s']:.0f} s"
            of = job["frames_estimated"]
            created = job["created_at"][:19].replace("T", " ")
            table.add_row(job["id"], job["state"], str(job["frames"]), eta, str(of or "?"), created)
    Console().print(table)


@app.command()
def watch(job: JobId, url: Url = HERE, key: Key = None) -> None:
    """Tell how a job goes, until it is over; exit status 1 if it failed."""
    now: dict[str, Any] = {}
    with _asking(url, key) as jobs, to_people().status("...") as status:
        for now in jobs.watch(job):
            of = now["frames_estimated"]
            status.update(f"{now['state']}: {now['frames']} of {of if of is not None else '?'} frames")
    print(f"{now['state']}: {now['frames']} frames")
    if now["error"] is not None:
        raise JobRefused(f"{now['error']['title']}: {now['error']['detail']}")


@app.command()
def results(
    job: JobId,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Standard output unless said.")] = None,
    follow: Annotated[bool, typer.Option(help="Wait for the rest.")] = False,
    from_frame: Annotated[int, typer.Option(min=0, help="The first frame.")] = 0,
    url: Url = HERE,
    key: Key = None,
) -> None:
    """Write the lines (NDJSON) that are there."""
    with _asking(url, key) as jobs:
        lines = jobs.results(job, from_frame, follow)
        if out is None:
            sys.stdout.buffer.writelines(lines)
            return
        with out.open("wb") as file:
            file.writelines(lines)


@app.command()
def cancel(job: JobId, url: Url = HERE, key: Key = None) -> None:
    """Stop a job and remove its video and its results."""
    with _asking(url, key) as jobs:
        jobs.cancel(job)


@contextmanager
def _asking(url: str, key: str | None) -> Iterator[JobsClient]:
    try:
        yield JobsClient(url, key=key)
    except (RemoteProblem, ServerGone, ValueError) as error:
        raise JobRefused(str(error)) from error


def _options(given: list[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in given]
    if wrong := [name for name, sign, _ in pairs if not sign]:
        raise typer.BadParameter(f"write {wrong[0]}=VALUE", param_hint="--option")
    return {name: value for name, _, value in pairs}
