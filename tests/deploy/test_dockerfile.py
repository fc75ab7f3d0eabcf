"""The Dockerfile, as far as it can be judged without building it; deploy/images/try_image.py builds it."""

from __future__ import annotations

import re

import pytest

from tests.deploy.tools import ROOT, run_tool

STAGES = re.split(r"^(?=FROM )", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
FOUNDATIONS = {
    match["name"]: match["base"]
    for stage in STAGES
    if (match := re.match(r"FROM (?P<base>\S+) AS (?P<name>\S+)\n", stage))
}
TEXTS = {name: next(text for text in STAGES if f" AS {name}\n" in text) for name in FOUNDATIONS}


def test_hadolint_has_nothing_to_say() -> None:
    done = run_tool("hadolint", "Dockerfile")
    assert done.returncode == 0, done.stdout


def test_the_base_is_pinned_by_digest() -> None:
    assert re.search(
        r"^ARG PYTHON_IMAGE=\S+:3\.11\.\d+-slim-\w+@sha256:[0-9a-f]{64}$", STAGES[0], re.MULTILINE
    )


@pytest.mark.parametrize("target", ["cpu", "gpu"])
def test_an_image_runs_as_nobody_and_can_tell_its_health(target: str) -> None:
    texts = [TEXTS[name] for name in _chain(target)]
    (users, checks) = (
        re.findall(pattern, "".join(texts), re.MULTILINE) for pattern in (r"^USER (.*)", r"^HEALTHCHECK")
    )
    assert users == ["10001:10001"]
    assert len(checks) == 1


@pytest.mark.parametrize("target", ["cpu", "gpu"])
def test_an_image_holds_no_tool_that_only_its_making_needs(target: str) -> None:
    for name in _chain(target):
        assert "apt-get" not in TEXTS[name]
        assert "pip" not in TEXTS[name]


def test_what_the_build_copies_is_let_into_its_context() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for text in TEXTS.values():
        for sources in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE):
            for source in sources.split():
                assert any(source == each or source.startswith(f"{each}/") for each in let_in), source


def _chain(target: str) -> list[str]:
    """The stages whose layers an image is made of."""
    chain = [target]
    while (base := FOUNDATIONS[chain[-1]]) in FOUNDATIONS:
        chain.append(base)
    assert FOUNDATIONS[chain[-1]] == "${PYTHON_IMAGE}"
    return chain
