"""Products: what can be made of a run, each declared in one module of `geo.publish.products`.

The command line's formats and help, `[publish] also`, progress, what a large run leaves out, and
the files that a run is to write are all read from the declarations. A declaration loads nothing
that draws or writes before it is asked to.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from geo.declaration import nearest, why_refused
from geo.errors import ProjectError
from geo.model.table import FOLDER
from geo.project import DEFAULT_OPTIONS, Publish
from geo.registry import Registry
from geo.text import EMPTY, Message, Wording, bracket, join

if TYPE_CHECKING:
    import pandas as pd

    from geo.publish.records.counts import RunCounts
    from geo.run import Run
    from geo.sources.load import Layers


class Options(BaseModel):
    """What a product may be asked for beside `[publish]`; most may be asked for nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ParkOption(Options):
    """A product that may be about one park."""

    park: str = ""


Each = Callable[[Callable[[Any], Any], list[Any]], list[Any]]
"""`work` of every job, in order."""


def one_by_one(work: Callable[[Any], Any], jobs: list[Any]) -> list[Any]:
    """`work` of every job, here."""
    return [work(job) for job in jobs]


def silent(_done: int, _total: int) -> None:
    """Nobody is told how far it is."""


@dataclass(frozen=True)
class Making:
    """What a product is made of, and where.

    Parameters
    ----------
    run
        The run, as it is kept in the results.
    stage
        Folder that the files go into, under the product's `places`.
    options
        `[publish]`.
    results
        Folder of the last results, if other products may lie there and not in `stage`.
    layers, findings
        While a run is published: its layers as read, and findings with their places.
    counts
        Counts over all rows (`records.run_result`), of a run whose rows are not in its tables.
    left_out
        What such a run does not make, and how to get it.
    early
        What `Product.early` made of the run; None where nothing was made beforehand.
    count
        Is told how many pieces of a product are done, and of how many.
    each
        `work` of every job, in order, by the workers of the run's engine where it has some: for a
        product in parts. Both are sent to other processes, and see the folders of this one.
    """

    run: Run
    stage: Path
    options: Publish = DEFAULT_OPTIONS
    results: Path | None = None
    layers: Layers | None = None
    findings: pd.DataFrame | None = None
    counts: RunCounts | None = None
    left_out: tuple[Wording, ...] = ()
    early: Any = None
    count: Callable[[int, int], None] = field(default=silent)
    each: Each = field(default=one_by_one)

    def counter(self, total: int) -> Callable[[str], None]:
        """What is to be called once for each of so many pieces."""
        numbers = itertools.count(1)
        return lambda _: self.count(next(numbers), total)

    def file(self, place: str) -> Path:
        """Where a product's file goes, its folder made."""
        file = self.stage / place
        file.parent.mkdir(parents=True, exist_ok=True)
        return file


O = TypeVar("O", bound=Options)


def _asked_for(name: str) -> Callable[[Publish], bool]:
    return lambda publish: name in publish.also


def always(_: Publish) -> bool:
    """For a product that is made with every run."""
    return True


def _anew(_: Options) -> bool:
    return False


