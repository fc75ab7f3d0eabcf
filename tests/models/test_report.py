"""`python -m models.report` as people run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.models.disc_people import write_networks, write_people


def run(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "models.report", "--workers", "1", *arguments]
    surroundings = os.environ | {"FLOWPOSE_DATA_DIR": str(data_dir)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings)


def test_sections_are_measured_one_by_one_and_put_together(tmp_path: Path) -> None:
    write_networks(tmp_path / "models")
    people = write_people(tmp_path / "mpii", 2)
    out = tmp_path / "out" / "REPORT.md"
    out.parent.mkdir()
    for section in ("networks", "modes"):
        done = run(tmp_path, "--data", f"mpii={people}", "--only", section, "--out", str(out))
        assert done.returncode == 0, done.stderr
    text = out.read_text()
    assert "## Networks on held-out pictures" in text
    assert "## Failures that fusion removes" in text
    assert "- Spatial fusion beats none (section 5.2).\n  - **Yes.** Wrist, all sets" in text
    assert "- Flow methods" in text.partition("## Not measured yet")[2]
    assert "`python -m models.report --data mpii=DIR --only modes`" in text
    assert str(tmp_path) not in text
    assert (out.parent / "plots" / "modes.png").is_file()
    stored = json.loads((out.parent / "report" / "networks.json").read_text())
    assert stored["figures"]["sets"]["mpii"]["people"] == 2
    out.unlink()
    assert run(tmp_path, "--out", str(out)).returncode == 0  # put together from the figures
    assert out.read_text() == text


def test_what_lacks_data_is_left_as_it_was_unless_it_was_asked_for(tmp_path: Path) -> None:
    write_networks(tmp_path / "models")
    people = write_people(tmp_path / "mpii", 1)
    out = tmp_path / "REPORT.md"
    done = run(tmp_path, "--data", f"mpii={people}", "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert "pooling: left as it was. The section cannot be measured without this data" in done.stderr
    asked = run(tmp_path, "--only", "pooling", "--out", str(out))
    assert asked.returncode == 1
    assert "--data jhmdb=DIR" in asked.stderr
    assert "Traceback" not in asked.stderr


def test_a_data_set_that_nobody_reads_is_refused(tmp_path: Path) -> None:
    done = run(tmp_path, "--data", "imagenet=/tmp")
    assert done.returncode == 2
    assert "imagenet=/tmp" in done.stderr
