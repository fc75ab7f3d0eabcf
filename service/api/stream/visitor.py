"""Who opens a socket."""

from __future__ import annotations

from starlette.websockets import WebSocket

from service.access.access import Access
from service.access.client import Client
from service.api.access import secret_in
from service.api.stream.subprotocols import secret_offered


def known_by_head(websocket: WebSocket, access: Access) -> Client | None:
    """Look where the socket comes from and what its head says of who opens it.

    Returns
    -------
    None where it says nothing, and the key may still come with `start`.

    Raises
    ------
    HostRefused, OriginRefused, KeyRefused
    """
    access.check_place(websocket.headers)
    access.check_page(websocket.headers)
    secret = secret_in(websocket.headers)
    if secret is None:
        secret = secret_offered(websocket.scope["subprotocols"])
    return None if access.keyed and secret is None else client_of(websocket, access, secret)


def client_of(websocket: WebSocket, access: Access, secret: str | None) -> Client:
    """Say whose the key is, or at what address there is somebody without one.

    Raises
    ------
    KeyMissing, KeyRefused
    """
    return access.client(secret, websocket.client.host if websocket.client else "")
