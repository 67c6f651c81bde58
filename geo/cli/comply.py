"""comply: the cheapest parcels to mend, and the cheapest changes that meet several targets at once."""

from __future__ import annotations

import json
from typing import Annotated, Any

import pandas as pd
import typer

from geo.cli.job import Job, command
from geo.errors import DataError
from geo.evaluate.cheapest_changes import Found, cheapest_changes
from geo.evaluate.compliance_options import cheapest
from geo.evaluate.goals import Sums, asked_by_name, asked_of_plan
from geo.evaluate.least_cost import Shares
from geo.evaluate.prices import Price, prices
from geo.model import show_unit
from geo.publish.headings import heading
from geo.run import Run
from geo.standards.shown import decimals_of
from geo.text import Message, Wording, join

LISTED = 20
"""Most parcels that cannot be mended named in the terminal; --json has all."""


@command("comply")
def comply_command(
    job: Job,
    share: Annotated[float | None, typer.Option()] = None,
    land_share: Annotated[float | None, typer.Option()] = None,
    reach: Annotated[list[str] | None, typer.Option()] = None,
    park: Annotated[str | None, typer.Option()] = None,
    *,
    plan: Annotated[bool, typer.Option("--plan")] = False,
    changes: Annotated[bool, typer.Option("--changes")] = False,
    as_json: bool,
) -> None:
    """The cheapest parcels to mend until a share passes; or the cheapest changes for all targets."""
    if not (changes or plan or reach or land_share is not None):
        _parcels(job, 1.0 if share is None else share, park, as_json=as_json)
        return
    if not all(one is None or 0 < one <= 1 for one in (share, land_share)):
        raise DataError("compliance_options.share_must_over_0_most")
    run = job.last_run()
    settings = run.settings
    known = prices(settings.costs)
    asked = asked_by_name(reach or [], settings.catalogue)
    sums = Sums(
        _of_park(run, park),
        run.figures,
        run.allocation,
        settings.year,
        settings.compare_to,
        settings.rule_figures,
    )
    if plan:
        asked += asked_of_plan(run.basis.plan)
    only_changes = not asked and land_share is None
    shares = Shares(1.0 if share is None and only_changes else share or 0.0, land_share or 0.0)
    found = cheapest_changes(sums, list(run.basis.packs), known, shares, asked, rounded=True)
    if as_json:
        tables = {
            name: json.loads(vars(found)[name].to_json(orient="records")) for name in vars(found)
        }
        typer.echo(json.dumps(tables, ensure_ascii=False))
        return
    _Said(job, run, known).all(found)


def _of_park(run: Run, park: str | None) -> pd.DataFrame:
    """The run's parcels, or those of one park; DataError where there are none."""
    parcels = pd.DataFrame(run.parcels.drop(columns="geometry"))
    if park is not None:
        parcels = parcels[parcels["park_id"] == park]
        if parcels.empty:
            raise DataError("cli_judge.no_park", park=park)
    return parcels


