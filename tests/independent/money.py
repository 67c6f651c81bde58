"""Money to land and figures per mu, with fractions: docs/en/concepts/allocation.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from tests.independent.inputs import MEASURES, MU, PER_MU, Inputs, amount

TOLERANCE = Fraction(5, 1000)
"""Claims beyond a parcel that its area basis may explain."""
LEASED = ("leased", "租赁", "承租")


@dataclass
class Claim:
    """What an enterprise holds of a parcel in a year; `parcel` is None where it is not known."""

    firm: str
    year: int
    parcel: str | None
    m2: Fraction | None = None
    share: Fraction | None = None
    leased: bool = False
    part: Fraction | None = None
    known: bool = False


@dataclass
class Figure:
    """One row of `figures`."""

    value: Fraction | None = None
    land_m2: Fraction | None = None
    reporting: int = 0
    missing: int = 0
    beside: set[str] = field(default_factory=set)
    beside_value: Fraction = Fraction(0)
    loose: bool = False

    def per_mu(self, measure: str) -> Fraction | None:
        """The value over the land in 亩, of the measures that are shown so."""
        if measure not in PER_MU or self.value is None or not self.land_m2 or self.loose:
            return None
        return self.value / (self.land_m2 / MU)


Reports = dict[tuple[str, int], dict[str, Fraction | None]]


class Money:
    """A project's claims and reports, and every figure of them."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        self.area = {k: Fraction(v) for k, v in inputs.area_m2().items()}
        self.park = dict(zip(inputs.parcels["parcel_id"], inputs.parcels["park_id"], strict=True))
        self.reports = reports_of(inputs)
        self.years = sorted({year for _, year in self.reports})
        self.measures = [
            m for m in MEASURES if any(m in row for row in inputs.tables["indicators"])
        ]
        self.since = {
            row["enterprise_id"]: int(row["in_production_on"][:4])
            for row in inputs.tables["enterprises"]
            if row.get("in_production_on")
        }
        self.claims = self._claims()
        self._fill()
        self._split()

    def _claims(self) -> dict[tuple[str, int], list[Claim]]:
        """Dated rows of a year go before undated ones; without land one claim on no parcel."""
        held = defaultdict(list)
        for row in self.inputs.tables["occupancy"]:
            held[row["enterprise_id"]].append(row)
        out = {}
        for firm, year in sorted({(f, y) for f in held for y in self.years} | set(self.reports)):
            dated = [r for r in held[firm] if r.get("year") and int(r["year"]) == year]
            rows = dated or [r for r in held[firm] if not r.get("year")]
            out[firm, year] = [
                Claim(
                    firm,
                    year,
                    r["parcel_id"],
                    amount(r, "area_m2"),
                    amount(r, "share"),
                    r.get("tenure") in LEASED,
                    known=r["parcel_id"] in self.area,
                )
                for r in rows
            ] or [Claim(firm, year, None)]
        return out

    def _fill(self) -> None:
        """Blank areas take what is left of the parcel; owned land gives way to leased."""
        self.on: dict[tuple[str, int], list[Claim]] = defaultdict(list)
        for claims in self.claims.values():
            for claim in claims:
                if claim.known:
                    self.on[str(claim.parcel), claim.year].append(claim)
        for (parcel, _), claims in self.on.items():
            whole = self.area[parcel]
            blank = [c for c in claims if c.m2 is None]
            left = max(
                whole - sum((c.m2 for c in claims if c.m2 is not None), Fraction(0)), Fraction(0)
            )
            for claim in blank:
                claim.m2 = left / len(blank)
            beyond = sum((c.m2 or 0 for c in claims), Fraction(0)) - whole
            owned, leased = (
                sum((c.m2 or 0 for c in claims if c.leased == of), Fraction(0))
                for of in (False, True)
            )
            if beyond > TOLERANCE * whole and owned:
                cut = min(beyond, leased, owned)
                for claim in claims:
                    if not claim.leased and claim.m2 is not None:
                        claim.m2 *= 1 - cut / owned

    def _split(self) -> None:
        """Which part of its enterprise's year each claim takes; None where nothing tells."""
        for claims in self.claims.values():
            total = sum((c.m2 or 0 for c in claims), Fraction(0))
            for claim in claims:
                if claim.parcel is None:
                    continue
                if all(c.share is not None for c in claims):
                    claim.part = claim.share
                elif len(claims) == 1:
                    claim.part = Fraction(1)
                elif all(c.m2 is not None for c in claims) and total:
                    claim.part = (claim.m2 or 0) / total

    def on_land(self, claim: Claim) -> bool:
        """Whether a claim takes money to a parcel of the layer."""
        return claim.known and claim.part is not None

    def land(self, claims: Iterable[Claim]) -> Fraction:
        """What claims hold together, each parcel at most once."""
        by: dict[str | None, Fraction] = defaultdict(Fraction)
        for number, claim in enumerate(claims):
            key = claim.parcel if claim.known else f"?{number}"
            by[key] += claim.m2 or 0
        return sum((self._once(parcel, m2) for parcel, m2 in by.items()), Fraction(0))

    def _once(self, parcel: str | None, m2: Fraction) -> Fraction:
        whole = self.area.get(parcel or "")
        return m2 if whole is None or m2 <= whole * (1 + TOLERANCE) else whole

    def group(self, firms: set[str], year: int, measure: str, park: str | None = None) -> Figure:
        """The figure of a park, an industry or the project."""
        out, inside = Figure(beside=set()), []
        for firm in sorted(firms):
            claims = self.claims.get((firm, year), [])
            value = self.reports.get((firm, year), {}).get(measure)
            here = [
                c
                for c in claims
                if self.on_land(c) and (park is None or self.park[str(c.parcel)] == park)
            ]
            if value is None:
                rows = len(here) if park is not None else self._rows(claims)
                out.missing += 0 if year < self.since.get(firm, year) else rows
                continue
            inside += here
            out.reporting += len(here)
            if here:
                out.value = (out.value or Fraction(0)) + sum(value * c.part for c in here if c.part)
            if park is None and len(here) < self._rows(claims):
                out.beside.add(firm)
                out.beside_value += value - sum(value * (c.part or 0) for c in here)
        out.land_m2 = self.land(inside)
        return out

    def comparable(self, firm: str, years: tuple[int, int], measure: str, park: str) -> bool:
        """Whether a firm reports and has land in a park in both years, and as much off land."""
        off = []
        for year in years:
            claims = self.claims.get((firm, year), [])
            landed = [c for c in claims if self.on_land(c)]
            if self.reports.get((firm, year), {}).get(measure) is None:
                return False
            if not any(self.park[str(c.parcel)] == park for c in landed):
                return False
            off.append(1 - sum(c.part or 0 for c in landed))
        return abs(off[0] - off[1]) < TOLERANCE

    def _rows(self, claims: list[Claim]) -> int:
        """Rows that an enterprise's year has in the allocation."""
        shares = [c.share for c in claims]
        told = bool(claims) and all(s is not None for s in shares)
        return len(claims) + int(told and sum(s or 0 for s in shares) < 1)

    def parcel(self, parcel: str, year: int, measure: str) -> Figure | None:
        """The figure of a parcel: none where an occupier's part of it is not known."""
        claims = self.on.get((parcel, year), [])
        if not claims:
            return None
        reported = {
            c.firm: self.reports.get((c.firm, year), {}).get(measure)
            for c in claims
            if self.on_land(c)
        }
        total = sum(
            (v * c.part for c in claims if (v := reported.get(c.firm)) is not None and c.part),
            Fraction(0),
        )
        known = {f for f, v in reported.items() if v is not None}
        silent = len([c for c in claims if c.firm not in known])
        out = Figure(land_m2=self.area[parcel], missing=silent)
        if silent:
            out.beside, out.beside_value = known, total
        elif known:
            out.value, out.reporting = total, len(claims)
        return out

    def enterprise(self, firm: str, year: int, measure: str) -> Figure:
        """The figure of an enterprise: all that it reports, over all its land."""
        claims, value = self.claims[firm, year], self.reports.get((firm, year), {}).get(measure)
        rows = self._rows(claims)
        unknown = any(c.m2 is None for c in claims)
        placed = sum((c.part or Fraction(0) for c in claims), Fraction(0))
        return Figure(
            value,
            None if unknown else self.land(claims),
            rows if value is not None else 0,
            rows if value is None else 0,
            loose=bool(value) and placed != 1,
        )


def reports_of(inputs: Inputs) -> Reports:
    """What each enterprise reports a year."""
    return {
        (row["enterprise_id"], int(row["year"])): {m: amount(row, m) for m in MEASURES}
        for row in inputs.tables["indicators"]
    }
