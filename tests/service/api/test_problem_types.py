from __future__ import annotations

import inspect
import re

import service.app  # noqa: F401 - every room that the service uses
from service.api.problem_types import problem_types
from service.errors import Problem


def test_names_are_kebab_case_and_titles_say_something() -> None:
    kinds = list(problem_types())
    assert len(kinds) > 15
    for kind in kinds:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", kind.name)
        assert kind.title
        assert 400 <= kind.status < 600


def test_no_two_kinds_share_a_name_or_lack_a_description() -> None:
    waiting, names = [*Problem.__subclasses__()], set()
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        assert kind.name not in names, kind
        assert inspect.getdoc(kind) != inspect.getdoc(Problem), kind
        names.add(kind.name)
