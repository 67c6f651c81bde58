"""The start page itself: the record of the run laid out, then its files, its gaps, its sources.

Everything stands in the page, which asks no network and runs no script; links lead to the files
beside it only. Addresses in citations stay text.
"""

from __future__ import annotations

from importlib.metadata import version
from importlib.resources import files

from geo.publish.page import Html, document, joined, policy, stylesheet, tag
from geo.publish.products.index import PLACE
from geo.publish.records.counts import stored_counts
from geo.publish.records.numbers import number, today
from geo.publish.records.run_result import RunResult, run_result
from geo.publish.registry import Making
from geo.publish.start import contents, results
from geo.publish.start.drawn import Picture
from geo.publish.start.html import Speaker, block, facts, grid, link, paragraph
from geo.run import Run
from geo.standards.cited import said_in
from geo.text import colon

MOST_FILES = 3
"""Files of a product that are listed by name."""


def write_start(making: Making) -> None:
    """`index.html` of the files of the stage, among those of the last results."""
    run = making.run
    there = contents.files_of(making)
    source = making.results or making.stage
    counts = stored_counts(run, source) if making.counts is None else making.counts
    result = run_result(run, run.settings, counts, there, making.left_out)
    page = _page(making, result, there)
    making.file(PLACE).write_text(page, encoding="utf-8")


def _page(making: Making, result: RunResult, there: contents.Files) -> str:
    run, say = making.run, Speaker(making.run.settings.lang)
    shown = _drawn(making) if making.early is None else making.early
    products = [*contents.made(there), *contents.others(there)]
    head = [
        policy(),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("link", rel="icon", href="data:,"),
        tag("title", say("start_page.page_title", title=result.title, year=result.year)),
        stylesheet((files("geo.publish.start") / "start.css").read_text(encoding="utf-8")),
    ]
    body = tag(
        "main",
        _head(say, result, products),
        tag(
            "div",
            tag("div", results.land(say, result), results.verdicts(say, result), class_="first"),
            _pictures(say, shown[:1], there),
            class_="lead",
        ),
        _opened(say, products),
        tag(
            "div",
            tag("div", results.per_mu(say, result), results.grades(say, result)),
            _pictures(say, shown[1:], there),
            class_="lead",
        ),
        results.reasons(say, result),
        results.targets(say, result),
        results.fields(say, result),
        results.rows(say, result),
        results.findings(say, result, there),
        _of_gis(say, products),
        _tables(say, there),
        _missing(say, result, there),
        _basis(say, run, result),
        _foot(say, making),
    )
    return document(head, [body], say.lang)


def _drawn(making: Making) -> list[Picture]:
    from geo.publish.start.picture import pictures  # noqa: PLC0415 -- where they are not drawn yet

    return pictures(making.run, making.options)


def _head(say: Speaker, result: RunResult, products: list[contents.Made]) -> Html:
    under = [
        say("common.year", year=result.year),
        say("start_page.area_basis", basis=result.area_basis),
        say("start_page.made_on", day=today(), version=version("mujun")),
    ]
    ways = [
        link(product.title(say.lang), product.files[0][0], class_="way")
        for product in products
        if product.name and not product.of_gis
    ]
    return tag(
        "header",
        tag(
            "div",
            tag("h1", result.title or say("start_page.untitled")),
            paragraph(" · ".join(under), "soft"),
            class_="names",
        ),
        tag("nav", *ways, aria_label=say("start_page.open")),
        *([paragraph(result.synthetic, "synthetic")] if result.synthetic else []),
    )


def _pictures(say: Speaker, shown: list[Picture], there: contents.Files) -> Html:
    return joined(*(_picture(say, picture, "map.html" in there) for picture in shown))


def _picture(say: Speaker, picture: Picture, on_map: bool) -> Html:
    title = picture.title(say.lang)
    image = tag("img", src=picture.source, alt=title, width="792", height="528")
    classes = [
        tag(
            "li",
            tag("i", style=f"background:{row['color']}"),
            f"{row['word']} ",
            tag("b", number(row["parcels"], 0)),
        )
        for row in picture.classes
        if row["parcels"]
    ]
    return tag(
        "figure",
        link(image, f"map.html{picture.hash}") if on_map else image,
        tag("figcaption", tag("strong", title), tag("ul", *classes, class_="legend")),
    )


def _opened(say: Speaker, products: list[contents.Made]) -> Html:
    cards = [_card(say, product) for product in products if not product.of_gis]
    return block("files", say("start_page.files"), tag("div", *cards, class_="cards"))


