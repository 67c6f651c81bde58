"""Maps, atlas and cards on paper, in millimetres, with the Chinese font inside."""

from geo.publish.paper.scene import View
from geo.publish.paper.snapshot import snapshot

__all__ = ["View", "snapshot"]
