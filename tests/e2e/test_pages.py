"""What the service says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from service.api.schemas import CatalogueSchema


@pytest.fixture(scope="module")
def openapi(server: Any) -> dict[str, Any]:
    described: dict[str, Any] = server.client.get("/openapi.json").json()
    return described


def test_it_is_alive(client: httpx.Client) -> None:
    assert client.get("/livez").json() == {"status": "alive"}


def test_it_is_ready_and_says_on_what(client: httpx.Client) -> None:
    ready = client.get("/readyz").json()
    (default,) = [model for model in client.get("/v1/models").json()["models"] if model["default"]]
    assert ready.items() >= {"status": "ready", "device": "cpu", "model": "blazepose-full"}.items()
    assert ready["sha256"] == default["sha256"]
    assert {"dis", "none"} <= set(ready["flow_methods"])


def test_the_catalogue_lists_networks_that_are_here_and_not(client: httpx.Client) -> None:
    catalogue = CatalogueSchema.model_validate(client.get("/v1/models").json())
    models = {model.name: model for model in catalogue.models}
    assert set(models) >= {"blazepose-lite", "blazepose-full", "blazepose-heavy"}
    full = models["blazepose-full"]
    assert full.present
    assert len(full.sha256 or "") == 64
    assert len(full.skeleton.joints) == 33
    assert full.licence == "Apache-2.0"
    assert all((model.sha256 is not None) == model.present for model in models.values())


def test_every_problem_type_leads_to_its_description(client: httpx.Client) -> None:
    listed = client.get("/problems").json()
    assert {problem["type"] for problem in listed} >= {"/problems/empty-body", "/problems/internal"}
    for problem in listed:
        assert client.get(problem["type"]).json() == problem
        assert problem["description"]
    missing = client.get("/problems/none-such")
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/not-found")


def test_the_front_door_is_the_page_and_the_documentation_is_beside_it(client: httpx.Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert client.get("/docs").status_code == 200


def test_every_address_is_described(openapi: dict[str, Any]) -> None:
    assert set(openapi["paths"]) >= {
        "/v1/poses",
        "/v1/images",
        "/v1/models",
        "/livez",
        "/readyz",
        "/problems",
    }
    for path in openapi["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            assert operation["description"]
            for parameter in operation.get("parameters", []):
                assert parameter.get("description") or parameter["in"] == "path"


def test_bodies_and_answers_have_examples(openapi: dict[str, Any]) -> None:
    poses = openapi["paths"]["/v1/poses"]["post"]
    assert set(poses["requestBody"]["content"]) == {
        "video/*",
        "application/octet-stream",
        "multipart/form-data",
    }
    answers = poses["responses"]["200"]["content"]
    assert set(answers) >= {"application/json", "application/x-ndjson", "text/csv", "application/zip"}
    for each in answers.values():
        assert "example" in each or "examples" in each or each["schema"]["format"] == "binary"
    work = {"200", "400", "406", "408", "413", "415", "422", "501", "503", "504", "507"}
    assert set(poses["responses"]) == work | {"401", "403", "421", "429"}
    for status, response in poses["responses"].items():
        if status != "200":
            assert list(response["content"]) == ["application/problem+json"]


def test_every_reference_of_the_documentation_leads_somewhere(openapi: dict[str, Any]) -> None:
    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            yield from (node["$ref"],) if isinstance(node.get("$ref"), str) else ()
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    known = {f"#/components/schemas/{name}" for name in openapi["components"]["schemas"]}
    assert set(references(openapi)) <= known
