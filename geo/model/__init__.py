"""The words of the field: columns, layers, indicators, classifications, units, each said once."""

from geo.model.classifications import (
    INDUSTRIAL,
    USE_SEPARATOR,
    industries,
    industry_prefixes,
    known_industry,
    land_use_classes,
    listed_industries,
    normal_industry,
    plain_industry,
    with_lost_zero,
    within_industry,
)
from geo.model.columns import (
    EN_UNITS,
    MU_M2,
    Column,
    Geometry,
    Kind,
    LayerSpec,
    gap_unit,
    show_unit,
)
from geo.model.currency import CURRENCIES, Exchange
from geo.model.indicators import FIVE_YEARS, INDICATORS, RULE_FIGURES, TOTALS, Indicator
from geo.model.layers import HEADLINE, LAYERS, MEASURES, PER_MU

__all__ = [
    "CURRENCIES",
    "EN_UNITS",
    "FIVE_YEARS",
    "HEADLINE",
    "INDICATORS",
    "INDUSTRIAL",
    "LAYERS",
    "MEASURES",
    "MU_M2",
    "PER_MU",
    "RULE_FIGURES",
    "TOTALS",
    "USE_SEPARATOR",
    "Column",
    "Exchange",
    "Geometry",
    "Indicator",
    "Kind",
    "LayerSpec",
    "gap_unit",
    "industries",
    "industry_prefixes",
    "known_industry",
    "land_use_classes",
    "listed_industries",
    "normal_industry",
    "plain_industry",
    "show_unit",
    "with_lost_zero",
    "within_industry",
]
