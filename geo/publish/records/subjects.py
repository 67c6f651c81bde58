"""Which parcel, enterprise or park a word means, and their records."""

from __future__ import annotations

from typing import TypeAlias

from geo.errors import DataError
from geo.project import Settings
from geo.publish.records.enterprise import EnterpriseRecord, enterprise_record
from geo.publish.records.parcel import ParcelRecord, ParcelRecords, occupied_in
from geo.publish.records.park import ParkRecord, park_record
from geo.run import Run

SubjectRecord: TypeAlias = ParcelRecord | EnterpriseRecord | ParkRecord


def explain(run: Run, subject: str) -> list[SubjectRecord]:
    """What is said of a parcel, an enterprise or a park, in words and numbers.

    Parameters
    ----------
    run
        A run in memory, or one that `Run.load` reads table by table, in the reader's language.
    subject
        The id or name of a parcel, an enterprise or a park.

    Returns
    -------
    list
        Of an enterprise its own record first, then those of all parcels that it occupies.

    Raises
    ------
    DataError
        If nothing is called so, or an enterprise has no land and was not judged.

    Examples
    --------
    ``explain(run, "SYN-01-0002")[0].rules``
    """
    settings = run.settings
    if (run.parcels["parcel_id"] == subject).any():
        return [ParcelRecords(run, settings, [subject]).record(subject)]
    if "name" in run.parcels and len(named := run.parcels[run.parcels["name"] == subject]):
        ids = named["parcel_id"].tolist()
        records = ParcelRecords(run, settings, ids)
        return [records.record(key) for key in ids]
    parks = run.parks
    parks = parks[(parks["park_id"].astype("str") == subject) | (parks["name"] == subject)]
    if len(parks):
        rows = parks.drop(columns="geometry", errors="ignore").to_dict("records")
        return [park_record(run, row, settings) for row in rows]  # rows-ok: parks of one name
    return _of_enterprise(run, subject, settings)


def _of_enterprise(run: Run, subject: str, settings: Settings) -> list[SubjectRecord]:
    table = run.enterprises
    named = table["enterprise_id"] == subject
    if "name" in table:
        named |= table["name"] == subject
    ids = table["enterprise_id"][named].tolist()
    if not ids:
        raise DataError("explain.no_parcel_enterprise_park_called", wanted=subject)
    occupied = occupied_in(run, settings.year)
    parcels = sorted(occupied[occupied["enterprise_id"].isin(ids)]["parcel_id"].unique())
    judged = [enterprise_record(run, key, settings) for key in ids]
    judged = [record for record in judged if record.rules or record.grade]
    if not parcels and not judged:
        raise DataError("explain.enterprise_no_land_in", wanted=subject, year=settings.year)
    records = ParcelRecords(run, settings, parcels)
    return [*judged, *(records.record(key) for key in parcels)]
