"""All folders, by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.intake_corpus import further_folders, land_folders, ledger_folders, other_folders
from tests.intake_corpus.office import Office
from tests.intake_corpus.tools import Tools

FOLDERS: dict[str, Callable[[Office], None]] = {
    "gbk-shapefiles": land_folders.gbk_shapefiles,
    "planning-gdb": land_folders.planning_gdb,
    "land-survey": land_folders.land_survey,
    "estate-registry": land_folders.estate_registry,
    "development-zone": land_folders.development_zone,
    "stacked-parcels": land_folders.stacked_parcels,
    "three-ledgers": ledger_folders.three_ledgers,
    "old-formats": ledger_folders.old_formats,
    "one-sheet": ledger_folders.one_sheet,
    "town-sheets": ledger_folders.town_sheets,
    "departments": ledger_folders.departments,
    "two-years": ledger_folders.two_years,
    "year-in-name": ledger_folders.year_in_name,
    "misleading": ledger_folders.misleading,
    "mail-archive": other_folders.mail_archive,
    "junk": other_folders.junk,
    "pinyin": other_folders.pinyin,
    "assessor": other_folders.assessor,
    "without-parcels": other_folders.without_parcels,
    "survey-text": further_folders.survey_text,
    "two-states": further_folders.two_states,
    "park-reports": further_folders.park_reports,
    "british-estates": further_folders.british_estates,
}


def make(root: Path, names: tuple[str, ...] = tuple(FOLDERS)) -> dict[str, Path]:
    """The folders below `root` with their answers beside them."""
    tools = Tools()
    made = {}
    for name in names:
        office = Office(root, name, tools)
        FOLDERS[name](office)
        office.save()
        made[name] = office.folder
    tools.work()
    return made
