"""`/problems`: what each problem's `type` leads to."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from fastapi import APIRouter

from service.api.documentation import problem_responses
from service.api.problem_details import ROOT
from service.api.problems import NotFound, ParametersInvalid
from service.api.schemas import ProblemTypeSchema
from service.errors import Problem

UNFORESEEN = "An error that nobody foresaw; the server's log tells more, the answer does not."
COMMANDS = "service.commands."  # their problems are told on a terminal, never in an answer

router = APIRouter(prefix=ROOT, tags=["problems"])


@router.get("", summary="List the problems this service can answer with")
async def list_problems() -> list[ProblemTypeSchema]:
    """Every `type` that `application/problem+json` can have here."""
    return [_described(kind) for kind in sorted(problem_types(), key=lambda kind: kind.name)]


@router.get("/{name}", summary="Describe a problem", responses=problem_responses(NotFound, ParametersInvalid))
async def describe_problem(name: str) -> ProblemTypeSchema:
    """Say what a problem of this type means."""
    for kind in problem_types():
        if kind.name == name:
            return _described(kind)
    raise NotFound(f"There is no problem called {name!r}; {ROOT} lists them.")


def problem_types() -> Iterator[type[Problem]]:
    """Every kind of problem that a room in use declares; families that share a base's name, once."""
    seen: set[str] = set()
    waiting: list[type[Problem]] = [Problem]
    while waiting:
        kind = waiting.pop(0)
        waiting += kind.__subclasses__()
        if kind.name not in seen and not kind.__module__.startswith(COMMANDS):
            seen.add(kind.name)
            yield kind


def _described(kind: type[Problem]) -> ProblemTypeSchema:
    return ProblemTypeSchema(
        type=f"{ROOT}/{kind.name}",
        title=kind.title,
        status=kind.status,
        description=UNFORESEEN if kind is Problem else inspect.getdoc(kind) or "",
    )
