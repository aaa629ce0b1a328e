"""
The page of scenarios: what a ledger of actions changes against the baseline, on the map, in numbers and area by area.

Puts together what `mhgis.planning.scenario`, `mhgis.measures.access` and `mhgis.measures.equity` compute; computes
nothing of its own. The forms that change a ledger are `mhgis.ui.page.scenario_forms`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from mhgis import formats, store
from mhgis.country import say
from mhgis.errors import SchemaError, UnknownChoiceError
from mhgis.figures import change_classes, classify
from mhgis.figures.classify import Classes
from mhgis.figures.static_map import MapView
from mhgis.formats import plain
from mhgis.i18n import N_, Language, ngettext, translator
from mhgis.indicators import RATE_OF, RESOURCES, WORDS, Indicator, Level
from mhgis.measures import access as outreach
from mhgis.measures import equity, rates
from mhgis.measures.access import AccessQuestion, Distances, Ground
from mhgis.planning import scenario, scenario_store
from mhgis.planning.scenario import Effect, EffectOfDraws, Ledger, Numbers, Range, State
from mhgis.queries import tables
from mhgis.queries.facilities import of_dataset
from mhgis.queries.names import dataset_titles
from mhgis.ui.map import ClassStyle, Details, choropleth, wire_order
from mhgis.ui.page import access
from mhgis.ui.part import figure, list_files, map_files
from mhgis.ui.part import session as views
from mhgis.ui.part.list_files import Sheet
from mhgis.view import links
from mhgis.view.saved_views import SavedView
from mhgis.view.view import View
from mhgis.words import sentences
from mhgis.words.provenance import About

#: the page's name in an address
PAGE: Final = "scenarios"
_MAP_PX: Final = 520
_BASELINES_KEPT: Final = 4
_FOUND_KEPT: Final = 16
#: actions that an export spells out; the file of the scenario has them all
_ACTIONS_SAID: Final = 40
#: actions of a scenario that a slide spells out; of more it gives the sum
_ACTIONS_ON_PAPER: Final = 3

#: what becomes of an area that a scenario touches, or that changes sides
FINDINGS: Final[dict[str, str]] = {
    "closed": N_("Gap closes"),
    "opened": N_("Falls below the benchmark"),
    "short": N_("Still below the benchmark"),
    "enough": N_("At the benchmark before and after"),
    "assured": N_("Not known before; at the benchmark by what is added alone"),
    "unknown": N_("Number not known: after it, at least what is added"),
}


@dataclass(frozen=True, eq=False)
class Baseline:
    """
    The figures that a scenario starts from.

    `rows` has an area a row, by code: names, `province_code`, `parent_code`, `lon`, `lat`, and `origin_id` of the
    counts; `counts` a column a resource (Int64; NA = unknown) of those in the statistics, `people` their residents;
    `draws` a model's, by resource, one column an area of `drawn`; `facilities` those of the dataset, if any.
    """

    rows: pd.DataFrame
    counts: pd.DataFrame
    people: pd.Series
    draws: Mapping[str, Numbers]
    drawn: pd.Index
    facilities: pd.DataFrame


def baseline(view: View) -> Baseline:
    """Return the figures of a view's dataset, level and year."""
    return _baseline(store.fingerprint(), view.dataset, view.level, view.year)


