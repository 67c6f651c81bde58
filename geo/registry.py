"""Things of one kind by name: mujun's own, those of an installed package, those that are registered.

A package adds one by an entry point (`[project.entry-points."mujun.themes"]`) whose name is the
thing's name. Nothing is imported before the registry is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, Protocol, TypeVar

from geo.errors import PluginError
from geo.text import Message


class Named(Protocol):
    """What has a name that no other thing of its kind has."""

    @property
    def name(self) -> str:
        """The name."""


T = TypeVar("T", bound=Named)


class Registry(Generic[T]):
    """The things of one kind, in the order in which they are to be tried or listed.

    Parameters
    ----------
    group
        Entry points by which packages add to it, such as `mujun.products`.
    what
        What one thing of this kind is called.
    kind
        The class (or protocol that can be checked at run time) that each of them is of.
    shipped
        Makes mujun's own.
    """

    def __init__(
        self, group: str, what: Message, kind: type[Any], shipped: Callable[[], Iterable[T]]
    ) -> None:
        self.group, self.what, self._kind, self._shipped = group, what, kind, shipped
        self._things: dict[str, T] | None = None

    def __iter__(self) -> Iterator[T]:
        """All things in their order."""
        return iter(self._loaded().values())

    def __contains__(self, name: object) -> bool:
        """Whether there is a thing of this name."""
        return name in self._loaded()

    def __getitem__(self, name: str) -> T:
        """The thing of this name; KeyError where there is none."""
        return self._loaded()[name]

    def names(self) -> list[str]:
        """Names of all things."""
        return list(self._loaded())

    def register(self, thing: T) -> T:
        """Add a thing for as long as the program runs; PluginError where its name is taken."""
        self._add(self._loaded(), thing, type(thing).__module__)
        return thing

    def unregister(self, name: str) -> None:
        """Take a thing out again."""
        self._loaded().pop(name, None)

    @contextmanager
    def registered(self, thing: T) -> Iterator[T]:
        """A thing that is there while the block runs."""
        try:
            yield self.register(thing)
        finally:
            self.unregister(thing.name)

    def _loaded(self) -> dict[str, T]:
        if self._things is None:
            things: dict[str, T] = {}
            for thing in self._shipped():
                self._add(things, thing, "mujun")
            for point in sorted(entry_points(group=self.group), key=lambda p: p.name):
                self._add(things, self._plugin(point), _package(point))
            self._things = things
        return self._things

    def _plugin(self, point: EntryPoint) -> T:
        """What an entry point names; a class stands for the one thing that it makes."""
        try:
            thing = point.load()
            made: T = thing() if isinstance(thing, type) else thing
        except (Exception, SystemExit) as error:  # whatever another's module does when imported
            kind = type(error).__name__
            raise self._refused(
                "registry.fails_to_load", point.name, _package(point), kind
            ) from error
        return made

    def _add(self, things: dict[str, T], thing: T, package: str) -> None:
        name = getattr(thing, "name", None)
        if not isinstance(thing, self._kind) or not isinstance(name, str) or not name:
            kind = type(thing).__name__
            raise self._refused("registry.of_another_kind", str(name or kind), package, kind)
        if name in things:
            raise self._refused("registry.name_taken", name, package)
        things[name] = thing

    def _refused(self, why: str, name: str, package: str, kind: str = "") -> PluginError:
        return PluginError(why, what=self.what, name=name, package=package, kind=kind)


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else point.value
