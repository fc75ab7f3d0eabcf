"""Labels on the wire: COCO keypoint documents whose images say which frame they are."""

from __future__ import annotations

from service.api.labels.document import Document, read_document
from service.api.labels.writer import Writer

__all__ = ["Document", "Writer", "read_document"]
