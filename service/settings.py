"""Every choice of the operator, from the environment: `FLOWPOSE_*`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from platformdirs import user_data_dir
from pydantic import AfterValidator, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from service.access.host import plain_host
from service.access.proxies import plain_proxy
from service.errors import Problem
from service.media.sandbox.choice import SandboxChoice
from service.networks.cuda_choices import CudaChoices
from service.networks.device import Device
from service.options import Options
from service.origin import plain_origin
from service.split.address import plain_address
from service.telemetry.logs import LogFormat, LogLevel

MIB = 1024**2  # bytes
GIB = 1024**3


class SettingsInvalid(Problem):
    """A `FLOWPOSE_*` variable of the environment has a value that cannot be used."""

    name = "settings-invalid"
    title = "The settings are not valid"


class Settings(BaseSettings):
    """What the operator decides; read once, when the application is made.

    Each field is the environment variable of its name, in capitals, after ``FLOWPOSE_``.
    """

    model_config = SettingsConfigDict(env_prefix="FLOWPOSE_", frozen=True, use_attribute_docstrings=True)

    device: Device = Device.AUTO
    """Where networks run: `auto` takes the GPU if it works, `cuda` refuses to start without it, or `cpu`."""

    allow_cpu_nodes: bool = False
    """Let `FLOWPOSE_DEVICE=cuda` start although a network has nodes that do real work on the CPU."""

    gpu_memory_bytes: int | None = Field(default=None, ge=1)
    """Most GPU memory that one network may take; empty for no limit."""

    cuda_graphs: bool = False
    """Record a network's launches on the GPU once for each batch size and replay them."""

    data_dir: Path = Field(default_factory=lambda: Path(user_data_dir("flowpose")))
    """What the service keeps; the networks are in its `models` folder."""

    host: str = "127.0.0.1"
    """Address that `flowpose serve` listens on; `0.0.0.0` for every interface."""

    port: int = Field(default=8000, ge=0, le=65535)
    """TCP port that `flowpose serve` listens on; 0 takes a free one."""

    model: str = Options().model
    """Network used where a request names none; the service does not start without it."""

    threads: int | None = Field(default=None, ge=1)
    """Threads of one run of a network on the CPU; by default one less than the machine has cores."""

    max_upload_bytes: int = Field(default=2 * GIB, ge=1)
    """Largest request body of a video; a longer one is refused before it is read, or cut off while it is."""

    max_picture_bytes: int = Field(default=64 * MIB, ge=1)
    """Largest request body of one picture, which is decoded in memory."""

    upload_idle_s: float = Field(default=30.0, gt=0)
    """Seconds an upload may send nothing before it is given up."""

    max_pixels: int = Field(default=4096 * 2304, ge=1)
    """Largest picture, width x height."""

    max_seconds: float = Field(default=3600.0, gt=0)
    """Longest video, in seconds of presentation time."""

    max_videos: int = Field(default=8, ge=1)
    """Videos uploaded and worked on at the same time; more are answered 503 with `Retry-After`."""

    max_videos_per_client: int | None = Field(default=None, ge=1)
    """How many of these videos one key may have, or one address if there are no keys; empty for all."""

    max_streams: int = Field(default=16, ge=1)
    """Live streams open at the same time; one more is told `busy` and closed with 1013."""

    max_streams_per_client: int | None = Field(default=None, ge=1)
    """How many of these streams one key may have, or one address if there are no keys; empty for all."""

    max_jobs_per_client: int | None = Field(default=None, ge=1)
    """Jobs that one key may have waiting and running; all together if there are no keys; empty for any."""

    requests_per_s: float | None = Field(default=None, gt=0)
    """Requests a second of one key, or one address if there are no keys; the rest get 429; empty for any."""

    request_burst: int = Field(default=20, ge=1)
    """Requests that may come at once before `FLOWPOSE_REQUESTS_PER_S` holds."""

    max_request_s: float = Field(default=4 * 3600.0, gt=0)
    """Longest time from a request's first byte to its answer's last; then the answer ends with an error."""

    max_stream_fps: float = Field(default=60.0, gt=0)
    """Most images a second of one stream that are worked on; the others are answered `dropped`."""

    max_stream_frame_bytes: int = Field(default=4 * MIB, ge=1024)
    """Largest message of a stream, which is one picture in its compressed form."""

    stream_idle_s: float = Field(default=30.0, gt=0)
    """Seconds a stream may send no whole message before it is closed."""

    stream_session_s: float = Field(default=4 * 3600.0, gt=0)
    """Longest life of one stream, in seconds."""

    origins: Annotated[tuple[Annotated[str, AfterValidator(plain_origin)], ...], NoDecode] = ()
    """Web pages of other hosts that may use the service, by origin: `https://a.example, http://localhost:3000`."""

    hosts: Annotated[tuple[Annotated[str, AfterValidator(plain_host)], ...], NoDecode] = ()
    """Names besides `localhost` of a service without keys: `pose.example, *.lab.example`; `*` for any."""

    trusted_proxies: Annotated[tuple[Annotated[str, AfterValidator(plain_proxy)], ...], NoDecode] = (
        "127.0.0.1",
        "::1",
    )
    """Addresses or networks of proxies whose `X-Forwarded-For` and `-Proto` are believed; `*` for any."""

    keys: Path | None = None
    """File of the keys that clients must show, which `flowpose keys add` writes; empty for no keys."""

    temp_dir: Path | None = None
    """Where uploads and answers made on disk lie meanwhile; by default the system's temporary folder."""

    sandbox: SandboxChoice = SandboxChoice.AUTO
    """Decode uploads in confined processes: `auto` as far as possible, `on` fully or not at all, `off`."""

    decode_idle_s: float = Field(default=30.0, gt=0)
    """Seconds such a process may take for the next frame before it is ended."""

    store: str = ""
    """Database of jobs: `postgresql://user:password@host/name`; empty for SQLite in `FLOWPOSE_JOBS_DIR`."""

    jobs_dir: str = ""
    """Folder for videos and results of jobs, or an address such as `s3://bucket/folder`; empty for `jobs` in
    `FLOWPOSE_DATA_DIR`, where also an address keeps what is being uploaded."""

    jobs: bool = True
    """Keep jobs; with `false` `/v1/jobs` is answered 501: for replicas beside one that keeps them."""

    jobs_workers: int = Field(default=1, ge=0)
    """Jobs worked on at the same time; 0 only takes them in, for other processes on the same store."""

    jobs_max_queued: int = Field(default=100, ge=1)
    """Jobs that may wait; one more is answered 503 with `Retry-After`."""

    jobs_max_bytes: int = Field(default=20 * GIB, ge=1)
    """Size of all jobs' videos and results together; what does not fit is answered 507."""

    jobs_keep_s: float = Field(default=3 * 86400.0, gt=0)
    """Seconds for which a job is kept after its end, and an upload after its last part."""

    jobs_max_s: float = Field(default=86400.0, gt=0)
    """Longest work on one job, in seconds; then it fails, and what is done stays."""

    workers: Annotated[str, AfterValidator(plain_address)] = ""
    """Who works on jobs: `2` for two processes, `ray://host:10001` for a cluster; empty for the service."""

    ready_interval_s: float = Field(default=30.0, ge=0)
    """`/readyz` really runs network and flow again when its last run is older than this."""

    grace_s: float = Field(default=20.0, ge=1)
    """Seconds from SIGTERM to the end of the process; give a container a little more before it is killed."""

    log: LogFormat = LogFormat.TEXT
    """How lines on standard error look: `text` for people, or `json`, one object a line."""

    log_level: LogLevel = LogLevel.INFO
    """From which weight on the service's own lines are written: `debug`, `info`, `warning` or `error`."""

    traces: str = ""
    """Collector of OpenTelemetry traces, OTLP over HTTP: `http://localhost:4318`; needs flowpose[otel]."""

    revision: str = ""
    """Commit that the service was built from, for `/readyz` and `/metrics`; set where an image is built."""

    @field_validator("origins", "hosts", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """One string of the environment, cut at its commas."""
        if not isinstance(value, str):
            return value
        return tuple(part for part in map(str.strip, value.split(",")) if part)

    @property
    def cuda(self) -> CudaChoices:
        """How CUDA is used, where it is."""
        return CudaChoices(
            memory_bytes=self.gpu_memory_bytes,
            graphs=self.cuda_graphs,
            allow_cpu_nodes=self.allow_cpu_nodes,
        )

    @property
    def models_dir(self) -> Path:
        """Where the networks are."""
        return self.data_dir / "models"


def read_settings(**overrides: Any) -> Settings:
    """Read the environment; keyword arguments that are not None go before it.

    Raises
    ------
    SettingsInvalid
        Names each variable that cannot be used, and why.
    """
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        told = (f"FLOWPOSE_{str(each['loc'][0]).upper()}: {each['msg']}" for each in error.errors())
        raise SettingsInvalid("; ".join(told)) from error
