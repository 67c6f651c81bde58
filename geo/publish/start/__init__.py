"""`index.html`: what a run found on one page, and what each of its files is for."""

from geo.publish.start.page import write_start

__all__ = ["write_start"]
