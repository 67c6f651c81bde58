"""The plan's “两图一表”: chains and their links by park, who sits where, and the path over years.

Plan, two (6): 鼓励各特色园区聚焦主导产业，编制“两图一表”，即产业链全景图、产业生态发展路径图和
重点企业、配套企业名录表. The table `chain` says which links a chain has and where they stand
(上游, 中游, 下游). An enterprise sits in the link that its `chain_segment` names, else in those
that list its GB/T 4754 code, the longest prefix first. A link without an enterprise lacks only
where every enterprise of the park is known to sit elsewhere; otherwise it is no data.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import Frames, Series
from geo.economy.allocate import Allocation
from geo.evaluate.plan import Plan, cited
from geo.evaluate.plan_services import state_of
from geo.geometry.keys import map_text
from geo.industry_fields import IndustryFields, field_of_all
from geo.land.facility_kinds import title as facility_title
from geo.model import MU_M2, industries
from geo.text import Message, Wording

LINKS = (
    "park_id",
    "chain",
    "stage",
    "segment",
    "link_state",
    "enterprises",
    "leaders",
    "revenue",
    "tax",
    "land_mu",
    "clause",
    "citation",
)
MEMBERS = (
    "park_id",
    "chain",
    "stage",
    "segment",
    "enterprise_id",
    "name",
    "role",
    "seated_by",
    "industry_code",
    "revenue",
    "tax",
    "land_mu",
    "revenue_per_mu",
    "grade",
    "since",
)
PATH = ("park_id", "year", "lane", "item", "count", "value", "state")

LINK_STATES: dict[str, Wording] = {
    "have": Message("link_state.have"),
    "lack": Message("link_state.lack"),
    "no_data": Message("link_state.no_data"),
}
SEATED: dict[str, Wording] = {
    "segment": Message("seated_by.segment"),
    "code": Message("seated_by.code"),
    "outside": Message("seated_by.outside"),
    "unknown": Message("seated_by.unknown"),
}
LANES: dict[str, Wording] = {
    "enterprise": Message("lane.enterprise"),
    "platform": Message("lane.platform"),
    "service": Message("lane.service"),
    "facility": Message("lane.facility"),
    "target": Message("lane.target"),
}
LEADER = "龙头"
_CODE = r"^[A-Za-z]?(\d{2,4})$"


@dataclass(frozen=True)
class Chains:
    """`links` (a row a park and link), `members` (the directory), `path`, and findings."""

    links: pd.DataFrame
    members: pd.DataFrame
    path: pd.DataFrame
    findings: pd.DataFrame


def chains(
    usable: Frames,
    allocation: Allocation,
    enterprises: pd.DataFrame,
    targets: pd.DataFrame,
    access: pd.DataFrame,
    year: int,
    plan: Plan,
    fields: IndustryFields | None = None,
) -> Chains:
    """Everything of the chains in `year`; the directory needs no table of chains.

    With a table of fields of industry each link has the one field of all its codes, if there is
    one, and each enterprise that of its own.
    """
    listed = usable.get("chain")
    held = _held(allocation, usable["parcels"], year)
    seats, found = _seats(enterprises, listed)
    members = _members(enterprises, held, seats)
    links = pd.DataFrame(columns=list(LINKS)) if listed is None else _links(members, listed, plan)
    if fields is not None:
        links, members = _with_fields(links, listed, fields), _with_own_field(members, enterprises)
    return Chains(links, members, _path(usable, members, targets, access, plan), found)


def _held(allocation: Allocation, parcels: pd.DataFrame, year: int) -> pd.DataFrame:
    """What each enterprise has in each park: money and land of the year."""
    rows = allocation.rows
    rows = rows[(rows["year"] == year) & rows["parcel_id"].notna()]
    park = map_text(rows["parcel_id"], parcels.set_index("parcel_id")["park_id"])
    firms = pd.DataFrame(
        {
            "enterprise_id": rows["enterprise_id"],
            "park_id": park,
            "revenue": rows.get("revenue", np.nan),
            "tax": rows.get("tax", np.nan),
            "land_mu": rows["area_m2"] / MU_M2,
        }
    )
    return (
        firms.groupby(["enterprise_id", "park_id"], dropna=False, sort=False)
        .sum(min_count=1)
        .reset_index()
    )


def _seats(
    enterprises: pd.DataFrame, listed: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Chain, stage and segment of each enterprise, none or several; who could not be seated."""
    ids = enterprises["enterprise_id"]
    segments, code = (_texts(enterprises, name) for name in ("chain_segment", "industry_code"))
    code = code.str.extract(_CODE, expand=False)
    code = code.where(code.str[:2].isin(industries().index))
    table = (
        listed
        if listed is not None
        else pd.DataFrame(columns=["chain", "segment", "stage", "industry_codes"])
    )
    links = table[["chain", "segment", "stage"]].astype("str")
    named = (
        pd.DataFrame({"enterprise_id": ids, "segment": segments.str.split(r"[;；、]")})
        .explode("segment")
        .dropna()
    )
    named["segment"] = named["segment"].astype("str").str.strip()
    named = named.merge(links, on="segment").assign(seated_by="segment")
    coded = _by_code(ids[segments.isna()], code, table).assign(seated_by="code")
    seats = pd.concat([named, coded], ignore_index=True)
    rest = ids[~ids.isin(seats["enterprise_id"])]
    known = segments[rest.index].notna() | code[rest.index].notna()
    others = pd.DataFrame(
        {"enterprise_id": rest, "seated_by": np.where(known, "outside", "unknown")}
    )
    strange = segments.notna() & ids.isin(rest) if listed is not None else ids.isna()
    notes = findings.about_rows(
        enterprises,
        strange,
        layer="enterprises",
        key="enterprise_id",
        severity="info",
        code="chain_segment_unlisted",
        value=segments,
        message=Message("evaluate_chain.segment_in_no_chain_table"),
        mend=Message("evaluate_chain.add_segment_table_mend_enterprise"),
    )
    return pd.concat([seats, others], ignore_index=True), notes


