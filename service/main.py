"""The application for `uvicorn service.main:app`."""

from __future__ import annotations

from service.app import create_app
from service.settings import read_settings
from service.telemetry.logs import set_up_logging

settings = read_settings()
set_up_logging(settings.log, settings.log_level)
app = create_app(settings)
