"""Which crop goes with which network: first when a person is detected, then as the joints lead on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from service.networks.region import Region
from service.people import upper_body, whole_body
from service.people.crop import Crop
from service.people.detector import Detection
from service.people.sighting import Sighting


@dataclass(frozen=True, slots=True)
class CropRule:
    """How one region of a person is found.

    Attributes
    ----------
    first
        Where to look for somebody detected.
    next
        Where the network wants to look for somebody whom it has seen.
    """

    first: Callable[[Detection], Crop]
    next: Callable[[Sighting], Crop]


CROP_RULES: Mapping[Region, CropRule] = MappingProxyType(
    {
        Region.WHOLE_BODY: CropRule(whole_body.first_crop, whole_body.next_crop),
        Region.UPPER_BODY: CropRule(upper_body.first_crop, upper_body.next_crop),
    }
)