def _of_gis(say: Speaker, products: list[contents.Made]) -> Html:
    cards = [_card(say, product) for product in products if product.of_gis]
    if not cards:
        return joined()
    return block("gis", say("start_page.gis"), tag("div", *cards, class_="cards"))


def _card(say: Speaker, product: contents.Made) -> Html:
    first = product.files[0][0]
    shown = product.opened[:MOST_FILES]
    left = len(product.files) - len(shown)
    names = [
        tag("li", link(name, name), " ", tag("span", size_text(size), class_="soft"))
        for name, size in shown
    ]
    if left:
        total = size_text(sum(size for _, size in product.files))
        more = say("start_page.more_files", count=left, size=total)
        names.append(tag("li", more, class_="soft"))
    purpose = product.purpose(say.lang)
    return tag(
        "article",
        tag("h3", link(product.title(say.lang), first)),
        *([paragraph(purpose)] if purpose else []),
        tag("ul", *names),
    )


def _tables(say: Speaker, there: contents.Files) -> Html:
    listed = contents.tables(there)
    if not listed:
        return joined()
    rows: results.Rows = [
        [
            found.table.title(say.lang),
            link(found.place, found.place),
            number(found.rows, 0),
            number(found.columns, 0),
            size_text(found.size),
        ]
        for found in listed
    ]
    heads = [say(f"start_page.{name}") for name in ("table", "file", "rows", "columns", "size")]
    summary = say("start_page.tables_summary", count=len(listed))
    return block(
        "tables",
        say("start_page.tables"),
        paragraph(say("start_page.tables_purpose")),
        tag("details", tag("summary", summary), grid(heads, rows, right=(2, 3, 4))),
    )


def _missing(say: Speaker, result: RunResult, there: contents.Files) -> Html:
    rows: results.Rows = [
        [product.title(say.lang), product.purpose(say.lang), tag("code", product.command)]
        for product in contents.missing(there)
    ]
    heads = [say(f"start_page.{name}") for name in ("product", "purpose", "command")]
    pieces = [grid(heads, rows)] if rows else []
    if result.not_computed:
        lines = [tag("li", text) for text in result.not_computed]
        pieces.append(tag("h3", say("start_page.not_computed")))
        pieces.append(tag("ul", *lines))
    return block("missing", say("start_page.missing"), *pieces) if pieces else joined()


def _basis(say: Speaker, run: Run, result: RunResult) -> Html:
    basis = run.basis
    packs = [pack.head.citation for pack in (*basis.packs, *basis.low_efficiency)]
    sources = [
        *((say("start_page.pack"), text) for text in dict.fromkeys(packs)),
        *([(say("start_page.method"), basis.method.head.citation)] if basis.method else []),
        *([(say("start_page.plan"), basis.plan.head.citation)] if basis.plan else []),
        *([(result.published_title, result.published_citation)] if result.published_title else []),
        *_of_fields(say, result),
        *([(say("start_page.data"), run.settings.sources)] if run.settings.sources else []),
    ]
    lines = [(name, said_in(text, say.lang)) for name, text in sources]
    read: results.Rows = [
        [name, digest[:16]] for name, digest in basis.inputs.items() if not name.startswith("geo/")
    ]
    heads = [say("start_page.file"), "SHA-256"]
    return block(
        "sources",
        say("start_page.sources"),
        facts(lines),
        tag(
            "details",
            tag("summary", say("start_page.inputs", count=len(read))),
            grid(heads, read),
        ),
    )


def _of_fields(say: Speaker, result: RunResult) -> list[tuple[str, str]]:
    """Where the fields of industry, and the published numbers of parks, are from."""
    found = result.fields
    if found is None:
        return []
    both = [
        (colon(say("start_page.fields"), found.mark)(say.lang), found.citation),
        (found.published_title, found.published_citation),
    ]
    return [line for line in both if line[0] and line[1]]


def _foot(say: Speaker, making: Making) -> Html:
    maker = [making.options.maker] if making.options.maker else []
    versions = making.run.basis.versions
    lines = [
        *maker,
        say("start_page.software", version=version("mujun"), python=versions.get("python", "")),
        say("start_page.record"),
    ]
    return tag("footer", paragraph(" · ".join(lines), "soft"))


def size_text(size: int) -> str:
    """A size of a file as people read it.

    >>> size_text(512), size_text(20_480), size_text(3_400_000)
    ('1 KB', '20 KB', '3.2 MB')
    """
    kilobytes = size / 1024
    return f"{max(1, round(kilobytes)):,} KB" if kilobytes < 1000 else f"{kilobytes / 1024:,.1f} MB"
