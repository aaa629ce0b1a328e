"""
A second map beside the first: which dataset, indicator and year it shows.

Pure. The level, the areas and the language are the first map's.
"""

from dataclasses import replace

from mhgis.view.drill import sibling
from mhgis.view.links import NO_BENCHMARK, Offer
from mhgis.view.view import Other, View


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


def again(before: Other | None, view: View, offer: Offer) -> Other:
    """Return what a view was compared with before; what `begin` returns where that says nothing else."""
    if before is None:
        return begin(view, offer)
    other = fit(before, view, offer)
    same = (view.dataset, view.indicator, view.year)
    return begin(view, offer) if (other.dataset, other.indicator, other.year) == same else other


def of(view: View, offer: Offer) -> Other | None:
    """Return what a view is compared with, made to fit its level; None where it is compared with nothing."""
    return fit(view.versus, view, offer) if view.versus else None


def fit(other: Other, view: View, offer: Offer) -> Other:
    """Return the nearest to `other` that has rows at the view's level."""
    dataset = other.dataset if other.dataset in offer.datasets() else view.dataset
    indicator = sibling(offer, dataset, other.indicator, view.level)
    years = offer.known_years(dataset, indicator, view.level)
    all_years = offer.years.get((dataset, indicator, view.level), {})
    year = other.year if other.year in all_years else (years[-1] if years else view.year)
    return Other(other.mode, dataset, indicator, year)


def view_of(view: View, other: Other, offer: Offer) -> View:
    """Return the view that the second map shows; its benchmark is the first one's where the indicator is."""
    first = (*offer.benchmarks.get(other.indicator, ()), NO_BENCHMARK)[0]
    benchmark = view.benchmark if other.indicator == view.indicator else first
    return replace(
        view, dataset=other.dataset, indicator=other.indicator, year=other.year, benchmark=benchmark, versus=None,
        classes=view.classes if other.indicator == view.indicator else View.classes,
    )  # fmt: skip


def _is_known(offer: Offer, dataset: str, indicator: str, level: str) -> bool:
    return any(offer.years.get((dataset, indicator, level), {}).values())
