"""What an operator may say of the application on a cluster: `serve run ... name=value`, or `args`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from service.cluster.errors import ClusterOptionsInvalid
from service.networks.device import Device
from service.settings import Settings, read_settings

APART = 24  # requests of a replica beside its streams and videos: pictures, pages, jobs asked after
CLOSING_S = 10.0  # after the grace period: for networks to be closed, and for Serve's own steps


class ClusterOptions(BaseModel):
    """The options that are not settings; each has its name in `args`."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    min_replicas: int = Field(default=1, ge=1)
    """Replicas that there always are."""

    max_replicas: int = Field(default=1, ge=1)
    """Replicas that there are at most; more than `min_replicas` come and go with the load."""

    cpus: float = Field(default=1.0, gt=0)
    """Cores of a replica; its networks take as many threads unless `threads` says otherwise."""

    gpus: float = Field(default=0.0, ge=0)
    """Cards of a replica, or a part of one; `device` is `cuda`, or `cpu` at 0, unless it is said."""

    target_streams: float = Field(default=4.0, gt=0)
    """Open streams of a replica that autoscaling aims at."""

    target_videos: float = Field(default=2.0, gt=0)
    """Videos being worked on in a replica that autoscaling aims at."""

    target_waiting: float = Field(default=4.0, gt=0)
    """Frames in line for a replica's network that autoscaling aims at."""

    upscale_delay_s: float = Field(default=10.0, ge=0)
    """Seconds of too much load before replicas are added."""

    downscale_delay_s: float = Field(default=600.0, ge=0)
    """Seconds of too little load before replicas end; their streams are told and come back elsewhere."""

    look_back_s: float = Field(default=30.0, gt=10)
    """Seconds over which load is averaged; Serve hears of it every ten."""

    settings: Mapping[str, Any] = Field(default_factory=dict)
    """`FLOWPOSE_*` settings by small names without the prefix; before the environment of the replica."""

    @model_validator(mode="after")
    def _most_is_not_less_than_least(self) -> Self:
        if self.max_replicas < self.min_replicas:
            raise ValueError(f"max_replicas is {self.max_replicas}, min_replicas {self.min_replicas}")
        return self

    @property
    def scales(self) -> bool:
        """Whether the number of replicas changes."""
        return self.max_replicas > self.min_replicas

    def overrides(self) -> dict[str, Any]:
        """Settings of a replica that go before its environment."""
        return dict(self.settings)

    def implied(self) -> dict[str, Any]:
        """Settings that hold where neither options nor environment say anything."""
        device = Device.CUDA if self.gpus else Device.CPU
        return {"threads": max(1, math.floor(self.cpus)), "device": device}

    def settings_here(self) -> Settings:
        """The settings of a replica that has this process's environment.

        Raises
        ------
        SettingsInvalid
        """
        said = read_settings(**self.overrides())
        left = {name: value for name, value in self.implied().items() if name not in said.model_fields_set}
        return read_settings(**{**self.overrides(), **left})


def read_options(given: Mapping[str, Any]) -> ClusterOptions:
    """Tell options from settings in what was given by name.

    Raises
    ------
    ClusterOptionsInvalid
        A name is neither an option nor a setting, or a value is none.
    SettingsInvalid
        A setting's value cannot be used.
    """
    own = {name: value for name, value in given.items() if name in ClusterOptions.model_fields}
    settings = {name: value for name, value in given.items() if name not in own}
    unknown = sorted(settings.keys() - Settings.model_fields.keys())
    if unknown:
        raise ClusterOptionsInvalid(
            f"{', '.join(map(str, unknown))}: there is no such option, and no such setting in small letters."
        )
    try:
        options = ClusterOptions(**{"settings": settings, **own})
    except ValidationError as error:
        told = (f"{_place(each['loc'])}{each['msg']}" for each in error.errors())
        raise ClusterOptionsInvalid("; ".join(told)) from error
    read_settings(**options.overrides())
    return options


def _place(location: tuple[int | str, ...]) -> str:
    return f"{location[0]}: " if location else ""
