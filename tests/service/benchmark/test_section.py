from __future__ import annotations

import json

from service.benchmark import Section

TABLE = Section(
    "t", "A table", ("what", "ms"), (("a", 0.01234), ("b", 1.5), ("c", 250.7), ("d", None)), ("A note.",)
)


def test_a_table_is_markdown_with_as_many_digits_as_matter() -> None:
    lines = TABLE.markdown().splitlines()
    assert lines[:4] == ["### A table", "", "| what | ms |", "| :-- | --: |"]
    assert lines[4:8] == ["| a | 0.0123 |", "| b | 1.50 |", "| c | 251 |", "| d | - |"]
    assert lines[-1] == "A note."


def test_an_empty_table_is_its_notes() -> None:
    assert "|" not in Section("t", "None", ("what",), (), ("Nothing is here.",)).markdown()


def test_as_plain_values_rows_have_their_columns() -> None:
    told = json.loads(json.dumps(TABLE.to_json()))
    assert told["rows"][1] == {"what": "b", "ms": 1.5}
    assert told["notes"] == ["A note."]
