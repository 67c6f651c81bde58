"""两图一表: the chains' panorama, the path over years and the directory, as page and sheets."""

from geo.publish.chain.page import write_page
from geo.publish.chain.panorama import write_panorama
from geo.publish.chain.path import write_path

__all__ = ["write_page", "write_panorama", "write_path"]
