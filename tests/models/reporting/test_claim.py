from __future__ import annotations

import pytest

from models.reporting.claim import Claim, as_list, beats


@pytest.mark.parametrize(("ours", "theirs", "verdict"), [(60, 50, True), (50, 60, False), (50.2, 50, None)])
def test_a_small_difference_says_nothing(ours: float, theirs: float, verdict: bool | None) -> None:
    assert beats(ours, theirs) is verdict


def test_what_was_said_stands_once_above_all_that_was_found() -> None:
    claims = [Claim("Said.", "One.", False), Claim("More.", "Two.", True), Claim("Said.", "Three.", None)]
    assert as_list(claims).splitlines() == [
        "- Said.",
        "  - **No.** One.",
        "  - **Too close to tell.** Three.",
        "- More.",
        "  - **Yes.** Two.",
    ]
