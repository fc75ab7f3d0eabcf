"""The part of a person that a network wants in its crop."""

from __future__ import annotations

from enum import StrEnum


class Region(StrEnum):
    """Which crop a network was trained on; `service.people.crop_rule` holds the rule for each."""

    WHOLE_BODY = "whole-body"  # MediaPipe's: turned until the body is upright, the hips in the middle
    UPPER_BODY = "upper-body"  # upright, round head, shoulders and arms
