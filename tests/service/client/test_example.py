from __future__ import annotations

import inspect
import textwrap
from pathlib import Path

import pytest

import service.client
from service.media.frame import Image
from tests.running import RunningServer
from tests.service.client.conftest import COUNT
from tests.videos import jpeg

EXAMPLE = textwrap.dedent((inspect.getdoc(service.client) or "").partition("::\n")[2])


def test_the_readme_shows_the_same_example() -> None:
    readme = Path(__file__).parents[3] / "README.md"
    assert f"```python\n{EXAMPLE.strip()}\n```" in readme.read_text(encoding="utf-8")


def test_the_example_of_the_documentation_runs(
    server: RunningServer,
    video: Path,
    pictures: list[Image],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "http://127.0.0.1:8000" in EXAMPLE
    (tmp_path / "pictures").mkdir()
    for n, picture in enumerate(pictures[:4]):
        (tmp_path / "pictures" / f"{n}.jpg").write_bytes(jpeg(picture))
    (tmp_path / "walk.mp4").write_bytes(video.read_bytes())
    monkeypatch.chdir(tmp_path)
    exec(EXAMPLE.replace("http://127.0.0.1:8000", server.url), {})  # as a reader would
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == COUNT + 2 * 4
    assert sum("stage='final'" in line for line in lines) == 4
    assert "'joints'" in lines[-1]