@lru_cache(maxsize=_BASELINES_KEPT)
def _baseline(build: str, dataset: str, level: Level, year: int) -> Baseline:
    del build  # part of the key only
    offered = [name for name in RESOURCES if year in tables.offer().years.get((dataset, name, level), {})]
    counted_by = {name: store.indicator_values(dataset, level, year, name).set_index("area_code") for name in offered}
    first = next(iter(counted_by.values()))
    place = store.areas(level).set_index("area_code")[["lon", "lat"]]
    rows = first.drop(columns=["value", "lower", "upper", "status"]).join(place)
    counted = first.index[first["status"].ne("not_applicable")]
    counts = pd.DataFrame({name: table.loc[counted, "value"] for name, table in counted_by.items()})
    draws, drawn = _draws(dataset, level, year, offered)
    # what is done is done in whole units: of a model an area has its median here, of which nothing is added up
    for name, held in draws.items():
        middle = np.sort(held, axis=0)[-(-len(held) // 2) - 1]
        counts[name] = pd.Series(middle, index=drawn).reindex(counts.index)
    counts = counts.astype("Int64")
    facilities = of_dataset(dataset, year).sort_values(["area_code", "facility_id"], ignore_index=True)
    return Baseline(
        rows, counts, first.loc[counted, "people"].astype("Int64"), draws, drawn,
        facilities if level == tables.country().finest else facilities.iloc[:0],
    )  # fmt: skip


def _draws(dataset: str, level: Level, year: int, offered: Sequence[str]) -> tuple[dict[str, Numbers], pd.Index]:
    found: dict[str, Numbers] = {}
    holders = pd.Index([], dtype="str")
    for name in offered:
        codes, counts = store.ensemble(dataset, name, year)
        if not len(counts):
            continue
        finest = store.areas(tables.country().finest).set_index("area_code").loc[codes]
        column = {"prefecture": "parent_code", "province": "province_code"}.get(level)
        of = codes if column is None else pd.Index(finest[column], dtype="str")
        place, held = pd.factorize(np.asarray(of, dtype=object), sort=True)
        holders = pd.Index(held, dtype="str")
        summed = np.zeros((len(counts), len(held)))
        np.add.at(summed.T, place, counts.T)
        found[name] = summed
    return found, holders


def base_of(view: View) -> tuple[str, str, int, Level]:
    """Return what names the baseline of a view: dataset, build, year and level."""
    return view.dataset, scenario_store.build_of(view.dataset), view.year, view.level


def fits(ledger: Ledger, view: View) -> bool:
    """Say whether a ledger is of what is in view: its dataset, this build of it, the year and the level."""
    return (ledger.dataset, ledger.build, ledger.year, ledger.level) == base_of(view)


def ids(view: View) -> tuple[str, ...]:
    """Return the ids of the scenarios in a view that are still kept: the one that is looked at, and its other."""
    return tuple(one for one in dict.fromkeys(view.plan) if scenario_store.is_kept(one))


def settled(view: View) -> View:
    """Return the view with an indicator that is a rate of a resource, which scenarios are held against."""
    wanted = RATE_OF[access.resource_of(view)]
    fitting = view
    if view.indicator != wanted and wanted in tables.offer().indicators(view.dataset):
        fitting = links.settle(replace(view, indicator=wanted, benchmark="", classes=View.classes), tables.offer())
        views.keep_anew(fitting)
    return fitting


@dataclass(frozen=True)
class Access:
    """People further than the distance from care, before, after, and newly within it; at least, middle, at most."""

    before: Range
    after: Range
    covered: Range


@dataclass(frozen=True, eq=False)
class Found:
    """
    What a scenario does, within the place of a view.

    `access` is None where distances cannot be told: above the finest level, or where nothing is known; `gini` is before
    and after, over people, None where there is none.
    """

    ledger: Ledger
    base: Baseline
    resource: str
    benchmark: float
    inside: pd.Index
    state: State
    effect: Effect
    draws: EffectOfDraws | None
    gini: tuple[Range, Range] | None
    access: Access | None

    @property
    def is_modelled(self) -> bool:
        """Say whether the baseline is a model's."""
        return bool(self.base.draws)


def found(view: View, ledger: Ledger) -> Found:
    """
    Return what a ledger does in a view.

    Raises
    ------
    SchemaError, UnknownChoiceError
        If an action cannot be done to the figures in view.
    """
    _ = translator(view.lang)
    plain = View(view.dataset, view.level, within=view.within, indicator=view.indicator, year=view.year)
    with st.spinner(_("Comparing with the baseline")):
        return _found(store.fingerprint(), replace(plain, reach=view.reach), ledger, figure.benchmark_of(view) or 0.0)


@lru_cache(maxsize=_FOUND_KEPT)
def _found(build: str, view: View, ledger: Ledger, benchmark: float) -> Found:
    base = _baseline(build, view.dataset, view.level, view.year)
    resource = access.resource_of(view)
    state = scenario.run(ledger, base.counts, base.people)
    limited = tables.limited(base.rows.reset_index(), view)["area_code"]
    inside = base.counts.index[base.counts.index.isin(limited)]
    done = scenario.effect(
        ledger, base.counts, base.people, resource=resource, benchmark=benchmark, within=inside
    )  # fmt: skip
    drawn = base.drawn[base.drawn.isin(inside)]
    before = after = None
    if resource in base.draws:
        everywhere = scenario.run_draws(ledger, {resource: base.draws[resource]}, base.drawn, base.people)[resource]
        at = base.drawn.get_indexer(drawn)
        before, after = base.draws[resource][:, at], everywhere[:, at]
    people = base.people.reindex(drawn).to_numpy("float64", na_value=np.nan)
    of_draws = None if before is None or after is None else scenario.effect_of_draws(before, after, people, benchmark)
    return Found(
        ledger, base, resource, benchmark, inside, state, done, of_draws,
        _gini(base, state, resource, inside, None if before is None or after is None else (before, after, people)),
        _access(view, ledger, base, state, inside),
    )  # fmt: skip


def _gini(
    base: Baseline, state: State, resource: str, inside: pd.Index, drawn: tuple[Numbers, Numbers, Numbers] | None
) -> tuple[Range, Range] | None:
    if drawn is not None:
        before, after, people = drawn
        lived = people > 0
        if lived.sum() < 2:  # noqa: PLR2004  one area is not unequal
            return None
        ends = [equity.gini_of_draws(one[:, lived], people[lived]) for one in (before, after)]
        return None if any(np.isnan(one).any() for one in ends) else (
            scenario.over_draws(ends[0]), scenario.over_draws(ends[1])
        )  # fmt: skip
    lived_in = base.people.where(base.people.gt(0)).reindex(inside)
    both = [equity.known(table.loc[inside, resource], lived_in) for table in (base.counts, state.counts)]
    if both[0].n < 2 or not all(float(one.units.sum()) > 0 for one in both):  # noqa: PLR2004
        return None
    one, two = (equity.gini(spread) for spread in both)
    return Range(one, one, one), Range(two, two, two)


def _access(view: View, ledger: Ledger, base: Baseline, state: State, inside: pd.Index) -> Access | None:
    if view.level != tables.country().finest:
        return None
    ground = access.ground_of(view)[0]
    asked = view.reach
    then = ground_after(ground, ledger, base, state, access.resource_of(view))
    if not (ground.is_known or then.is_known):
        return None
    plain = AccessQuestion(borders=asked.borders)
    ends = [
        _beyond(one, distances, inside, asked.threshold_km)
        for one, distances in (
            (ground, access.distances_of(view, plain)), (then, outreach.distances(then, plain))
        )
    ]  # fmt: skip
    (before, lots), (after, still) = ends
    if lots is not None and still is not None:
        return Access(before, after, scenario.over_draws(lots - still))
    covered = Range(before.lower - after.lower, before.value - after.value, before.upper - after.upper)
    return Access(before, after, covered)


def _beyond(ground: Ground, distances: Distances, inside: pd.Index, km: float) -> tuple[Range, Numbers | None]:
    at = ground.origins.index.isin(inside)
    draws = None if distances.draws is None else distances.draws[:, at]
    here, there = replace(ground, origins=ground.origins[at]), distances.only(at)
    one = outreach.beyond(here, there, km).iloc[0]
    value = np.nan if formats.is_missing(one["value"]) else float(one["value"])
    people = here.origins["people"].to_numpy("float64", na_value=0.0)
    each = None if draws is None else (draws > km) @ people
    return Range(float(one["lower"]), value, float(one["upper"])), each


def ground_after(ground: Ground, ledger: Ledger, base: Baseline, state: State, resource: str) -> Ground:
    """
    Return the ground of access after a scenario.

    What a model's draws hold is changed draw by draw. Elsewhere an unknown area to which units are added holds at least
    those; a facility that opens at a point of its own stands there.
    """
    areas, sites = ground.origins, ground.sites
    then = scenario.facilities_after(ledger, base.facilities.drop(columns=["name", "sponsor"]))
    then = then.assign(amount=then[resource].astype("Float64"))
    if ground.draws is None:
        count = state.counts[resource].fillna(state.least[resource].where(state.least[resource].gt(0)))
        amount = count.reindex(areas.index).astype("Float64")
        return Ground(areas, outreach.sites_of(areas.assign(amount=amount), then))
    drawn = scenario.run_draws(ledger, {resource: ground.draws.astype(np.float64)}, sites.index, base.people)[resource]
    opened = then[then["area_code"].isin(sites.index) & then["amount"].gt(0)]
    place = sites.index.get_indexer(pd.Index(opened["area_code"]))
    held = opened["amount"].to_numpy("float64")[None, :]
    at_points = np.minimum(held, drawn[:, place])
    np.subtract.at(drawn.T, place, at_points.T)
    points = opened.set_index("facility_id").assign(province_code=sites["province_code"].iloc[place].to_numpy())
    together = pd.concat([sites, points[["lon", "lat", "amount", "province_code", "area_code"]]])
    return Ground(areas, together, np.hstack([np.maximum(drawn, 0), at_points]).astype(np.int32))


def scene(view: View) -> sentences.Scene:
    """Return what the sentences of the page are about."""
    return figure.scene(view)


def headline(view: View, got: Found) -> str:
    """Return what the scenario does, in a sentence: the answer."""
    return sentences.scenario(scene(view), len(got.ledger.actions), got.effect, got.draws)


def note(view: View, got: Found, other: Found | None = None) -> str:
    """Return, beside the badge, the range over a model's draws; nothing where two scenarios are compared."""
    if got.draws is None or not got.ledger.actions or other is not None:
        return ""
    _ = translator(view.lang)
    return _("In 90 of 100 draws {range} more people").format(range=span(got.draws.covered, view.lang, people=True))


def span(of: Range, lang: Language, *, people: bool = False, decimals: int = 0) -> str:
    """Return a range as a reader reads it: one number where its ends print alike."""

    def one(number: float) -> str:
        return formats.people(number, lang, unit=False) if people else formats.number(number, decimals)

    low, high = one(of.lower), one(of.upper)
    return low if low == high else translator(lang)("{least} to {most}").format(least=low, most=high)


def _told(of: Range, lang: Language, *, people: bool = False, decimals: int = 0) -> str:
    # the middle, and the range behind it where there is one
    said = span(of, lang, people=people, decimals=decimals)
    if np.isnan(of.value) or of.lower == of.upper:
        return said
    middle = formats.people(of.value, lang, unit=False) if people else formats.number(of.value, decimals)
    return translator(lang)("{middle} ({range})").format(middle=middle, range=said)


def figures_of(view: View, got: Found) -> pd.DataFrame:
    """
    Return the figures before and after, a row each, in the language of the view.

    Returns
    -------
    figures
        What is counted, before, after, and the difference, as texts.
    """
    _, lang, done = translator(view.lang), view.lang, got.effect
    what, was, now, by = _("What"), _("Before"), _("After"), _("Difference")
    rows: list[dict[str, str]] = []

    def add(name: str, before: str, after: str, change: str) -> None:
        rows.append({what: name, was: before, now: after, by: change})

    short = sentences.below(scene(view))
    if got.draws is not None:
        drawn = got.draws
        add(short, _told(drawn.before, lang), _told(drawn.after, lang),
            _by(drawn.more, lang))  # fmt: skip
        add(_("People there"), _told(drawn.people_before, lang, people=True),
            _told(drawn.people_after, lang, people=True), _by(_less(drawn.covered), lang, people=True))  # fmt: skip
    elif done.unknown == len(got.inside):
        add(short, *[_("not known")] * 3)
    else:
        add(short, formats.number(done.before), formats.number(done.after),
            _signed(done.after - done.before, lang))  # fmt: skip
        add(_("People there"), formats.people(done.people_before, lang, unit=False),
            formats.people(done.people_after, lang, unit=False), _signed(-done.covered, lang, people=True))  # fmt: skip
    if done.assured:
        add(_("Areas not known, surely there now"), formats.NOTHING, formats.number(len(done.assured)),
            formats.people(done.people_assured, lang))  # fmt: skip
    if got.access is not None:
        km = view.reach.threshold_km
        name = _("People over {km} km from {care}")
        add(name.format(km=formats.number(km), care=_(WORDS[got.resource].nearest)),
            _told(got.access.before, lang, people=True), _told(got.access.after, lang, people=True),
            _newly_near(got.access, lang))  # fmt: skip
    if got.gini is not None:
        before, after = got.gini
        add(_("Gini over people"), _told(before, lang, decimals=3), _told(after, lang, decimals=3),
            _signed(after.value - before.value, lang, decimals=3))  # fmt: skip
    return pd.DataFrame(rows).set_index(what)


def _newly_near(of: Access, lang: Language) -> str:
    return _by(_less(of.covered), lang, people=True)


def _less(of: Range) -> Range:
    low, high = sorted((-of.lower, -of.upper))
    return Range(low, -of.value, high)


def _by(of: Range, lang: Language, *, people: bool = False) -> str:
    # a difference with its sign, and the range behind it
    said = span(of, lang, people=people)
    if np.isnan(of.value) or of.lower == of.upper:
        return said if np.isnan(of.value) else _signed(of.value, lang, people=people)
    middle = _signed(of.value, lang, people=people)
    return translator(lang)("{middle} ({range})").format(middle=middle, range=said)


def _signed(number: float, lang: Language, *, people: bool = False, decimals: int = 0) -> str:
    said = formats.people(number, lang, unit=False) if people else formats.number(number, decimals)
    return f"+{said}" if number > 0 and any(c in "123456789" for c in said) else said


def facts(view: View, got: Found) -> list[str]:
    """Return, a line each, what is put in, what it costs and what cannot be told."""
    _, lang, done = translator(view.lang), view.lang, got.effect
    lines = [_("Added: {units}").format(units=sentences.units(done.added, lang))]
    lines += _cost(got, lang)
    words = {
        "n": formats.number(len(done.changed)), "closed": formats.number(len(done.closed)),
        "opened": formats.number(len(done.opened)),
    }  # fmt: skip
    text = _("Areas changed: {n}; gaps closed: {closed}, opened: {opened}")
    if got.is_modelled:
        text = _("Areas changed: {n}; by the medians gaps closed: {closed}, opened: {opened}")
    lines.append(text.format(**words))
    if done.untold:
        said = ngettext(
            lang,
            "{n} changed area has a number that is not known: after it, at least what is added is there.",
            "{n} changed areas have a number that is not known: after it, at least what is added is there.",
            len(done.untold),
        )
        lines.append(said.format(n=formats.number(len(done.untold))))
    if done.unknown:
        said = ngettext(
            lang,
            "{n} area is not known before and after; it is in no count.",
            "{n} areas are not known before and after; they are in no count.",
            done.unknown,
        )
        lines.append(said.format(n=formats.number(done.unknown)))
    outside = sum(not set(one.areas) & set(got.inside) for one in got.ledger.actions)
    if outside:
        said = ngettext(
            lang,
            "{n} action lies outside {place}; what it does is not counted here.",
            "{n} actions lie outside {place}; what they do is not counted here.",
            outside,
        )
        lines.append(said.format(n=formats.number(outside), place=figure.scope_name(view)))
    if got.is_modelled:
        lines.append(
            _(
                "Numbers run over the draws of the model (middle, 5 % to 95 %), each compared with itself, so that "
                "before and difference need not add up to after; map and list go by its medians."
            )
        )
    return lines


def _cost(got: Found, lang: Language) -> list[str]:
    _, costs = translator(lang), dict(got.ledger.costs)
    if not costs or not got.effect.added:
        return []
    if got.effect.cost is not None:
        return [_("Cost at your unit costs: {money}").format(money=formats.number(got.effect.cost))]
    lacking = _(", ").join(_(WORDS[name].short) for name in got.effect.added if name not in costs)
    return [_("Cost: cannot be told, for there is no unit cost of: {resources}").format(resources=lacking)]


def changed_rate(got: Found) -> pd.Series:
    """Return by how much the rate of each area in view changes, per 100,000 people (NA = not known)."""
    people = got.base.people.reindex(got.inside)
    before, after = (
        rates.rate(table.loc[got.inside, got.resource], people) for table in (got.base.counts, got.state.counts)
    )
    return after - before


def _least_rate(got: Found) -> pd.Series:
    people = got.base.people.reindex(got.inside)
    unknown = got.base.counts.loc[got.inside, got.resource].isna()
    return rates.rate(got.state.least.loc[got.inside, got.resource].where(unknown, 0), people).fillna(0)


def _shown(view: View, one: Found, other: Found | None) -> tuple[pd.Series, pd.Series, Indicator]:
    """
    Return what the map shows by area: a change, the least of one that is not known, and what it is called.

    Of two scenarios that is the difference of their changes, in the order in which the sentence names them.
    """
    _, own, change = translator(view.lang), figure.indicator_of(view), changed_rate(one)
    if other is None:
        return change, _least_rate(one), replace(own, name=_("Change: {name}").format(name=_(own.name)))
    (ahead, a), (behind, b) = _ahead(view, one, other)
    named = replace(own, name=_("{name}: “{a}” less “{b}”").format(name=_(own.name), a=a, b=b))
    return changed_rate(ahead) - changed_rate(behind), pd.Series(0.0, index=change.index), named


def _names(view: View, one: Found, other: Found) -> tuple[str, str]:
    """Return what two scenarios are called, with a letter where that is the same."""
    _ = translator(view.lang)
    a, b = (got.ledger.name or _("Without a name") for got in (one, other))
    return (a, b) if a != b else (f"{a} (A)", f"{b} (B)")


def _ahead(view: View, one: Found, other: Found) -> list[tuple[Found, str]]:
    """Return two scenarios with what they are called, first the one that brings more people to the benchmark."""
    both = list(zip((one, other), _names(view, one, other), strict=True))
    return both[::-1] if _covered(other) > _covered(one) else both


def slide(view: View) -> MapView:
    """Return the map of a saved view under its sentence; that of the indicator where its scenario is gone."""
    shown = seen(view)
    return page_of(view, *shown) if shown else map_files.slide(view, told(view, shown))


def page_of(view: View, got: Found, other: Found | None = None) -> MapView:
    """Return the map of differences as it goes on paper; against the `other` scenario where one is given."""
    title = versus(view, got, other) if other else headline(view, got)
    said = [_what_is_done(view, each, spelt_out=other is None) for each in (got, other) if each is not None]
    order, made = list(got.inside), about(view, got, title)
    change, least, indicator = _shown(view, got, other)
    return MapView(
        replace(made, warnings=(*said, *made.warnings)), indicator,
        _classes(view, got, change, least, order), tuple(order), view.lang,
        dataset=dataset_titles(view.lang)[view.dataset],
        inset_name=say(tables.country().inset_name, view.lang),
        boundary_note=say(tables.country().boundaries, view.lang),
    )  # fmt: skip


def _what_is_done(view: View, got: Found, *, spelt_out: bool) -> str:
    # what a slide tells of a scenario: its actions where there are few and there is room, else their sum
    lang, done = view.lang, got.ledger.actions
    _, names = translator(lang), names_of(got.base, lang)
    words = _("; ").join(sentences.action(one, names, lang) for one in done)
    if not (spelt_out and 0 < len(done) <= _ACTIONS_ON_PAPER):
        words = ngettext(lang, "{n} action; added: {units}", "{n} actions; added: {units}", len(done)).format(
            n=formats.number(len(done)), units=sentences.units(got.effect.added, lang)
        )
    return _("{scenario}: {actions}.").format(scenario=called(got, lang), actions=words)


def _classes(view: View, got: Found, change: pd.Series, least: pd.Series, order: list[str]) -> Classes:
    inside = pd.Index(order).isin(got.inside)
    status = pd.Series(np.where(inside, "reported", "not_applicable"), index=order)
    people = got.base.people.reindex(order)
    return change_classes.classes(
        change.reindex(order), least.reindex(order).fillna(0), status, people, figure.indicator_of(view).decimals
    )


def draw_map(view: View, got: Found, sentence: str, other: Found | None = None) -> None:
    """Draw the map of differences: against the baseline, or against the `other` scenario."""
    _, lang, order = translator(view.lang), view.lang, wire_order(view.level)
    change, least, indicator = _shown(view, got, other)
    classes = _classes(view, got, change, least, order)
    here = pd.Index(order).isin(tables.limited(got.base.rows.reset_index(), view)["area_code"])
    styles = [
        ClassStyle(
            classify.label(row, lang, indicator), row.colour, int((here & (classes.index == at)).sum()),
            formats.people(row.people, lang, unit=False) if row.kind != "not_applicable" else formats.NOTHING, row.kind,
        )
        for at, row in enumerate(classes.legend)
    ]  # fmt: skip
    words: dict[str, str] = {status: formats.status_word(status, lang) for status in formats.STATUS_WORDS}
    shown = change.reindex(order)
    status = np.where(
        shown.notna(), "reported", np.where(pd.Index(order).isin(got.inside), "not_reported", "not_applicable")
    )
    words["reported"] = _("change against the baseline") if other is None else _("difference of the two scenarios")
    choropleth(
        key="map", level=view.level, values=classes.index, classes=styles, legend_title=_(indicator.name),
        unit=_(indicator.unit), lang=lang, sentence=sentence, scope=view.within or None,
        details=Details(shown.to_numpy("float64", na_value=np.nan), status.tolist(), words, indicator.decimals),
        selected=view.area or None, camera=view.camera.at, can_drill=False, modelled=got.is_modelled,
        height=_MAP_PX,
    )  # fmt: skip

    def page(lang: Language) -> MapView:
        return page_of(replace(view, lang=lang), got, other)

    map_files.menu_of(view, page, partial(map_files.shapes_for, view), "scenario_picture")


def called(got: Found | Ledger, lang: Language) -> str:
    """Return what a scenario is called: its name and the digest of its file."""
    ledger = got.ledger if isinstance(got, Found) else got
    _ = translator(lang)
    return _("{name} (file {digest})").format(name=ledger.name or _("Without a name"), digest=scenario.digest(ledger))


def names_of(base: Baseline, lang: Language) -> dict[str, str]:
    """Return what areas and facilities are called, by code."""
    found_: dict[str, str] = dict(base.rows[f"name_{lang}"])
    return found_ | dict(zip(base.facilities["facility_id"], base.facilities["name"], strict=True))


def about(view: View, got: Found, title: str) -> About:
    """Return what a figure of the page is about: a scenario of a dataset, with its actions among what must be said."""
    _, lang = translator(view.lang), view.lang
    rows = got.base.rows.loc[got.inside].assign(status="modelled" if got.is_modelled else "reported")
    made = figure.about(view, rows, title)
    unknown = got.effect.unknown
    return replace(
        made, scenario=called(got, lang), n=len(got.inside), n_unknown=unknown,
        warnings=(_("A scenario is arithmetic on the baseline, not a forecast."), *made.warnings),
    )  # fmt: skip


def listed_about(view: View, got: Found, title: str) -> About:
    """Return what the list is about: `about`, with every action spelt out."""
    _, lang, names = translator(view.lang), view.lang, names_of(got.base, view.lang)
    made, actions = about(view, got, title), got.ledger.actions
    said = [
        _("Action {n}: {action}").format(n=at, action=sentences.action(one, names, lang))
        + (f" ({one.note})" if one.note else "")
        for at, one in enumerate(actions[:_ACTIONS_SAID], start=1)
    ]
    if len(actions) > _ACTIONS_SAID:
        said.append(_("{n} more actions are in the file of the scenario.").format(n=len(actions) - _ACTIONS_SAID))
    said += [got.ledger.note] if got.ledger.note else []
    return replace(made, warnings=(*said, *made.warnings))


def rows_of(view: View, got: Found) -> pd.DataFrame:
    """
    Return the areas that a scenario changes, as a reader sees them: closed gaps first, then by people.

    Returns
    -------
    rows
        By area code: names, people, count before, at least and after, difference, rates, benchmark, what becomes of it.
    """
    _, lang = translator(view.lang), view.lang
    codes = [code for code in got.effect.changed if code in got.inside]
    here, people = got.base.rows.loc[codes], got.base.people.reindex(codes)
    before, after = (table.loc[codes, got.resource] for table in (got.base.counts, got.state.counts))
    finding = [_finding(got, code) for code in codes]
    order = pd.DataFrame(
        {"at": [list(FINDINGS).index(one) for one in finding], "people": -people.astype("Float64").fillna(0)},
        index=codes,
    ).sort_values(["at", "people"], kind="stable").index  # fmt: skip
    units = _(WORDS[got.resource].short)
    table = pd.DataFrame(
        {
            _("Area"): here[f"name_{lang}"],
            _("Lies in"): figure.lies_in(here, lang),
            _("People"): people,
            _("{unit}, before").format(unit=units): before,
            _("{unit}, after").format(unit=units): after,
            _("Difference"): got.state.change.loc[codes, got.resource],
            _("At least, after"): got.state.least.loc[codes, got.resource].where(before.isna()),
            _("Rate before"): rates.rate(before, people).round(2),
            _("Rate after"): rates.rate(after, people).round(2),
            _("Benchmark"): pd.Series(got.benchmark or None, index=codes, dtype="Float64"),
            _("Reason"): [_(FINDINGS[one]) for one in finding],
            **{
                _("{unit}, difference").format(unit=_(WORDS[name].short)): got.state.change.loc[codes, name]
                for name in got.base.counts.columns
                if name != got.resource and got.state.change.loc[codes, name].ne(0).any()
            },
            _("Code"): codes,
        },
        index=codes,
    )
    return table.loc[order].dropna(axis=1, how="all")


def _finding(got: Found, code: str) -> str:
    if code in got.effect.closed:
        return "closed"
    if code in got.effect.opened:
        return "opened"
    if code in got.effect.assured:
        return "assured"
    short = scenario.is_short(got.state.counts.loc[[code], got.resource], got.base.people, got.benchmark).iloc[0]
    if formats.is_missing(short):
        return "unknown"
    return "short" if short else "enough"


def sheet(ledger: Ledger, view: View) -> Sheet:
    """Return the areas that a scenario changes, with all that a file of them must say."""
    _, got = translator(view.lang), found(view, ledger)
    rows = rows_of(view, got)
    return Sheet(
        rows.reset_index(drop=True), tuple(rows.index), listed_about(view, got, headline(view, got)),
        _("closed gaps first, then most people"), "",
        {_("Rate before"): 2, _("Rate after"): 2, _("Benchmark"): 2},
    )  # fmt: skip


def heading(view: View, got: Found, said: str, other: Found | None) -> str:
    """Return a heading of what is of one scenario, with its name where two are shown."""
    _ = translator(view.lang)
    if other is None:
        return said
    return _("“{name}”: {said}").format(name=plain(_names(view, got, other)[0]), said=said)


def draw_list(view: View, got: Found, other: Found | None = None) -> None:
    """Draw the areas that are changed, with their files; beside an `other` scenario it says whose they are."""
    _, rows = translator(view.lang), rows_of(view, got)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom", key="mh_head_scenario"
    ):
        said = ngettext(view.lang, "Where: {n} area changes", "Where: {n} areas change", len(rows))
        said = heading(view, got, said.format(n=formats.number(len(rows))), other)
        st.subheader(said, anchor=False, width="content")
        if len(rows):
            list_files.menu(view, "scenario", partial(sheet, got.ledger))
    if not len(rows):
        st.caption(_("No area is changed in this place."))
        return
    st.dataframe(rows, hide_index=True, key="scenario_list", height=min(460, 36 * (len(rows) + 1) + 2), column_config={
        _("Area"): st.column_config.TextColumn(pinned=True),
        _("People"): st.column_config.NumberColumn(format="localized"),
    }, placeholder=formats.NOTHING)  # fmt: skip


def versus(view: View, one: Found, other: Found) -> str:
    """Return in a sentence which of two scenarios does more, and by how much."""
    _, lang = translator(view.lang), view.lang
    more = abs(_covered(one) - _covered(other))
    a, b = (name for _got, name in _ahead(view, one, other))
    names = {"a": a, "b": b, "there": sentences.there(scene(view))}
    if not more:
        return _("“{a}” and “{b}” bring equally many people into {there}").format(**names)
    said = _("“{a}” brings {people} more people than “{b}” into {there}")
    whole = said.format(people=formats.people(more, lang, unit=False), **names)
    return _("Model estimate: {sentence}").format(sentence=whole) if one.is_modelled else whole


def _covered(got: Found) -> float:
    return float(got.effect.covered if got.draws is None else got.draws.covered.value)


def draw_figures(view: View, got: Found) -> None:
    """Draw the figures before and after, and what goes with them."""
    st.table(figures_of(view, got))
    st.caption("  \n".join(facts(view, got)))


def draw_both(view: View, one: Found, other: Found) -> None:
    """Draw two scenarios side by side: the baseline, and each of them in a column of its own."""
    _ = translator(view.lang)
    now = _("After")
    first, second = (figures_of(view, got) for got in (one, other))
    names = _names(view, one, other)
    table = (
        first[[_("Before")]]
        .rename(columns={_("Before"): _("Baseline")})
        .reindex(first.index.union(second.index, sort=False))
    )
    st.table(table.assign(**{plain(names[0]): first[now], plain(names[1]): second[now]}).fillna(formats.NOTHING))
    for column, got, name in zip(st.columns(2), (one, other), names, strict=True):
        column.caption("  \n".join([f"**{plain(name)}**", *facts(view, got)]))


def saved_view(view: View, name: str) -> SavedView:
    """Return the view of the page as one that slides are made of."""
    return SavedView("0" * 12, name or PAGE, PAGE, tuple(links.to_query(view).items()))


def seen(view: View) -> tuple[Found, Found | None] | None:
    """Return what the scenarios in a view do; None where there is none, or one does not fit the figures."""
    try:
        ledgers = [scenario_store.load(one) for one in ids(view)]
        if not ledgers or not all(fits(ledger, view) for ledger in ledgers):
            return None
        first, *others = (found(view, ledger) for ledger in ledgers)
    except (SchemaError, UnknownChoiceError):
        # the page says which action, or which file, and lets it be taken out
        return None
    return first, others[0] if others else None


def told(view: View, shown: tuple[Found, Found | None] | None) -> str:
    """Return the sentence that heads the page: of one scenario, of two, or that none is open."""
    _ = translator(view.lang)
    if shown is None:
        return _("What would happen if beds, staff or facilities were added, moved or closed?")
    one, other = shown
    return versus(view, one, other) if other else headline(view, one)
