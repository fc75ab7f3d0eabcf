"""Every operation of the served OpenAPI document, with data that fits it and data that does not.

    python -m tests.fuzz.openapi --examples 500

Starts the real server and has schemathesis make requests of its document. No answer may be an unnamed 5xx or
take too long; status, content type and body must be as documented, and every error a problem that has a page.
Videos and pictures are true small files every other time, jobs those that were made before.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from requests.exceptions import Timeout
from schemathesis import APIOperation, Case, CheckContext, GenerationMode, Response
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.api.problem_details import MEDIA_TYPE, ROOT
from tests.fuzz.bodies import JPEG, labels, write_videos
from tests.fuzz.tally import Tally
from tests.running import RunningServer, pulled_networks

AnyCase = Case[Any]
Operation = APIOperation[Any, Any, Any, Any]
Check = Callable[[CheckContext, Response, AnyCase], bool | None]

PATIENCE_S = 60.0
NAMED_5XX = {501, 503, 504, 507}  # not here, not now, not in time, no room
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE")
CHECKS: list[Check] = [
    *(status_code_conformance, content_type_conformance, response_headers_conformance),
]
EVENTS = "text/event-stream"  # a string by OpenAPI 3.1, but schemathesis looks at each event
PARTS = "application/partial-upload"


@dataclass
class Made:
    """Jobs that answers told of, and true files to send."""

    videos: list[bytes]
    jobs: list[str] = field(default_factory=list)
    uploads: list[str] = field(default_factory=list)

    def learn(self, case: AnyCase, response: Response) -> None:
        """Remember the job that an answer tells of."""
        if case.operation.path == "/v1/jobs" and response.status_code in (201, 202):
            (self.uploads if response.status_code == 201 else self.jobs).append(response.json()["id"])

    def settle(self, case: AnyCase, choice: int) -> None:
        """Let a case get further than chance would."""
        self._fill(case, choice)
        query = case.query
        query.pop("model", None)
        query.pop("skeleton", None)
        query.pop("heatmap", None)
        if query.get("crop") == "box":
            query["box"] = "4,4,30,30"
        else:
            query.pop("box", None)
        if "lookahead" in query:
            query["lookahead"] = None
        self._name_job(case, choice)

    def _fill(self, case: AnyCase, choice: int) -> None:
        video = self.videos[choice % len(self.videos)]
        path = case.operation.path
        if path == "/v1/propagate":
            parts: Any = {"video": video, "labels": labels()}
            case.body, case.media_type = parts, "multipart/form-data"
        elif path in ("/v1/poses", "/v1/jobs", "/v1/images") and case.method == "POST":
            body = JPEG if path == "/v1/images" else video
            whole: Any = {"file": body} if case.media_type == "multipart/form-data" else body
            case.body = whole

    def _name_job(self, case: AnyCase, choice: int) -> None:
        ids = self.uploads if case.operation.path.endswith("upload") else self.jobs
        if "job_id" in case.path_parameters and ids:
            case.path_parameters["job_id"] = ids[choice % len(ids)]
        if case.method == "PATCH":
            case.headers["upload-offset"] = "0"


class Attack:
    """One run against a server.

    Parameters
    ----------
    url
        Where it is.
    folder
        For small videos.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self.tally = Tally()
        self._url = url
        self._made = Made(write_videos(folder))
        self._problems = {each["type"] for each in httpx.get(url + ROOT, timeout=PATIENCE_S).json()}

    def run(self, examples: int, seed_: int | None) -> Tally:
        """Try each operation so many times with good data, and as often with bad; None repeats itself."""
        for operation in self._operations():
            self.wrong_methods(operation)
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                self._through(operation, mode, examples, seed_)
        return self.tally

    def _operations(self) -> list[Operation]:
        document = httpx.get(f"{self._url}/openapi.json", timeout=PATIENCE_S).json()
        schemathesis.openapi.media_type(PARTS, st.binary(max_size=200))
        for path in document["paths"].values():
            for operation in path.values():
                operation.pop("security", None)  # this server has no keys, so none can be missing
        schema = schemathesis.openapi.from_dict(document)
        schema.config.update(base_url=self._url)
        found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
        return sorted(found, key=lambda operation: operation.path != "/v1/jobs")  # makes jobs for the others

    def _through(self, operation: Operation, mode: GenerationMode, examples: int, seed_: int | None) -> None:
        bounds = settings(
            max_examples=examples,
            derandomize=seed_ is None,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )

        def attempt(case: AnyCase, choice: int) -> None:
            if mode is GenerationMode.POSITIVE and choice % 2:
                self._made.settle(case, choice)
            self._try(case, mode)

        tested = given(operation.as_strategy(generation_mode=mode), st.integers(0, 99))(attempt)
        try:
            bounds(tested if seed_ is None else seed(seed_)(tested))()
        except Unsatisfiable:
            return  # an operation that takes nothing has no bad data

    def _try(self, case: AnyCase, mode: GenerationMode) -> None:
        began_s = time.monotonic()
        try:
            response = case.call(timeout=PATIENCE_S)
        except Timeout:
            self.tally.found[f"{case.operation.label}: no answer"] = case.as_curl_command()
            return
        took_s = time.monotonic() - began_s
        self.tally.note(f"{case.operation.label} {mode.value}", str(response.status_code), took_s)
        self._made.learn(case, response)
        for told in self._wrong(case, response, mode):
            what = f"{case.operation.label}: {told.splitlines()[0]}"
            self.tally.found.setdefault(what, f"{told}\n{case.as_curl_command()}"[:3000])

    def _wrong(self, case: AnyCase, response: Response, mode: GenerationMode) -> list[str]:
        replayed = "idempotency-key" in case.headers  # answered as the first time, whatever it carries
        bad = mode is GenerationMode.NEGATIVE and not replayed
        more: list[Check] = [negative_data_rejection] if bad else []
        more += [] if _media_type(response) == EVENTS else [response_schema_conformance]
        told = [self._badly_named(case.method, response)]
        if response.status_code < 500:
            try:
                case.validate_response(response, checks=CHECKS + more)
            except FailureGroup as group:
                told += [f"{each.title}\n{each}" for each in group.exceptions]
            except Failure as failure:
                told.append(f"{failure.title}\n{failure}")
        return [each for each in told if each]

    def _badly_named(self, method: str, response: Any) -> str:
        """What is wrong with an error; empty if nothing is."""
        status = response.status_code
        if status < 400:
            return ""
        if status >= 500 and status not in NAMED_5XX:
            return f"status {status}\n{response.text[:500]}"
        if _media_type(response) != MEDIA_TYPE:
            return f"error {status} is {_media_type(response)}"
        if method == "HEAD":
            return ""
        told = response.json()
        if told["type"] not in self._problems or told["status"] != status:
            return f"error {status} is called {told['type']} and {told['status']}"
        return ""

    def wrong_methods(self, operation: Operation) -> None:
        """Ask in ways that the document does not have."""
        path = operation.path.replace("{", "").replace("}", "")
        known = {method.upper() for method in operation.schema.raw_schema["paths"][operation.path]}
        for method in set(METHODS) - known:
            response = httpx.request(method, self._url + path, timeout=PATIENCE_S)
            self.tally.note("methods that are not there", str(response.status_code), 0.0)
            told = self._badly_named(method, response)
            if told or response.status_code != 405 or "allow" not in response.headers:
                self.tally.found[f"{method} {path}: {response.status_code}"] = told or response.text


def _media_type(response: Any) -> str:
    value = response.headers.get("content-type", "")
    first: str = value[0] if isinstance(value, list) else value
    return first.partition(";")[0]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--examples", type=int, default=100, help="of each operation, good and bad alike")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    pulled_networks()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as server:
        tally = Attack(server.url, Path(folder)).run(chosen.examples, chosen.seed)
    print(tally.report())
    if tally.found:
        raise SystemExit(1)


def served(folder: Path) -> RunningServer:
    """A server with room for nothing large."""
    temp = folder / "temp"
    temp.mkdir()
    return RunningServer(temp, device="cpu", jobs_dir=str(folder / "jobs"), max_upload_bytes=4_000_000)


if __name__ == "__main__":
    main()
