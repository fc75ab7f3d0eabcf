"""The commands of ``python -m export``: what each takes, needs and does.

What a command needs beyond the service is imported in it, after `main` has looked whether it is installed.
"""

from __future__ import annotations

import argparse
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from export.sources import SOURCES
from service.networks.catalogue import PACKAGED

if TYPE_CHECKING:
    Parsers: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]

CONVERTER = {"needs": ("flatbuffers", "onnx", "tflite"), "extra": "flowpose[export]"}
FROM_TORCH = {"needs": ("onnx", "onnxscript", "torch"), "extra": "flowpose[export,train]"}
NOTHING = {"needs": (), "extra": ""}

FORMS = ("shipped", "full", "fp16", "int8")  # of `export.forms.Form`, which needs torch
WARP_FORMS = ("operator", "spelled-out")  # of `export.posewarper.WarpForm`, which needs torch
MOST_PICTURES = 50  # of a comparison, unless said
MOST_PEOPLE = 400  # of a comparison on labelled people, unless said


def add_list(parsers: Parsers) -> None:
    """``list``: what can be pulled."""
    parser = parsers.add_parser(
        "list", help="name, kind, package, file and its SHA-256 of what can be pulled"
    )
    parser.set_defaults(run=_list, **NOTHING)


def add_pull(parsers: Parsers) -> None:
    """``pull NAME... --to DIR``: fetch, verify and convert."""
    parser = parsers.add_parser("pull", help="fetch, verify and convert networks to ONNX")
    parser.add_argument("names", nargs="+", metavar="NAME", help=", ".join(SOURCES))
    parser.add_argument("--to", type=Path, required=True, metavar="DIR", help="folder for the ONNX files")
    parser.add_argument("--force", action="store_true", help="convert again what is there and sound")
    parser.add_argument(
        "--keep-sources", type=Path, metavar="DIR", help="keep the TFLite files here, and look here first"
    )
    parser.set_defaults(run=_pull, **CONVERTER)


def add_torch(parsers: Parsers) -> None:
    """``torch WEIGHTS --name NAME --to DIR``: a trained network as a file to serve."""
    parser = parsers.add_parser("torch", help="convert a trained PyTorch network to ONNX")
    parser.add_argument("weights", type=Path, metavar="WEIGHTS.pt", help="as the training writes them")
    parser.add_argument("--name", required=True, help="that it is to be served by; spatial-net takes conv8")
    parser.add_argument("--to", type=Path, required=True, metavar="DIR", help="folder for the ONNX file")
    parser.add_argument(
        "--form",
        choices=FORMS,
        default="shipped",
        help="shipped: kept in half precision, computed in single; full: single; fp16: half, for CUDA; "
        "int8: for the CPU, needs --pictures",
    )
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="of people, to fix int8's scales with")
    parser.set_defaults(run=_torch, **FROM_TORCH)


def add_posewarper(parsers: Parsers) -> None:
    """``posewarper WEIGHTS``: a trained PoseWarper as a file to serve, and its card."""
    parser = parsers.add_parser("posewarper", help="convert a trained PoseWarper to ONNX")
    parser.add_argument("weights", type=Path, metavar="WEIGHTS.pt", help="as the training writes them")
    parser.add_argument(
        "--to", type=Path, default=PACKAGED, metavar="DIR", help="folder; the weights that come with FlowPose"
    )
    parser.add_argument(
        "--form",
        choices=WARP_FORMS,
        default=WARP_FORMS[0],
        help="operator: DeformConv, which the service runs; spelled-out: GridSample, for other runtimes",
    )
    parser.set_defaults(run=_posewarper, **FROM_TORCH)


def add_compare(parsers: Parsers) -> None:
    """``compare A B --pictures DIR``: what two files answer, and how fast they are."""
    parser = parsers.add_parser("compare", help="run two heatmap networks on the same pictures")
    parser.add_argument("first", type=Path, metavar="A.onnx")
    parser.add_argument("second", type=Path, metavar="B.onnx")
    parser.add_argument("--pictures", type=Path, required=True, metavar="DIR", help="of people")
    parser.add_argument("--most", type=int, default=MOST_PICTURES, help="pictures to take at most")
    parser.add_argument("--threads", type=int, default=1, help="of a network")
    parser.set_defaults(run=_compare, **NOTHING)


def add_half_cost(parsers: Parsers) -> None:
    """``half-cost NAME... --data DIR``: what half precision costs in accuracy."""
    parser = parsers.add_parser(
        "half-cost", help="how far joints move where a network computes in half precision"
    )
    parser.add_argument("names", nargs="+", metavar="NAME", help="networks in single precision")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the data set's folder")
    parser.add_argument(
        "--kind", default="jhmdb", help="of data set, as `python -m models.report` reads them"
    )
    parser.add_argument("--most", type=int, default=MOST_PEOPLE, help="people to take at most")
    parser.set_defaults(run=_half_cost, **FROM_TORCH)


def _list(_options: Namespace) -> None:
    for source in SOURCES.values():
        print(
            f"{source.model:16}  {source.kind:8}  {source.package!s:32}  {source.file_name}  {source.sha256}"
        )


def _pull(options: Namespace) -> None:
    from export.pull import pull

    for pulled in pull(options.names, options.to, force=options.force, keep_sources=options.keep_sources):
        print(pulled, flush=True)


def _torch(options: Namespace) -> None:
    from export.forms import Form, write_network
    from models.training.checkpoint import load_network

    network = load_network(options.weights)
    print(write_network(network, options.name, Form(options.form), options.to, options.pictures))


def _posewarper(options: Namespace) -> None:
    from export.posewarper import WarpForm, write_warper

    print(write_warper(options.weights, WarpForm(options.form), options.to))


def _compare(options: Namespace) -> None:
    from export.compare import compare
    from export.pictures import read_pictures

    pictures = read_pictures(options.pictures, options.most)
    print(compare(options.first, options.second, pictures, options.threads))


def _half_cost(options: Namespace) -> None:
    from export.half_cost import ROW, TITLES, half_costs
    from models.evaluation.subjects import gather
    from service.settings import read_settings

    people = gather(options.kind, options.data).subjects
    print(ROW.format(*TITLES), flush=True)
    for cost in half_costs(
        options.names, read_settings().models_dir, people[:: -(-len(people) // options.most)]
    ):
        print(cost, flush=True)
