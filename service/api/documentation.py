"""What `/docs` shows that the code cannot say by itself: raw bodies, streamed answers, problems."""

from __future__ import annotations

import json
from typing import Any

from service.api.formats import FORMATS, PICTURE_FORMATS, PROBLEM_HEADER, FormatName
from service.api.formats.examples import CONTENTS
from service.api.problem_details import MEDIA_TYPE, ROOT, ProblemDetails
from service.errors import Problem

FRAME: dict[str, Any] = {
    "index": 0,
    "time_s": 0.0,
    "people": [
        {
            "id": 1,
            "score": 0.91,
            "box": [412.31, 388.02, 268.9, 1102.47],
            "joints": [[540.12, 402.88, 0.97], [551.4, 391.03, 0.95]],
            "spread": [3.1, 2.98],
        }
    ],
    "pooled": 16,
}
HEADER: dict[str, Any] = {
    "schema": "flowpose.v1",
    "skeleton": {"name": "blazepose33", "joints": ["nose", "left_eye_inner"], "edges": [[0, 1]]},
    "video": {
        "width": 1080,
        "height": 1920,
        "rotation_applied": 90,
        "frames_estimated": 451,
        "codec": "h264",
    },
    "model": {
        "name": "blazepose-full",
        "sha256": "7d5bb09a2ae2f4dd5d9ad5d6a4f4a5a0",
        "window": 15,
        "lookahead": 15,
        "flow": "dis",
        "pooling": "parametric",
        "refine": "none",
        "device": "cpu",
    },
}
LINES: tuple[dict[str, Any], ...] = (
    {"type": "header", **HEADER},
    {"type": "frame", **FRAME},
    {"type": "progress", "frames": 120, "frames_estimated": 451},
    {"type": "end", "frames": 451, "seconds": 9.8, "fps": 46.0},
)
BROKEN_OFF: dict[str, Any] = {
    "type": "error",
    "problem": f"{ROOT}/video-damaged",
    "title": "Parts of the video could not be read",
    "status": 422,
    "detail": "120 frames of about 451 could be read; the file ends early.",
    "instance": "/v1/poses",
}
TABLE = "frame,time_s,person,joint,x,y,score\r\n0,0.0,1,nose,540.12,402.88,0.97\r\n"

STREAMED = (
    "The answer is sent while the video is worked on. Errors found before the first frame have their own "
    "status; after it the status has been sent, so the document ends with the error: a last line of type "
    "`error`, a member `error`, a file `error.json`, or a comment line in CSV. Formats that cannot be "
    "streamed (coco, openpose-json, posetrack18, parquet, trc, c3d, mp4) come when all is done; why there "
    f"are no more frames is in the header `{PROBLEM_HEADER}` then."
)
TEXT: dict[str, Any] = {"schema": {"type": "string"}}


def body(kind: str, example: str) -> dict[str, Any]:
    """Describe a request body that is raw bytes, or multipart with a part `file`.

    Parameters
    ----------
    kind
        Media type of the raw body, such as ``video/*``.
    example
        A command line that sends it.
    """
    raw = {"schema": {"type": "string", "format": "binary"}}
    part = {"type": "object", "properties": {"file": raw["schema"]}, "required": ["file"]}
    contents = {kind: raw, "application/octet-stream": raw, "multipart/form-data": {"schema": part}}
    return {
        "requestBody": {"required": True, "description": f"For example `{example}`.", "content": contents}
    }


def streamed_answers() -> dict[str, Any]:
    """Describe the answer about a video in each format that it can have."""
    answers = _answers(FRAME, tuple(FormatName))
    broken_off = {"value": _lines(*LINES[:2], BROKEN_OFF)}
    answers["application/x-ndjson"]["examples"]["broken off"] = broken_off
    told = {"description": "Why there are no more frames, as JSON.", "schema": {"type": "string"}}
    return {"description": STREAMED, "headers": {PROBLEM_HEADER: told}, "content": answers}


def picture_answers() -> dict[str, Any]:
    """Describe the answer about a picture in each format that it can have."""
    return {"content": _answers({**FRAME, "pooled": 1}, PICTURE_FORMATS)}


def _answers(frame: dict[str, Any], names: tuple[FormatName, ...]) -> dict[str, Any]:
    contents = {FORMATS[name].media_type: CONTENTS[name] for name in names if name in CONTENTS}
    return {
        "application/json": {"example": {**HEADER, "frames": [frame]}},
        "application/x-ndjson": {**TEXT, "examples": {"complete": {"value": _lines(*LINES)}}},
        "text/csv": {**TEXT, "example": TABLE},
        **contents,
    }


def problem_responses(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """Describe the problems an address can answer with, gathered by status."""
    by_status: dict[int, list[type[Problem]]] = {}
    for kind in kinds:
        by_status.setdefault(kind.status, []).append(kind)
    return {status: _problem_response(of_status) for status, of_status in sorted(by_status.items())}


def _problem_response(kinds: list[type[Problem]]) -> dict[str, Any]:
    examples = {
        kind.name: {
            "value": ProblemDetails.from_problem(kind("..."), "/v1/...").model_dump(exclude_none=True)
        }
        for kind in kinds
    }
    return {
        "description": "; ".join(kind.title for kind in kinds),
        "content": {
            MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}, "examples": examples}
        },
    }


def _lines(*lines: dict[str, Any]) -> str:
    return "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
