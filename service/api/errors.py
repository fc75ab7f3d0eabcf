"""Every error leaves as `application/problem+json`, without internals."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from service.access.problems import KeyMissing, KeyRefused, QuotaUsed, TooManyRequests
from service.api.problem_details import MEDIA_TYPE, ParameterError, ProblemDetails
from service.api.problems import (
    Busy,
    Draining,
    MethodNotAllowed,
    NotFound,
    NotReady,
    ParametersInvalid,
    RequestRefused,
    Starting,
)
from service.errors import Problem
from service.jobs.errors import QueueFull

RETRY_AFTER_S = 5
CHALLENGE = 'Bearer realm="flowpose"'  # RFC 6750, section 3
CLIENT_GONE = 499  # nginx's number for it; nobody is left to read it, only the access log

logger = logging.getLogger(__name__)


def add_error_handlers(app: FastAPI) -> None:
    """Make `app` answer all errors as problems."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _client_gone)
    app.add_exception_handler(Exception, _unexpected)


def unexpected(error: Exception) -> Problem:
    """Log an error that nobody foresaw and turn it into one that tells no internals."""
    logger.error("unexpected error", exc_info=error)
    return Problem("The server's log says more.")


def plain(message: str) -> str:
    """Pydantic's words, with the ones that only a programmer understands put plainly."""
    told = "there is no such parameter" if message == "Extra inputs are not permitted" else message
    return told.removeprefix("Value error, ")


def answer_of(problem: Problem, instance: str) -> Response:
    """Answer a request with a problem, where no handler of the application can.

    Parameters
    ----------
    problem
        What happened.
    instance
        Path of the request.
    """
    details = ProblemDetails.from_problem(problem, instance)
    return Response(details.to_json(), details.status, headers_of(problem), MEDIA_TYPE)


def headers_of(problem: Problem) -> Mapping[str, str]:
    """What a problem says in the answer's head."""
    match problem:
        case Busy() | NotReady() | QuotaUsed() | QueueFull() | Starting() | Draining():
            return {"Retry-After": str(RETRY_AFTER_S)}
        case TooManyRequests():
            return problem.headers
        case KeyMissing():
            return {"WWW-Authenticate": CHALLENGE}
        case KeyRefused():
            return {"WWW-Authenticate": f'{CHALLENGE}, error="invalid_token"'}
        case _:
            return {}


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return _answer(request, error, headers=headers_of(error))


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [_parameter_error(each["loc"], each["msg"]) for each in error.errors()]
    told = "; ".join(f"{each.name}: {each.detail}" if each.name else each.detail for each in errors)
    return _answer(request, ParametersInvalid(told), errors)


def _parameter_error(location: tuple[str | int, ...], message: str) -> ParameterError:
    name = str(location[1]) if len(location) > 1 else ""
    return ParameterError(name=name, detail=plain(message))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _answer(request, _problem_of_http(request, error), headers=error.headers, status=error.status_code)


def _problem_of_http(request: Request, error: HTTPException) -> Problem:
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            return NotFound(
                f"{request.url.path} is not an address of this service; /docs lists those that are."
            )
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return MethodNotAllowed(f"{request.url.path} does not answer to {request.method}.")
        case _:
            return RequestRefused(str(error.detail))


async def _client_gone(request: Request, error: Exception) -> Response:
    logger.info("%s %s: the client went away", request.method, request.url.path)
    return Response(status_code=CLIENT_GONE)


async def _unexpected(request: Request, error: Exception) -> Response:
    # Starlette raises the error again after this answer, and the server logs it.
    return _answer(request, Problem("The server's log says more."))


def _answer(
    request: Request,
    problem: Problem,
    errors: list[ParameterError] | None = None,
    headers: Mapping[str, str] | None = None,
    status: int | None = None,
) -> Response:
    details = ProblemDetails.from_problem(problem, request.url.path, errors)
    if status is not None:
        details = details.model_copy(update={"status": status})
    return Response(details.to_json(), details.status, headers, MEDIA_TYPE)
