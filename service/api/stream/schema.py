"""`GET /v1/stream/schema`: the protocol for machines, made from what checks and writes the messages."""

from __future__ import annotations

from typing import Any, get_args

from fastapi import APIRouter
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from service.api.access import GUARDED
from service.api.stream import messages

DIALECT = "https://json-schema.org/draft/2020-12/schema"
EXAMPLE: dict[str, Any] = {
    "$schema": DIALECT,
    "title": "WS /v1/stream",
    "$defs": {"Stop": {"type": "object", "properties": {"type": {"const": "stop"}}}},
}

router = APIRouter(tags=["stream"], **GUARDED)


@router.get(
    "/v1/stream/schema",
    summary="Messages of the live stream",
    responses={200: {"content": {"application/json": {"example": EXAMPLE}}}},
)
async def describe_stream() -> dict[str, Any]:
    """JSON Schema of every text message of `WS /v1/stream`, which OpenAPI cannot describe.

    `#/$defs/Client` is what a client may send, `#/$defs/Server` what the server sends.
    """
    return stream_schema()


def stream_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of all messages; those of the client are strict."""
    client, server = get_args(messages.Incoming), get_args(messages.Outgoing)
    asked: list[tuple[type[BaseModel], JsonSchemaMode]] = [(kind, "validation") for kind in client]
    asked += [(kind, "serialization") for kind in server]
    found, schema = models_json_schema(asked, by_alias=True)
    sides = {
        "Client": {"oneOf": [found[kind, "validation"] for kind in client]},
        "Server": {"oneOf": [found[kind, "serialization"] for kind in server]},
    }
    return {
        "$schema": DIALECT,
        "title": "WS /v1/stream",
        "description": messages.__doc__,
        "anyOf": [{"$ref": f"#/$defs/{side}"} for side in sides],
        "$defs": {**schema["$defs"], **sides},
    }
