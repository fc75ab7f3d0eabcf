from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from service.cluster.options import ClusterOptions, read_options
from service.settings import Settings

FOLDER = Path(__file__).parents[2] / "deploy" / "ray"
PAGE = (FOLDER / "README.md").read_text()


@pytest.fixture(scope="module")
def config() -> Any:
    return yaml.safe_load((FOLDER / "serve.yaml").read_text())


def test_the_config_is_one_that_serve_takes(config: Any) -> None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Ray's own use of what others have deprecated
        from ray.serve.schema import ServeDeploySchema

    (application,) = ServeDeploySchema.model_validate(config).applications
    assert application.import_path == "service.cluster.app:app"


def test_the_config_gives_options_and_settings_that_there_are(config: Any) -> None:
    (application,) = config["applications"]
    options = read_options(application["args"])
    assert options.scales
    names = {name.removeprefix("FLOWPOSE_").lower() for name in application["runtime_env"]["env_vars"]}
    assert names <= Settings.model_fields.keys()


def test_the_page_tells_every_option_with_its_default() -> None:
    rows = [line.split("|") for line in PAGE.splitlines() if line.startswith("| `")]
    for name, field in ClusterOptions.model_fields.items():
        if name != "settings":
            (row,) = [row for row in rows if f"`{name}`" in row[1]]
            assert f"{field.default:g}" in row[2], name