def _texts(table: pd.DataFrame, name: str) -> Series:
    """A column as text without outer blanks; all missing where the table has none."""
    values = table[name] if name in table else pd.Series(None, index=table.index, dtype="str")
    text: Series = values.astype("str").where(values.notna()).astype("str").str.strip()
    return text.where(text != "")


def _by_code(ids: Series, code: Series, table: pd.DataFrame) -> pd.DataFrame:
    """Links that list an enterprise's code; in each chain the longest prefix."""
    empty = pd.DataFrame(columns=["enterprise_id", "chain", "stage", "segment"], dtype="str")
    if "industry_codes" not in table:
        return empty
    listed = (
        table[["chain", "stage", "segment"]]
        .astype("str")
        .assign(prefix=table["industry_codes"].astype("str").str.findall(r"\d{2,4}"))
        .explode("prefix")
    )
    listed = listed.dropna(subset="prefix")
    coded_firms = pd.DataFrame({"enterprise_id": ids, "code": code[ids.index]}).dropna()
    parts = [
        coded_firms.assign(prefix=coded_firms["code"].str[:n]).merge(
            listed[listed["prefix"].str.len() == n], on="prefix"
        )
        for n in (4, 3, 2)
    ]
    found = pd.concat([empty, *(p for p in parts if len(p))], ignore_index=True)
    return found.drop_duplicates(["enterprise_id", "chain"])[list(empty)]


def _members(enterprises: pd.DataFrame, held: pd.DataFrame, seats: pd.DataFrame) -> pd.DataFrame:
    """The directory: a row an enterprise, park and link; leaders first, then by revenue."""
    base = enterprises.reindex(columns=["enterprise_id", "name", "role", "industry_code", "grade"])
    since = pd.Series(np.nan, index=enterprises.index)
    for column in ("in_production_on", "founded_on"):
        if column in enterprises:
            dates = pd.to_datetime(enterprises[column], errors="coerce")
            since = since.fillna(dates.dt.year.astype(float))
    out = base.assign(since=since).merge(held, on="enterprise_id", how="left")
    out = out.merge(seats, on="enterprise_id", how="left")
    out["revenue_per_mu"] = out["revenue"] / out["land_mu"].where(out["land_mu"] > 0)
    out = out.assign(follows=~_leads(out["role"])).sort_values(
        ["park_id", "chain", "follows", "revenue", "enterprise_id"],
        ascending=[True, True, True, False, True],
        ignore_index=True,
    )
    return out.reindex(columns=list(MEMBERS))


def _leads(role: Series) -> pd.Series[bool]:
    return role.astype("str").str.contains(LEADER, na=False)