@dataclass(frozen=True)
class Product(Generic[O]):
    """One product.

    Parameters
    ----------
    name
        As `mujun export --format` and `[publish] also` call it.
    title
        What a user calls it.
    places
        Files in the output folder, and folders with a `/` at their end; none for what goes
        elsewhere. What people open lies at the top; `layers/` is for what a GIS reads.
    write
        Makes it; returns the names of what it wrote beside files of the stage.
    options
        What it may be asked for; `mujun export` hands over `--park`, `--theme`, `--parcel`.
    wanted
        Whether a run makes it, by `[publish]`; else where `also` names it.
    also
        Whether `[publish] also` may name it.
    exported
        Whether it can be made of the last run.
    in_parts
        Whether it is made of a run whose tables are in parts, too, whatever memory there is.
    by_parts
        Whether of such a run its parts are made by the engine's workers (`Making.each`).
    memory
        Bytes for each parcel with which a process of its own makes it of such a run, if there are
        as many; 0 where it is not made of one.
    of_each
        The option of `mujun export` that says of which parcels to make it: there are too many for
        a large run.
    extra
        What has to be installed for it: `pip install "mujun[EXTRA]"`.
    beside
        Whether its files come beside those that its folder has, by its options.
    purpose
        What it is for, on the start page.
    last
        Whether it is made after all others, as it says what they are.
    early
        What of such a product can be made beside the others; it is handed over by `Making.early`.
    after
        Names of products that it is made of, where they are made at the same time.
    apart
        Whether another process may make it: of the run as its files have it, and nothing else.
    cost
        Seconds of one core that it takes, about: of any run, and more for 1,000 parcels.
    loads
        Modules that it is made with: another process loads them while it waits for its work.
    """

    name: str
    title: Wording
    places: tuple[str, ...]
    write: Callable[[Making, O], Iterable[str]]
    options: type[O] = Options  # type: ignore[assignment]
    wanted: Callable[[Publish], bool] | None = None
    also: bool = False
    exported: bool = True
    in_parts: bool = False
    by_parts: bool = False
    memory: int = 0
    of_each: str = ""
    extra: str = ""
    beside: Callable[[O], bool] = _anew
    purpose: Wording = EMPTY
    last: bool = False
    early: Callable[[Making], Any] | None = None
    after: tuple[str, ...] = ()
    apart: bool = False
    cost: tuple[float, float] = (0.0, 0.0)
    loads: tuple[str, ...] = ()

    def wanted_by(self, publish: Publish) -> bool:
        """Whether a run with these options makes it."""
        return (self.wanted or _asked_for(self.name))(publish)

    @property
    def files(self) -> list[str]:
        """Its places that are files."""
        return [place for place in self.places if not place.endswith("/")]

    @property
    def folders(self) -> list[str]:
        """Its places that are folders, without the `/`."""
        return [place.rstrip("/") for place in self.places if place.endswith("/")]

    def asked(self, **values: Any) -> O:
        """Its options of these values, those that it does not know left out.

        Raises ProjectError where a value is not of its kind.
        """
        own = {name: value for name, value in values.items() if name in self.options.model_fields}
        try:
            return self.options(**own)
        except ValidationError as error:
            key, why = why_refused(error, own, self.options)
            raise ProjectError("cli_job.refused_setting", key=key, why=why) from error


_SHIPPED = (
    "map",
    "xlsx",
    "gpkg",
    "cog",
    "qgis",
    "parquet",
    "txt",
    "docx",
    "chain",
    "fgb",
    "atlas",
    "cards",
    "snapshot",
    "findings",
    "postgis",
    "index",
)
"""Modules of `geo.publish.products`, in the order in which a run makes what they declare."""


def _shipped() -> Iterable[Product[Any]]:
    return (import_module(f"geo.publish.products.{name}").PRODUCT for name in _SHIPPED)


PRODUCTS: Registry[Product[Any]] = Registry(
    "mujun.products", Message("registry.product"), Product, _shipped
)


def products_of(publish: Publish) -> list[Product[Any]]:
    """What a run with these options makes.

    Raises ProjectError where `[publish] also` names what cannot be made with a run.
    """
    known = [product.name for product in PRODUCTS if product.also]
    for name in publish.also:
        if name not in known:
            like = nearest(name, known)
            ordered = sorted(known, key=lambda one: one != like)
            raise ProjectError("registry.also_unknown", name=name, known=", ".join(ordered))
    made = [product for product in PRODUCTS if product.wanted_by(publish)]
    return sorted(made, key=lambda product: product.last)


def files_of(products: Iterable[Product[Any]]) -> list[str]:
    """Names of the files that products write under names of their own."""
    return [name for product in products for name in product.files]


def folders() -> set[str]:
    """Names of all folders at the top of the results that products and tables are written into."""
    places = [place for product in PRODUCTS for place in product.places if "/" in place]
    return {FOLDER, *(place.split("/")[0] for place in places)}


def shared_folders() -> set[str]:
    """Those in which several products have files: one made anew leaves the others' alone."""
    return {FOLDER, *(name.rpartition("/")[0] for name in files_of(PRODUCTS))} - {""}


def export_formats() -> list[str]:
    """What `mujun export --format` takes."""
    return [product.name for product in PRODUCTS if product.exported]


def export_help() -> Wording:
    """The formats with what they are called, for the help of the command."""
    return join(bracket(product.name, product.title) for product in PRODUCTS if product.exported)


def exported_product(name: str) -> Product[Any]:
    """The product that `--format` names; ProjectError names those there are, the nearest first."""
    known = export_formats()
    if name not in known:
        like = nearest(name, known)
        ordered = sorted(known, key=lambda one: one != like)
        raise ProjectError("cli_export.no_format", strange=name, formats=" ".join(ordered))
    return PRODUCTS[name]
