"""From bytes to frames and back: videos, pictures, overlays."""