def _links(members: pd.DataFrame, listed: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Every link of each chain that a park has something of."""
    seated = members[members["chain"].notna() & members["park_id"].notna()]
    keys = ["park_id", "chain", "segment"]
    sums = (
        seated.assign(leaders=_leads(seated["role"]))
        .groupby(keys)
        .agg(
            enterprises=("enterprise_id", "nunique"),
            leaders=("leaders", "sum"),
            revenue=("revenue", lambda v: v.sum(min_count=1)),
            tax=("tax", lambda v: v.sum(min_count=1)),
            land_mu=("land_mu", lambda v: v.sum(min_count=1)),
        )
        .reset_index()
    )
    order = listed[["chain", "stage", "segment"]].astype("str").drop_duplicates()
    order = order.assign(order=range(len(order)))
    frame = seated[["park_id", "chain"]].drop_duplicates().merge(order, on="chain")
    out = frame.merge(sums, on=keys, how="left").sort_values(["park_id", "order"])
    out[["enterprises", "leaders"]] = out[["enterprises", "leaders"]].fillna(0).astype("int64")
    unknown = members[members["seated_by"] == "unknown"]["park_id"].unique()
    out["link_state"] = np.select(
        [out["enterprises"] > 0, out["park_id"].isin(unknown)], ["have", "no_data"], "lack"
    )
    clause = plan.chain.clause if plan.chain else ""
    with_clauses = cited(out.assign(clause=clause), plan)
    return with_clauses.reindex(columns=list(LINKS)).reset_index(drop=True)


def _with_fields(
    links: pd.DataFrame, listed: pd.DataFrame | None, fields: IndustryFields
) -> pd.DataFrame:
    """The links with `field_id`, after the segment; missing where its codes tell none."""
    out = links.copy()
    found = pd.Series(pd.NA, index=links.index, dtype="str")
    if listed is not None and "industry_codes" in listed:
        keys = ["chain", "stage", "segment"]
        rows = listed[keys].astype("str").assign(codes=listed["industry_codes"])
        joined = rows.dropna().groupby(keys)["codes"].agg(";".join)
        of_link = field_of_all(fields, joined.astype("str"))
        found = pd.Series(of_link.reindex(pd.MultiIndex.from_frame(links[keys])).array, links.index)
    out.insert(LINKS.index("segment") + 1, "field_id", found)
    return out


def _with_own_field(members: pd.DataFrame, enterprises: pd.DataFrame) -> pd.DataFrame:
    """The directory with each enterprise's field, after its code."""
    out = members.copy()
    own = enterprises.drop_duplicates("enterprise_id").set_index("enterprise_id")
    known = own.get("field_id", pd.Series(dtype="str"))
    field = members["enterprise_id"].map(known).astype("str")
    out.insert(MEMBERS.index("industry_code") + 1, "field_id", field)
    return out


def _path(
    usable: Frames,
    members: pd.DataFrame,
    targets: pd.DataFrame,
    access: pd.DataFrame,
    plan: Plan,
) -> pd.DataFrame:
    """What came in which year, by lane; what is planned has no year."""
    parts = [pd.DataFrame(columns=list(PATH))]
    new = members[members["since"].notna() & members["park_id"].notna()].drop_duplicates(
        ["park_id", "enterprise_id", "stage"]
    )
    stage = new["stage"].astype("str").where(new["stage"].notna(), "")
    parts.append(
        new.assign(stage=stage)
        .groupby(["park_id", "since", "stage"])
        .agg(count=("enterprise_id", "nunique"))
        .reset_index()
        .rename(columns={"since": "year", "stage": "item"})
        .assign(lane="enterprise", state="have")
    )
    for lane, name in (("platform", "platforms"), ("service", "services")):
        table = usable.get(name)
        if table is not None:
            parts.append(_dated(table, lane, plan))
    if len(targets):
        parts.append(
            targets.rename(columns={"target": "item", "result": "state"})[
                ["park_id", "year", "item", "value", "state"]
            ].assign(lane="target")
        )
    planned = access[access["state"] == "planned"] if len(access) else access
    if len(planned):
        items = [facility_title(str(kind)).zh for kind in planned["kind"]]
        parts.append(
            pd.DataFrame(
                {
                    "park_id": planned["park_id"],
                    "item": items,
                    "count": 1,
                    "lane": "facility",
                    "state": "planned",
                }
            )
        )
    some = [p.dropna(axis=1, how="all") for p in parts if len(p)] or parts[:1]
    out = pd.concat(some, ignore_index=True).reindex(columns=list(PATH))
    # Targets in the plan's order, all else by the alphabet.
    place = {name: f"{at:04d}" for at, name in enumerate(plan.targets)}
    order = out["item"].mask(out["lane"] == "target", out["item"].replace(place))
    laid = out.assign(order=order).sort_values(["park_id", "lane", "year", "order"])
    return laid.drop(columns="order").reset_index(drop=True)


def _dated(table: pd.DataFrame, lane: str, plan: Plan) -> pd.DataFrame:
    name = (
        table["name"].astype("str").where(table["name"].notna())
        if "name" in table
        else (pd.Series(pd.NA, index=table.index))
    )
    if lane == "service":
        name = name.where(name.notna() & (name != ""), table["service"].astype("str"))
    else:
        name = table["level"].astype("str") + " " + name.fillna("")
    status = table.get("status", pd.Series("", index=table.index)).astype("str").fillna("")
    words = plan.service_states
    state = status.map({text: state_of(text, words) for text in status.unique()})
    return pd.DataFrame(
        {
            "park_id": table["park_id"],
            "year": table.get("year", np.nan),
            "item": name,
            "count": 1,
            "lane": lane,
            "state": state,
        }
    )
