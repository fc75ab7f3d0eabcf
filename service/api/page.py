"""`/`: the demo page, and the files that it is made of."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.staticfiles import StaticFiles

FILES = StaticFiles(packages=[("service", "web")])
POLICY = "; ".join(
    (
        "default-src 'self'",  # 'self' stands for WebSockets to the same place as well
        "img-src 'self' blob:",
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",  # ask each time; the answer is 304 unless the service was changed
}

router = APIRouter(include_in_schema=False)


@router.get("/")
async def page(request: Request) -> Response:
    """Show the page."""
    return await _file("index.html", request)


@router.get("/web/{path:path}")
async def file(path: str, request: Request) -> Response:
    """Give a file of the page; 404 for anything that is not one."""
    return await _file(path, request)


async def _file(path: str, request: Request) -> Response:
    response = await FILES.get_response(path, request.scope)
    response.headers.update(HEADERS)
    return response
