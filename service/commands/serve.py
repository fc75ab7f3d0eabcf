"""`flowpose serve`: the HTTP service."""

from __future__ import annotations

import socket
from typing import Annotated

import typer

from service.app import create_app
from service.commands.choices import OnDevice, make_engine
from service.commands.console import to_people
from service.jobs.opening import check_jobs
from service.media.sandbox.choice import SandboxChoice
from service.media.sandbox.chosen import chosen_reader
from service.options import Options
from service.server import Server
from service.settings import Settings, read_settings
from service.telemetry.logs import LogFormat, set_up_logging


def serve(
    host: Annotated[str | None, typer.Option(help="Goes before FLOWPOSE_HOST.", show_default=False)] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Goes before FLOWPOSE_PORT.", show_default=False)
    ] = None,
    device: OnDevice = None,
) -> None:
    """Start the HTTP service."""
    settings = read_settings(host=host, port=port, device=device)
    set_up_logging(settings.log, settings.log_level)
    _refuse_early(settings)
    server = (_TellingServer if settings.log is LogFormat.TEXT else Server)(create_app(settings), settings)
    server.run()
    if not server.started:
        raise typer.Exit(1)


def _refuse_early(settings: Settings) -> None:
    """Raise what the application would, before a web server wraps it in its own words."""
    with make_engine(settings) as engine:
        engine.stream(Options(model=settings.model)).close()
    check_jobs(settings)
    if settings.sandbox is SandboxChoice.ON:
        with chosen_reader(settings.sandbox, settings.decode_idle_s):
            pass


class _TellingServer(Server):
    """Says where it is, once it is there."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._tell(f"http://{f'[{host}]' if ':' in host else host}:{port}")

    def _tell(self, url: str) -> None:
        console = to_people()
        console.print(f"\nFlowPose is at [bold]{url}[/bold], its documentation at {url}/docs", soft_wrap=True)
        console.print("Try it:", end="\n\n")
        key = '-H "Authorization: Bearer $FLOWPOSE_KEY" ' if self._app.state.access.keyed else ""
        kind = "-H 'Content-Type: video/mp4'"
        line = f"curl {key}--data-binary @video.mp4 {kind} '{url}/v1/poses?format=ndjson'"
        console.print(f"    {line}\n", soft_wrap=True)
