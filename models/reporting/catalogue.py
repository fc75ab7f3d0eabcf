"""Every section by name, in the order of the report."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from models.reporting.degraded import DEGRADED
from models.reporting.flows import FLOWS
from models.reporting.modes import MODES
from models.reporting.networks import NETWORKS_SECTION
from models.reporting.pooling import POOLING
from models.reporting.propagation import PROPAGATION
from models.reporting.section import Section
from models.reporting.slicing import SLICING
from models.reporting.weights import WEIGHTS

SECTIONS: Mapping[str, Section] = MappingProxyType(
    {
        "networks": NETWORKS_SECTION,
        "modes": MODES,
        "pooling": POOLING,
        "weights": WEIGHTS,
        "flows": FLOWS,
        "degraded": DEGRADED,
        "propagation": PROPAGATION,
        "slicing": SLICING,
    }
)
