"""Check FlowPose on a GPU machine without a network, from the parts that pack.py made.

    python3 check.py collect FOLDER STORE             # take over the parts that came; tells what is missing
    python3 check.py run STORE --report report.md     # unpack, install, test, train, measure, report

`run` does what fits into --minutes and goes on where it was when it is called again. The exit status is 0
when all that could be tried is as it should be, 1 when not, 3 while something is still to come. STORE lives
from call to call. `--device cpu` rehearses on any machine: what needs a card is told as skipped.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

from parts import LIST, collect, joined
from steps import Outcome, before, perform, steps
from told import report

AS_IT_SHOULD_BE, NOT_SO, NOT_YET = 0, 1, 3
LEAST_S = 5.0  # a step is not begun with less


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; answers the exit status."""
    chosen = _parser().parse_args(arguments)
    if chosen.command == "collect":
        return _collect(chosen.folder, chosen.store)
    if not (chosen.store / LIST).is_file() and not (chosen.store / "bundle").is_dir():
        print(f"{chosen.store} holds no parts: `check.py collect` brings them", file=sys.stderr)
        return NOT_YET
    return _run(chosen)


def _collect(folder: Path, store: Path) -> int:
    missing = collect(folder, store)
    print(f"still to come: {', '.join(missing)}" if missing else "all parts are here")
    return NOT_YET if missing else AS_IT_SHOULD_BE


def _run(chosen: argparse.Namespace) -> int:
    until = time.monotonic() + 60 * chosen.minutes
    store: Path = chosen.store.resolve()
    if chosen.again:
        shutil.rmtree(store / "results", ignore_errors=True)
    unpack(store)
    if wrong := other_python(store):
        print(wrong, file=sys.stderr)
        return NOT_SO
    environment = _environment(store, install(store), chosen.device)
    (store / "results").mkdir(exist_ok=True)
    planned = list(steps(sys.executable, store, chosen.device, chosen.quick, chosen.train))
    outcomes: list[Outcome] = []
    for step in planned:
        seconds = until - time.monotonic()
        done = before(step, store) or (
            perform(step, store, environment, seconds) if seconds > LEAST_S else None
        )
        if done is not None:
            outcomes.append(done)
            print(f"{step.name}: {'cut off' if done.status is None else done.status}", flush=True)
        left = [each.name for each in planned if each.name not in {outcome.name for outcome in outcomes}]
        told = report(outcomes, left, store / "results", chosen.device)
        chosen.report.write_text(told.text, encoding="utf-8")  # after each step: a call may be cut off, too
    print(f"{chosen.report}: {told.verdict}")
    return NOT_YET if left else AS_IT_SHOULD_BE if told.good else NOT_SO


def unpack(store: Path) -> None:
    """Unpack the parts, once."""
    if (store / "bundle").is_dir():
        return
    half_way = store / "bundle.part"
    shutil.rmtree(half_way, ignore_errors=True)
    with joined(store) as whole, tarfile.open(fileobj=whole, mode="r|xz") as tar:
        tar.extractall(half_way, filter="data")
    half_way.rename(store / "bundle")


def other_python(store: Path) -> str | None:
    """What is wrong when the wheels are not for this Python; None when nothing is."""
    path, here = store / "bundle/python", f"{sys.version_info.major}.{sys.version_info.minor}"
    packed = path.read_text(encoding="utf-8") if path.is_file() else here
    if packed == here:
        return None
    return f"the wheels are for Python {packed}, and this is {here}: pack with --python {here}"


def install(store: Path) -> Path:
    """Install the wheels beside this Python, whose own packages stay in sight; once.

    No virtual environment: one made from another one would not see that one's packages.
    """
    site = store / "site"
    if not site.is_dir():
        half_way = store / "site.part"
        shutil.rmtree(half_way, ignore_errors=True)
        half_way.mkdir()
        wheels = sorted(map(str, (store / "bundle/wheels").glob("*.whl")))
        # Without dependencies: what was left out when packing is here already, perhaps of other versions.
        command = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-index",
            "--no-deps",
            "--no-compile",
        ]
        if wheels:
            subprocess.run([*command, "--target", half_way, *wheels], check=True)
        half_way.rename(site)
    return site


def libraries(paths: list[str]) -> list[str]:
    """Folders of NVIDIA's libraries among Python's packages: onnxruntime looks beside itself alone."""
    return [str(folder) for path in paths for folder in sorted(Path(path or ".").glob("nvidia/*/lib"))]


def _environment(store: Path, site: Path, device: str) -> dict[str, str]:
    paths = [str(store / "bundle/project"), str(site), *filter(None, [os.environ.get("PYTHONPATH")])]
    found = [*libraries([str(site), *sys.path]), *filter(None, [os.environ.get("LD_LIBRARY_PATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "LD_LIBRARY_PATH": os.pathsep.join(found),
        "PYTHONUNBUFFERED": "1",
        "FLOWPOSE_DATA_DIR": str(store / "bundle"),
        "FLOWPOSE_DEVICE": device,
        "NUMBA_CACHE_DIR": str(store / "numba"),
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    collecting = commands.add_parser("collect", help="take over parts")
    collecting.add_argument("folder", type=Path)
    collecting.add_argument("store", type=Path)
    running = commands.add_parser("run", help="check, and report")
    running.add_argument("store", type=Path)
    running.add_argument("--report", type=Path, default=Path("report.md"))
    running.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    running.add_argument("--minutes", type=float, default=600.0, help="most time of this call")
    running.add_argument("--train", default="", metavar="ARGUMENTS", help="of `python -m models.train`")
    running.add_argument("--quick", action="store_true", help="measure as little as can be")
    running.add_argument("--again", action="store_true", help="forget what earlier calls did")
    return parser


if __name__ == "__main__":
    sys.exit(main())
