"""`/`: to the documentation, until there is a page to show."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

router = APIRouter()


@router.get("/", include_in_schema=False)
async def home() -> RedirectResponse:
    """Send a browser to the documentation."""
    return RedirectResponse("/docs")
