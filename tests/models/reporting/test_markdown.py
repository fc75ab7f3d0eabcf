from __future__ import annotations

from models.reporting.markdown import table


def test_a_table_has_a_rule_and_dashes_for_what_is_not_known() -> None:
    lines = table(["a", "b", "c"], [["x", 1.26, None], ["y", 3, "z"]]).splitlines()
    assert lines == ["| a | b | c |", "| :-- | --: | --: |", "| x | 1.3 | - |", "| y | 3.0 | z |"]
