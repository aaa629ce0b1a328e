"""How figures are made: which method page tells of an indicator, its formula, the tables of the model."""

from typing import Final

import pandas as pd

from mhgis.country import say
from mhgis.i18n import N_, Language, translator
from mhgis.indicators import REGISTRY, Indicator
from mhgis.queries.tables import country, table
from mhgis.words import handbook

#: what a model's indicators are made of
MODEL_WORDS: Final = {
    "draws without a facility": N_("Draws in which the county has no facility"),
    "draws": N_("All draws"),
    "people without a facility in their county": N_("People in counties without a facility"),
}

_WITHOUT: Final = "SELECT * FROM model_without WHERE level = 'country' ORDER BY weighting"
_CALIBRATION: Final = "SELECT * FROM model_calibration ORDER BY quantity"
_ADJUSTMENTS: Final = """
SELECT m.*, a.name_zh, a.name_en FROM model_adjustment m
JOIN area a ON a.area_code = m.area_code AND a.level = 'province' ORDER BY m.area_code
"""


def people_without_by_weighting() -> pd.DataFrame:
    """
    Return how many people of the country live in counties without a facility, by weighting of the model.

    Returns
    -------
    people
        The columns of `model_without`: `weighting`, `value` (people, median of the draws), `lower`, `upper` (5 and 95 %
        of them). Empty for a country without a model.
    """
    return table(_WITHOUT)


def calibration() -> pd.DataFrame:
    """
    Return how many areas of a kind the model's draws have, beside the bounds set by figures of other years.

    Returns
    -------
    calibration
        The columns of `model_calibration`. Empty for a country without a model or without such figures.
    """
    return table(_CALIBRATION)


def adjustments() -> pd.DataFrame:
    """
    Return the provinces in which today's units make the published number of counties impossible.

    Returns
    -------
    adjustments
        The columns of `model_adjustment` (counts of counties and facilities) and the province's names, by code.
    """
    return table(_ADJUSTMENTS)


def country_name(lang: Language) -> str:
    """Return the country's name as it stands in a sentence."""
    return say(country().names, lang)


def said_of_sources(lang: Language) -> str:
    """Return what the pack says of its sources, as the end of a sentence; empty where it says nothing."""
    return say(country().sources, lang)


def method_of(indicator: Indicator) -> str:
    """Return the name of the method page that an indicator is made by."""
    return "downscale-2015" if indicator.modelled_only else "rates-and-gaps"


def has_method(name: str) -> bool:
    """Say whether the handbook has a method page of this name that is about the country in view."""
    return name in handbook.pages("en", country().pack)


def method_title(method: str, lang: Language) -> str:
    """Return the title of a method page."""
    return handbook.pages(lang, country().pack)[method].title


def formula(indicator: Indicator, lang: Language) -> list[str]:
    """Return how an indicator is computed, as a line; none where its definition says it: a count, a model's measure."""
    if indicator.denominator is None or indicator.numerator not in REGISTRY:
        return []
    _ = translator(lang)
    named: dict[str, str] = {"people": _("People"), "counties": _("County-level units")}
    named |= {name: _(one.name) for name, one in REGISTRY.items()}
    times = f" × {indicator.scale:,}" if indicator.scale != 1 else ""
    said = f"{named[indicator.numerator]} ÷ {named[indicator.denominator]}{times}"
    return [_("Formula: {formula}").format(formula=said)]
