"""A problem as it is written on the wire: RFC 9457's `application/problem+json`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from service.errors import Problem
from service.watch import watch

MEDIA_TYPE = "application/problem+json"
ROOT = "/problems"  # a problem's type is this and its name, a reference relative to the server


class ParameterError(BaseModel):
    """What is wrong with one parameter."""

    name: str = Field(description="Name of the parameter; empty when several do not go together.")
    detail: str = Field(description="What is wrong with it, in plain words.")


class ProblemDetails(BaseModel):
    """An error, as RFC 9457 describes it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "/problems/empty-body",
                "title": "The request has no body",
                "status": 400,
                "detail": "Expected the bytes of a video and got none.",
                "instance": "/v1/poses",
            }
        }
    )

    type: str = Field(description="Address of a page that describes this kind of problem; stable.")
    title: str = Field(description="The same for every occurrence of this type.")
    status: int = Field(description="HTTP status code.")
    detail: str = Field(description="What happened this time.")
    instance: str = Field(
        description="Path of the request that it happened in, and behind a # the request's `X-Request-ID`."
    )
    errors: list[ParameterError] | None = Field(default=None, description="Each parameter that is wrong.")

    @classmethod
    def from_problem(
        cls, problem: Problem, instance: str, errors: list[ParameterError] | None = None
    ) -> ProblemDetails:
        """Describe a problem that happened while serving `instance`, and tell whoever watches."""
        watch().told(type(problem), problem.name)
        request_id = watch().ids.get("request_id")
        return cls(
            type=f"{ROOT}/{problem.name}",
            title=problem.title,
            status=problem.status,
            detail=problem.detail,
            instance=f"{instance}#{request_id}" if request_id else instance,
            errors=errors,
        )

    def to_json(self) -> bytes:
        """Compact JSON, without members that say nothing."""
        return self.model_dump_json(exclude_none=True).encode()
