"""
Where the map leads: down into an area's parts, up to what holds it, and to a place that was looked for.

Pure: a view in, the parts of the view to change out. Knows the areas whose tiers differ: a municipality has no
prefectures but itself, a city without counties and a directly administered county hold none
but themselves.
"""

from collections.abc import Mapping
from typing import Any

from mhgis.indicators import DEFAULT, LEVELS, REGISTRY, Level
from mhgis.view.links import Offer, level_of
from mhgis.view.view import Camera, View

#: (level, code) of each area -> (level, code) of what holds it, None for the country; as in `Offer.parents`
Parents = Mapping[tuple[str, str], tuple[str, str] | None]


def enter(view: View, offer: Offer, code: str) -> dict[str, Any]:
    """
    Go into an area, or up to one that holds what is shown.

    Parameters
    ----------
    view
        What is shown; `code` is an area of its level, or one above it.
    offer
        What the build has.
    code
        The area; empty, or the country's own code, for the country.

    Returns
    -------
    parts
        Of the view: `level`, `within`, `area`, an empty `camera`, and `indicator` where the level asks for another. Of
        an area that has no parts `area` alone: it is selected.
    """
    if code in {"", offer.country}:
        below = next_level(offer.parents, "country", offer.country)
        return _to(view, offer, below, "", "") if below else {"area": ""}
    at = level_of(offer, code, view.level)
    below = next_level(offer.parents, at, code) if at else None
    return _to(view, offer, below, code, code) if below else {"area": code}


def find(view: View, offer: Offer, level: Level, code: str) -> dict[str, Any]:
    """
    Show a place that was looked for, at its level or, where it is larger than what is shown, as what the map shows.

    Returns
    -------
    parts
        As from `enter`; the camera is left alone where the place is on the map already.
    """
    if LEVELS.index(level) < LEVELS.index(view.level):
        return _to(view, offer, view.level, code, code)
    holder = _holder(offer, level, code)
    if level != view.level:
        return _to(view, offer, level, holder, code)
    if view.within and view.within not in {above for _, above in offer.chain(level, code)}:
        return _to(view, offer, level, holder, code)
    return {"area": code}


def next_level(parents: Parents, level: str, code: str) -> Level | None:
    """Return the level of an area's parts: the next one at which it has parts other than itself; None for none."""
    at = LEVELS.index(level)
    for below in LEVELS[at + 1 :]:
        parts = {own for (tier, own), holder in parents.items() if tier == below and holder and holder[1] == code}
        if parts - {code}:
            return below
    return None


def leaves(parents: Parents, level: Level) -> list[str]:
    """Return the codes of a level's areas that have no parts, ascending."""
    holders = {holder for (_, code), holder in parents.items() if holder and holder[1] != code}
    inner = {code for _, code in holders}
    return sorted(code for tier, code in parents if tier == level and code not in inner)


def sibling(offer: Offer, dataset: str, indicator: str, level: Level) -> str:
    """Return the indicator to show at a level: the same if it has rows there, else what says nearly the same."""
    candidates = (indicator, *(REGISTRY[indicator].instead if indicator in REGISTRY else ()), DEFAULT)
    return next((name for name in candidates if (dataset, name, level) in offer.years), indicator)


def _to(view: View, offer: Offer, level: Level, within: str, area: str) -> dict[str, Any]:
    parts: dict[str, Any] = {"level": level, "within": within, "area": area, "camera": Camera()}
    indicator = sibling(offer, view.dataset, view.indicator, level)
    return parts if indicator == view.indicator else {**parts, "indicator": indicator}


def _holder(offer: Offer, level: Level, code: str) -> str:
    # the nearest area above that is another one; the country is no limit
    above = (holder for _, holder in offer.chain(level, code) if holder not in {code, offer.country})
    return next(above, "") if level != "province" else ""
