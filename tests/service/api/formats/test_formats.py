from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from service.api.formats import Format, FormatName, Ndjson, accepted, format_of
from service.api.problem_details import ProblemDetails
from service.api.problems import NotAcceptable
from service.api.schemas import AnswerSchema, HeaderSchema
from service.errors import Problem
from service.temporal.pose import FramePoses

PROBLEM = ProblemDetails.from_problem(Problem("It broke,\nlike so."), "/v1/poses")


def written(name: FormatName, header: HeaderSchema, frames: list[FramePoses], problem: bool = False) -> str:
    form = format_of(name)
    assert isinstance(form, Format)
    pieces = [form.header(header), *(form.frame(frame) for frame in frames), form.progress(1, None)]
    return b"".join([*pieces, form.error(PROBLEM) if problem else form.end(len(frames), 0.5)]).decode()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_json_is_one_object_however_many_frames(header: HeaderSchema, poses: FramePoses, count: int) -> None:
    answer = json.loads(written(FormatName.JSON, header, [poses] * count))
    assert list(answer) == ["schema", "skeleton", "video", "model", "frames"]
    assert len(answer["frames"]) == count
    AnswerSchema.model_validate(answer)


@pytest.mark.parametrize("count", [0, 2])
def test_json_that_breaks_off_can_be_read(header: HeaderSchema, poses: FramePoses, count: int) -> None:
    answer = json.loads(written(FormatName.JSON, header, [poses] * count, problem=True))
    assert len(answer["frames"]) == count
    assert answer["error"] == PROBLEM.model_dump(exclude_none=True)


def test_ndjson_has_one_object_a_line(header: HeaderSchema, poses: FramePoses) -> None:
    lines = [json.loads(line) for line in written(FormatName.NDJSON, header, [poses, poses]).splitlines()]
    assert [line["type"] for line in lines] == ["header", "frame", "frame", "progress", "end"]
    assert lines[3] == {"type": "progress", "frames": 1, "frames_estimated": None}
    assert lines[4] == {"type": "end", "frames": 2, "seconds": 0.5, "fps": 4.0}


def test_an_ndjson_error_line_keeps_its_own_type(header: HeaderSchema) -> None:
    last = json.loads(written(FormatName.NDJSON, header, [], problem=True).splitlines()[-1])
    assert last == {
        "type": "error",
        "problem": "/problems/internal",
        "title": PROBLEM.title,
        "status": 500,
        "detail": "It broke,\nlike so.",
        "instance": "/v1/poses",
    }


def test_ndjson_of_no_time_at_all_has_a_finite_rate() -> None:
    json.loads(Ndjson().end(3, 0.0), parse_constant=pytest.fail)


def test_csv_has_a_row_for_each_joint_of_each_person(header: HeaderSchema, poses: FramePoses) -> None:
    rows = list(csv.reader(io.StringIO(written(FormatName.CSV, header, [poses]))))
    assert rows == [
        ["frame", "time_s", "person", "joint", "x", "y", "score"],
        ["7", "0.233333", "1", "left_hand", "10.12", "20.99", "0.1235"],
        ["7", "0.233333", "1", "right_hand", "110.5", "70.25", "0.9"],
        ["7", "0.233333", "4", "left_hand", "11.12", "21.99", "0.1235"],
        ["7", "0.233333", "4", "right_hand", "111.5", "71.25", "0.9"],
    ]


def test_csv_leaves_a_joint_that_is_nowhere_empty(header: HeaderSchema, poses: FramePoses) -> None:
    nowhere = replace(poses.people[0], joints=np.full((2, 2), np.nan, np.float32))
    _, row, _ = csv.reader(io.StringIO(written(FormatName.CSV, header, [replace(poses, people=(nowhere,))])))
    assert row[3:6] == ["left_hand", "", ""]


def test_csv_that_breaks_off_says_so_in_one_line(header: HeaderSchema) -> None:
    last = written(FormatName.CSV, header, [], problem=True).splitlines()[-1]
    assert last == f"# error: /problems/internal: {PROBLEM.title}: It broke, like so."


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("application/*", "json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "json"),
        ("application/x-ndjson", "ndjson"),
        ("application/json;q=0.5, text/csv", "csv"),
        ("text/*", "csv"),
    ],
)
def test_the_accept_header_chooses(accept: str, name: str) -> None:
    assert accepted(accept) == name


@pytest.mark.parametrize("accept", ["image/png", "application/json;q=0", "nonsense"])
def test_an_accept_header_that_cannot_be_met_is_refused(accept: str) -> None:
    with pytest.raises(NotAcceptable, match="application/x-ndjson"):
        accepted(accept)
