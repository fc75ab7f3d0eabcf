"""What is asked of a video on the command line: the same options for every command that finds joints."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields
from typing import get_type_hints

from pydantic import ValidationError

from service.api.parameters import VideoParameters
from service.api.problems import ParametersInvalid
from service.commands.choices import (
    Box,
    Crop,
    Flow,
    Lookahead,
    ModelName,
    People,
    Pool,
    Refined,
    Window,
)
from service.options import Options
from service.settings import Settings

USUAL = Options()


@dataclass(frozen=True, slots=True)
class Asked:
    """Each field is an option of the commands that are :func:`asking`."""

    model: ModelName = None
    flow: Flow = USUAL.flow
    pooling: Pool = USUAL.pooling
    refine: Refined = USUAL.refine
    window: Window = USUAL.window
    lookahead: Lookahead = None
    people: People = USUAL.people
    crop: Crop = USUAL.crop
    box: Box = None

    def options(self, settings: Settings) -> Options:
        """Check the choices against each other, as the HTTP edge does.

        Raises
        ------
        ParametersInvalid
            They do not go together.
        """
        try:
            chosen = VideoParameters.model_validate(asdict(self))
        except ValidationError as error:
            raise ParametersInvalid(
                "; ".join(each["msg"].removeprefix("Value error, ") for each in error.errors())
            ) from None
        return chosen.to_options(settings.model)


AS_USUAL = Asked()


def asking(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the fields of :class:`Asked` as its options, where its parameter of that type stands."""
    names = [field.name for field in fields(Asked)]
    signature = inspect.signature(command, eval_str=True)
    (place,) = [each.name for each in signature.parameters.values() if each.annotation is Asked]
    parameters = list(_spread(signature))

    @functools.wraps(command)
    def spread(**given: object) -> None:
        asked = {name: given.pop(name) for name in names}
        command(**given, **{place: Asked(**asked)})  # type: ignore[arg-type]  # typer has made them of these types

    spread.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]  # typer reads it
    spread.__annotations__ = {each.name: each.annotation for each in parameters}
    return spread


def _spread(signature: inspect.Signature) -> Iterator[inspect.Parameter]:
    hints = get_type_hints(Asked, include_extras=True)
    for parameter in signature.parameters.values():
        if parameter.annotation is not Asked:
            yield parameter.replace(kind=parameter.KEYWORD_ONLY)
            continue
        for field in fields(Asked):
            yield parameter.replace(
                name=field.name,
                kind=parameter.KEYWORD_ONLY,
                annotation=hints[field.name],
                default=field.default,
            )
