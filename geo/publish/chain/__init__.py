"""两图一表: the chains' panorama, the path over years and the directory, as page and sheets."""

from geo.publish.chain.growth_path import write_path
from geo.publish.chain.page import write_page
from geo.publish.chain.panorama import write_panorama

__all__ = ["write_page", "write_panorama", "write_path"]
