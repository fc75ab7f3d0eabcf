"""`/metrics`, for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from service.api.house import InHouse

EXAMPLE = 'pose_frames_processed_total{mode="file"} 451.0\n'

router = APIRouter(tags=["health"])


@router.get(
    "/metrics",
    summary="Counters for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}, "example": EXAMPLE}}}},
)
async def metrics(request: Request, house: InHouse) -> Response:
    """Counters, histograms and gauges in Prometheus's text format, or OpenMetrics if that is accepted."""
    text, media_type = house.telemetry.metrics.text(request.headers.get("accept", ""))
    return Response(text, headers={"Content-Type": media_type})