class _Said:
    """What was found, line by line."""

    def __init__(self, job: Job, run: Run, price: dict[str, Price]) -> None:
        self.job, self.price, self.plan = job, price, run.basis.plan
        settings = job.project.settings
        self.money = show_unit("万元", job.lang, settings.currency)
        self.settings = settings

    def all(self, found: Found) -> None:
        """Every park with its targets, changes and what cannot be mended; then the prices."""
        for park in _records(found.parks):
            self._park(park)
            for goal in _own(found.goals, park):
                self._goal(goal)
            for change in _own(found.changes, park):
                self.job.say(
                    "cli_comply.change",
                    parcel=change["parcel_id"],
                    quantity=self._title(change["quantity"]),
                    now=change["now"],
                    needed=_figure(change["needed"]),
                    change=change["change"],
                    cost=change["cost"],
                    money=self.money,
                )
            self._unable(_own(found.unable, park))
        self._prices(found)

    def _title(self, name: str) -> str:
        settings = self.settings
        return heading(name, self.job.lang, settings.currency, settings.catalogue, "parcels")

    def _park(self, park: dict[str, Any]) -> None:
        if park["status"] in ("infeasible", "unsolved"):
            code = f"cli_comply.{park['status']}"
            self.job.say(code, name=park["park_id"], most=park["most"], judged=park["judged"])
            return
        proof: Wording = Message("cli_comply.proven")
        if park["status"] == "bound":
            proof = Message("cli_comply.bound", bound=park["bound"])
        self.job.say(
            "cli_comply.park",
            name=park["park_id"],
            cost=park["cost"],
            money=self.money,
            proof=proof,
            passing=park["passing"],
            passing_after=park["passing_after"],
            judged=park["judged"],
            land=park["land_share"],
            land_after=park["land_share_after"],
        )
        if park["failing_after"]:
            self.job.say("cli_comply.failing_after", count=park["failing_after"])

    def _goal(self, goal: dict[str, Any]) -> None:
        title: Any = self.plan.target_titles.get(goal["target"], self._title(goal["indicator"]))
        if goal["result"] == "no_way":
            self.job.say("cli_comply.no_way", title=title)
            return
        result = Message(f"target_result.{goal['result']}")
        self.job.say(
            "cli_comply.goal", title=title, now=goal["now"], after=goal["after"], result=result
        )

    def _unable(self, rows: list[dict[str, Any]]) -> None:
        for row in rows[:LISTED]:
            names = [part for part in str(row["rules"]).split(";") if part]
            if row["why"] == "no_price":
                names = [self._title(name) for name in names]
            why = Message(f"cli_comply.why_{row['why']}", names=join(names))
            self.job.say("cli_comply.unable", parcel=row["parcel_id"], why=why)
        if len(rows) > LISTED:
            self.job.say("cli_comply.unable_more", count=len(rows) - LISTED)

    def _prices(self, found: Found) -> None:
        """What a unit of each changed quantity costs, and by whose word."""
        for name in sorted(set(found.changes["quantity"])):
            one = self.price[name]
            if not one.declared:
                self.job.say("cli_comply.price_money", quantity=self._title(name))
                continue
            self.job.say(
                "cli_comply.price",
                quantity=self._title(name),
                up="—" if one.up is None else f"{one.up:g}",
                down="—" if one.down is None else f"{one.down:g}",
                money=self.money,
                source=one.source or Message("cli_comply.declared"),
            )


def _figure(value: float) -> str:
    """A figure to be entered, with every decimal that it has and at least two."""
    return f"{value:,.{max(2, decimals_of(round(value, 8)))}f}"


def _own(table: pd.DataFrame, park: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of one park."""
    rows = table[table["park_id"] == park["park_id"]]
    return _records(rows)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def _parcels(job: Job, share: float, park: str | None, *, as_json: bool) -> None:
    """The cheapest parcels whose figures are raised, until the share passes."""
    judged = Run.load(job.folder)
    parcels = _of_park(judged, park)
    table = cheapest(judged.ways, parcels, share, job.project.settings.costs)
    if as_json:
        typer.echo(table.to_json(orient="records", force_ascii=False))
        return
    if table.empty:
        job.say("cli_judge.no_parcel_list")
    for name, rows in table.groupby("park_id"):
        last = rows.iloc[-1]
        money = show_unit("万元", job.lang, job.project.settings.currency)
        job.say(
            "cli_judge.parcels_in_all_pass",
            name=str(name),
            count=len(rows),
            running=last["running"],
            money=money,
            passing_share=last["passing_share"],
            judged=_judged(parcels, name),
        )
        if last["passing_share"] < share - 1e-9:
            job.say("cli_judge.other_failing_parcels_need_quantity")
        for row in rows.to_dict("records"):
            typer.echo(f"  {row['parcel_id']}  {row['cost']:,.2f}")


def _judged(parcels: pd.DataFrame, park: object) -> Wording:
    """Of which parcels a passing share is: those judged, not those exempt or without data."""
    own = parcels[parcels["park_id"] == park]["compliance"]
    judged = int(own.isin(["pass", "fail"]).sum())
    rest = len(own) - judged
    return Message("cli_judge.pass_fail", judged=judged, rest=rest)
