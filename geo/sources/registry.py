"""All sources by name: `SOURCES.register(MySource())`, or an entry point of `mujun.sources`."""

from __future__ import annotations

from collections.abc import Iterable

from geo.errors import SourceError
from geo.registry import Registry
from geo.sources.source import Source, Spec
from geo.text import Message


def _shipped() -> Iterable[Source]:
    from geo.sources.shipped import SHIPPED  # noqa: PLC0415 -- readers are loaded when one is asked

    return SHIPPED


SOURCES: Registry[Source] = Registry("mujun.sources", Message("registry.source"), Source, _shipped)


def source_of(path: str, spec: Spec) -> Source:
    """The source that reads a path: the last registered that accepts it."""
    for source in reversed(list(SOURCES)):
        if source.accepts(path, spec):
            return source
    raise SourceError("registry.no_source", path=path)
