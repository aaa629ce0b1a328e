"""
A second map beside the first: which dataset, indicator and year it shows, and as text in a link.

Pure. The level, the areas and the language are the first map's.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

from mhgis.view.drill import sibling
from mhgis.view.links import COMPARED, NO_BENCHMARK, Offer, View

Mode = Literal["side", "swipe"]
MODES: Final[tuple[Mode, ...]] = COMPARED
_SEPARATOR: Final = ","


@dataclass(frozen=True)
class Other:
    """What the second map shows, and whether it stands beside the first or lies under it, to be swiped."""

    mode: Mode
    dataset: str
    indicator: str
    year: int

    def __str__(self) -> str:
        """Return the text of a link that `of` reads."""
        return _SEPARATOR.join([self.mode, self.dataset, self.indicator, str(self.year)])


def begin(view: View, offer: Offer) -> Other:
    """
    Return what to compare a view with at first: another known year, else another dataset, else another indicator.

    Where there is nothing else, the same again.
    """
    same = Other("side", view.dataset, view.indicator, view.year)
    years = [year for year in offer.known_years(view.dataset, view.indicator, view.level) if year != view.year]
    if years and _is_known(offer, view.dataset, view.indicator, view.level):
        return replace(same, year=years[-1])
    for dataset in offer.datasets():
        if dataset != view.dataset and _is_known(offer, dataset, view.indicator, view.level):
            return fit(replace(same, dataset=dataset), view, offer)
    for indicator in offer.indicators(view.dataset):
        if indicator != view.indicator and _is_known(offer, view.dataset, indicator, view.level):
            return fit(replace(same, indicator=indicator), view, offer)
    return same


def again(text: str, view: View, offer: Offer) -> Other:
    """Return what a view was compared with before, by its text; what `begin` returns where that says nothing else."""
    before = of(replace(view, versus=text), offer)
    same = (view.dataset, view.indicator, view.year)
    if before is None or (before.dataset, before.indicator, before.year) == same:
        return begin(view, offer)
    return before


def of(view: View, offer: Offer) -> Other | None:
    """Return what a view is compared with, made to fit its level; None where it is compared with nothing."""
    parts = view.versus.split(_SEPARATOR)
    match parts:
        case [mode, dataset, indicator, year] if mode in MODES and year.isascii() and year.isdigit():
            return fit(Other(mode, dataset, indicator, int(year)), view, offer)
    return None


def fit(other: Other, view: View, offer: Offer) -> Other:
    """Return the nearest to `other` that has rows at the view's level."""
    dataset = other.dataset if other.dataset in offer.datasets() else view.dataset
    indicator = sibling(offer, dataset, other.indicator, view.level)
    years = offer.known_years(dataset, indicator, view.level)
    all_years = offer.years.get((dataset, indicator, view.level), {})
    year = other.year if other.year in all_years else (years[-1] if years else view.year)
    return replace(other, dataset=dataset, indicator=indicator, year=year)


def view_of(view: View, other: Other, offer: Offer) -> View:
    """Return the view that the second map shows; its benchmark is the first one's where the indicator is."""
    first = (*offer.benchmarks.get(other.indicator, ()), NO_BENCHMARK)[0]
    benchmark = view.benchmark if other.indicator == view.indicator else first
    return replace(
        view, dataset=other.dataset, indicator=other.indicator, year=other.year, benchmark=benchmark, versus="",
        classes=view.classes if other.indicator == view.indicator else View.classes,
    )  # fmt: skip


def _is_known(offer: Offer, dataset: str, indicator: str, level: str) -> bool:
    return any(offer.years.get((dataset, indicator, level), {}).values())
