"""
The page of equity: how unequally a resource is spread, between whom, who contributes most, and where clusters are.

Puts together what `mhgis.measures.equity`, `mhgis.measures.clusters` and `mhgis.measures.intervals` compute; computes
nothing of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st
from scipy import sparse

from mhgis import formats, store
from mhgis.country import say
from mhgis.figures import charts, palette
from mhgis.figures import equity as pictures
from mhgis.figures.static_map import MapView
from mhgis.i18n import N_, Language, translator
from mhgis.indicators import RATE_OF, REGISTRY, resource_of
from mhgis.measures import clusters, equity, intervals
from mhgis.measures.clusters import LABELS, Moran, Weights
from mhgis.measures.equity import NEIGHBOURING_NAMES, RATES_NAMES, STATISTIC_NAMES, EquityQuestion, Numbers, Spread
from mhgis.queries import tables
from mhgis.queries.names import is_imported
from mhgis.ui.map import ClassStyle, Details, choropleth, wire_order
from mhgis.ui.part import chart_files, class_maps, figure, list_files
from mhgis.ui.part import session as views
from mhgis.ui.part.class_maps import Painted
from mhgis.ui.part.list_files import Sheet
from mhgis.view.view import Camera, View
from mhgis.words.provenance import About
from mhgis.words.sentences import areas as areas_in_words

_CHART_PX: Final = 340
_MAP_PX: Final = 520
_KEPT: Final = 8
_PARTS_KEPT: Final = 24
#: groups that are listed at once; more are in a list that scrolls
_FEW_GROUPS: Final = 12
_LIST_PX: Final = 320
_CLUSTER_PX: Final = 330
#: where the resamples and permutations start
SEED: Final = 20_150_701
_PER: Final = 100_000

#: name of each index, and what it says
_INDICES: Final[dict[str, tuple[str, str]]] = {
    "gini": (N_("Gini"), N_("0 = the same rate everywhere, 1 = one area has all")),
    "theil_t": (N_("Theil's T"), N_("0 = even; counts most where there is much")),
    "theil_l": (N_("Theil's L"), N_("0 = even; counts most where there is little, ∞ where an area has none")),
    "atkinson": (N_("Atkinson"), N_("share that could be spared if it were spread evenly")),
    "worst_tenth": (N_("Worst-off tenth of people"), N_("units for 100,000 of them")),
    "best_tenth": (N_("Best-off tenth of people"), N_("units for 100,000 of them")),
    "ratio": (N_("Best-off over worst-off tenth"), N_("1 = alike, ∞ where the worst-off have none")),
}
_TENTHS: Final = ("worst_tenth", "best_tenth", "ratio")
#: endings of columns: the value (in a model the middle of the draws), and the ends of its range
_ENDS: Final = ("", "_low", "_high")


@dataclass(frozen=True, eq=False)
class Inequality:
    """
    What was found for a view.

    `rows` has an area a row, those outside the statistics left out: `units` (the mean in a model), `people`,
    `area_km2`; `people` and `land` are the spreads over them, of the areas where both numbers are known; `draws` are
    the units of a model over the areas of the spread, by name of the spread, None else; `indices` has a row a spread
    and index: `value`, `lower`, `upper`.
    """

    resource: str
    question: EquityQuestion
    rows: pd.DataFrame
    people: Spread
    land: Spread
    draws: dict[str, Numbers] | None
    indices: pd.DataFrame

    @property
    def is_known(self) -> bool:
        """Say whether there is anything to measure: two areas with a number, and units."""
        return self.people.n > 1 and float(self.people.units.sum()) > 0

    def index(self, spread: str, name: str) -> tuple[float, float, float]:
        """Return value, lower and upper end of an index."""
        row = self.indices[["value", "lower", "upper"]].to_numpy("float64")[self.indices.index.get_loc((spread, name))]
        return float(row[0]), float(row[1]), float(row[2])


def question_of(view: View) -> EquityQuestion:
    """Return what is asked of equity; a link that asks nothing that can be read asks the first question."""
    return view.even


def found(view: View) -> Inequality:
    """Return how unequally the resource of a view is spread."""
    asked = question_of(view)
    _ = translator(view.lang)
    with st.spinner(_("Comparing areas")):
        # who is whose neighbour changes no index
        measured = _found(store.fingerprint(), *_shown(view), EquityQuestion(aversion=asked.aversion))
    return replace(measured, question=asked)


def _shown(view: View) -> tuple[View, str]:
    """Return what a measure rests on: the view without what changes no number, and the resource."""
    shown = replace(View(), dataset=view.dataset, level=view.level, year=view.year, within=view.within)
    return shown, resource_of(figure.indicator_of(view))


@lru_cache(maxsize=_KEPT)
def _found(build: str, view: View, resource: str, question: EquityQuestion) -> Inequality:
    del build  # part of the key only
    rows = tables.limited(store.indicator_values(view.dataset, view.level, view.year, resource), view)
    land = store.areas(view.level).set_index("area_code")["area_km2"]
    rows = rows[rows["status"].ne("not_applicable")].assign(
        units=lambda t: t["value"].astype("Float64"), area_km2=lambda t: t["area_code"].map(land)
    )
    table = rows.set_index("area_code", drop=False)
    # the two counties that nobody lives in hold nothing; where units stand without people they cannot be weighed
    populated = table["people"].where(table["people"].gt(0))
    spreads = {
        "people": equity.known(table["units"], populated),
        "land": equity.known(table["units"], table["area_km2"]),
    }
    drawn = _draws(view, resource, spreads)
    parts = []
    for name, spread in spreads.items():
        parts.append(_indices(spread, None if drawn is None else drawn[name], question).assign(spread=name))
    indices = pd.concat(parts).set_index(["spread", "index"])
    return Inequality(resource, question, table, spreads["people"], spreads["land"], drawn, indices)


def _draws(view: View, resource: str, spreads: dict[str, Spread]) -> dict[str, Numbers] | None:
    codes, counts = store.ensemble(view.dataset, resource, view.year)
    if not len(counts):
        return None
    finest = store.areas("county").set_index("area_code").loc[codes]
    of = {"county": codes.to_series(), "prefecture": finest["parent_code"], "province": finest["province_code"]}
    holder = pd.Series(of[view.level].to_numpy())
    found_: dict[str, Numbers] = {}
    for name, spread in spreads.items():
        place = spread.units.index.get_indexer(pd.Index(holder))
        inside = np.flatnonzero(place >= 0)
        holds = sparse.csr_array((np.ones(len(inside)), (place[inside], inside)), shape=(spread.n, len(place)))
        found_[name] = np.ascontiguousarray((holds @ counts.T.astype(np.float64)).T)
    return found_


def _indices(spread: Spread, draws: Numbers | None, question: EquityQuestion) -> pd.DataFrame:
    aversion, names = question.aversion / 100, list(equity.INDICES)
    if spread.n < 2 or not spread.units.sum() > 0:  # noqa: PLR2004  one area is not unequal
        return pd.DataFrame({"index": names, "value": np.nan, "lower": np.nan, "upper": np.nan})
    weight = spread.weight.to_numpy()
    if draws is None:
        many = equity.indices(*equity.resamples(spread, SEED), aversion)
        value = equity.indices(spread.units.to_numpy()[None, :], weight, aversion).iloc[0]
    else:
        many = equity.indices(draws, weight, aversion)
        value = many.quantile(0.5, interpolation="lower")
    ends = many.quantile(list(equity.QUANTILES), interpolation="lower")
    table = pd.DataFrame({"value": value, "lower": ends.iloc[0], "upper": ends.iloc[1]})
    return table.rename_axis("index").reset_index()


def headline(view: View, got: Inequality) -> str:
    """Return how unequal it is, over people and over land."""
    _, lang = translator(view.lang), view.lang
    said = areas_in_words(got.people.n, view.level, lang, figure.scope_name(view))
    unit = _(REGISTRY[got.resource].name)
    if not got.is_known:
        return _("{units}: not known at this level, so nobody can say how unequally they are spread").format(units=unit)
    words = {"units": unit, "areas": said, "people": _number(got.index("people", "gini")[0], 2),
             "land": _number(got.index("land", "gini")[0], 2)}  # fmt: skip
    if got.draws is not None:
        return _(
            "Model estimate: {units} are spread over people with a Gini of {people}, over land with {land}, "
            "among {areas}"
        ).format(**words)
    return _("{units} are spread over people with a Gini of {people}, over land with {land}, among {areas}").format(
        **words
    )


def note(view: View, got: Inequality) -> str:
    """Return, beside the badge, the range of the Gini and how it was got."""
    if not got.is_known:
        return ""
    _ = translator(view.lang)
    _value, low, high = got.index("people", "gini")
    return _("Over people {span}: {how}").format(span=formats.interval(low, high, 2), how=_how(got, view.lang))


def _how(got: Inequality, lang: Language) -> str:
    _ = translator(lang)
    if got.draws is not None:
        return _("5 % to 95 % of {n} draws of the model").format(n=formats.number(len(got.draws["people"])))
    return _("5 % to 95 % of {n} resamples of the areas").format(n=formats.number(equity.RESAMPLES))


def _number(value: float, decimals: int) -> str:
    return "∞" if np.isinf(value) else formats.number(value, decimals)


def _span(low: float, high: float, decimals: int) -> str:
    if np.isinf(high):
        return f"{_number(low, decimals)} – ∞" if np.isfinite(low) else "∞"
    return formats.interval(low, high, decimals)


def about(view: View, got: Inequality, title: str) -> About:
    """Return what a figure of the page is about; nothing unknown is in a measure, and that is said."""
    return replace(
        _about(store.fingerprint(), replace(view, indicator=got.resource, area="", camera=Camera(), sure=View.sure)),
        title=title,
    )


@lru_cache(maxsize=_KEPT)
def _about(build: str, view: View) -> About:
    del build  # part of the key only
    _, got = translator(view.lang), found(view)
    made = figure.about(view, got.rows, "", of_people=True)
    warnings = [*made.warnings]
    if got.people.n_unknown:
        warnings.append(
            _("{n} areas without a figure are in no measure; they hold {share} of the people that are counted.").format(
                n=got.people.n_unknown, share=formats.percent(100 * got.people.weight_unknown, 1)
            )
        )
    processing = made.processing if got.draws is not None or is_imported(view) else "computed"
    unknown = max(made.n_unknown, min(got.people.n_unknown, made.n))
    return replace(made, processing=processing, unit=_("index"), warnings=tuple(warnings), n_unknown=unknown)


def curves(view: View, got: Inequality) -> None:
    """Draw the Lorenz curves over people and over land."""
    _ = translator(view.lang)
    title = _("What share of {units} the lowest areas hold").format(units=_(REGISTRY[got.resource].name))
    lines = {_("over people"): equity.lorenz(got.people), _("over land"): equity.lorenz(got.land)}
    notes = [_("Dotted: what an even spread would be. The further below it, the less even.")]
    if got.draws is not None:
        notes.append(_("Drawn for the means of the draws; the table below runs over the draws."))
    drawn = pictures.lorenz(lines, about(view, got, title), view.lang, notes=notes, width_px=_CHART_PX)
    st.plotly_chart(drawn, config=charts.CONFIG, theme=None, key="equity_lorenz", alt=title)
    chart_files.chart_menu("equity_lorenz", view.lang)


def indices_table(view: View, got: Inequality) -> None:
    """Draw every index over people, and over land where it means something, each with its range."""
    _ = translator(view.lang)
    rows = []
    for name, (title, meaning) in _INDICES.items():
        scale, decimals = (_PER, 1) if name in _TENTHS[:2] else (1, 1 if name == "ratio" else 3)
        people, land = ([scale * one for one in got.index(of, name)] for of in ("people", "land"))
        is_of_land = name not in _TENTHS
        rows.append({
            _("Index"): _(title), _("Over people"): _number(people[0], decimals),
            _("Range"): _span(people[1], people[2], decimals),
            _("Over land"): _number(land[0], decimals) if is_of_land else formats.NOTHING,
            _("Range, land"): _span(land[1], land[2], decimals) if is_of_land else formats.NOTHING,
            _("What it says"): _(meaning),
        })  # fmt: skip
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="equity_indices", height="content",
                 column_config={_("Index"): st.column_config.TextColumn(pinned=True)})  # fmt: skip
    st.caption(_("Range: {how}.").format(how=_how(got, view.lang)))


def over_years(view: View, got: Inequality) -> None:
    """Draw the Gini of each year in which the figures are known at this level."""
    _ = translator(view.lang)
    known = store.years(view.dataset, got.resource, view.level)
    if len(known) < 2:  # noqa: PLR2004  one year is no course
        st.caption(_("Only one year is known at this level, so nothing can be said of its course."))
        return
    rows = []
    for year in known:
        one = found(replace(view, year=year))
        people, land = one.index("people", "gini"), one.index("land", "gini")
        rows.append({
            _("Year"): str(year), _("Gini over people"): _number(people[0], 3), _("Range"): _span(*people[1:], 3),
            _("Gini over land"): _number(land[0], 3), _("Range, land"): _span(*land[1:], 3),
        })  # fmt: skip
    st.table(pd.DataFrame(rows).set_index(_("Year")))


def parts(view: View, got: Inequality) -> None:
    """Draw how much of the inequality lies between regions, provinces or prefectures, and how much within each."""
    _, lang = translator(view.lang), view.lang
    ways = {"region": _("By region"), "province_code": _("By province"), "parent_code": _("By prefecture")}
    given = {"province": ("region",), "prefecture": ("region", "province_code"), "county": tuple(ways)}[view.level]
    for column in given:
        of = got.rows[column].reindex(got.people.units.index)
        if of.isna().any() or of.nunique() < 2 or (column == "region" and view.within):  # noqa: PLR2004  no other group
            continue
        between, groups_ = _parts(store.fingerprint(), *_shown(view), column)
        value, low, high = between
        st.markdown(
            _("**{title}**: {within} of Theil's T lies within the groups, {between} between them.").format(
                title=ways[column],
                within=formats.percent(100 * (1 - value), 1),
                between=formats.percent(100 * value, 1),
            )
        )
        span = formats.interval(100 * low, 100 * high, 1, "%")
        st.caption(_("Between the groups {span}: {how}").format(span=span, how=_how(got, lang)))
        shown, named = groups_.sort_values("share", ascending=False), _names_of(got, column, lang)
        table = pd.DataFrame({
            _("Group"): [named[str(code)] for code in shown.index],
            _("Theil's T within"): shown["theil"].round(4).to_numpy(),
            _("Share, %"): (100 * shown["share"]).round(1).to_numpy(),
            _("Range"): [formats.interval(100 * one, 100 * other, 1)
                         for one, other in zip(shown["low"], shown["high"], strict=True)],
        })  # fmt: skip
        st.dataframe(table, hide_index=True, key=f"equity_parts_{column}", placeholder=formats.NOTHING,
                     height="content" if len(table) <= _FEW_GROUPS else _LIST_PX)  # fmt: skip


def _names_of(got: Inequality, column: str, lang: Language) -> dict[str, str]:
    if column == "region":
        return {key: say(text, lang) for key, text in tables.country().regions.items()}
    names = got.rows[f"{'province' if column == 'province_code' else 'parent'}_{lang}"]
    return dict(zip(got.rows[column], names, strict=True))


def _many(got: Inequality) -> tuple[Numbers, Numbers]:
    """Return units and people of each draw of the model, or of each resample of the areas."""
    if got.draws is not None:
        return got.draws["people"], got.people.weight.to_numpy("float64")[None, :]
    return equity.resamples(got.people, SEED)


def _ends(values: Numbers) -> tuple[float, float]:
    low, high = np.nanquantile(values, list(equity.QUANTILES), method="lower")
    return float(low), float(high)


@lru_cache(maxsize=_PARTS_KEPT)
def _parts(build: str, view: View, resource: str, column: str) -> tuple[tuple[float, float, float], pd.DataFrame]:
    """
    Return the share of Theil's T between the groups of a column, with its ends, and what lies in each group.

    The groups have `theil`, `share`, `low` and `high` (ends of the share). In a model all are of its draws.
    """
    got = _found(build, view, resource, EquityQuestion())
    group = got.rows[column].reindex(got.people.units.index)
    codes, groups_ = pd.factorize(group, sort=True)
    of = codes[None, :] if got.draws is not None else codes[equity.drawn(got.people, SEED)]
    between, share, theil = equity.parts_of_draws(*_many(got), of.astype(np.int64))
    low, high = np.nanquantile(share, list(equity.QUANTILES), axis=0, method="lower")
    if got.draws is not None:
        middle, inside = float(np.nanmedian(between)), np.nanmedian(share, axis=0)
        table = pd.DataFrame({"theil": _middle(theil), "share": inside}, index=groups_)
    else:
        table = equity.theil_parts(got.people, group)[["theil", "share"]]
        middle, table = float(table["share"].iloc[-1]), table.iloc[:-1]
    return (middle, *_ends(between)), table.assign(low=low, high=high)


def _middle(values: Numbers) -> Numbers:
    """Return the middle of each column over the draws in which it is known; NaN where it is in none."""
    found_ = np.full(values.shape[1], np.nan)
    some = ~np.isnan(values).all(axis=0)
    found_[some] = np.nanmedian(values[:, some], axis=0)
    return found_


@lru_cache(maxsize=_KEPT)
def _adding(build: str, view: View, resource: str) -> pd.DataFrame:
    """
    Return by area its units, rate and what it adds to each index; in a model the middle and ends of the draws.

    Columns `units`, `rate`, `gini`, `theil`, `hrad`, `ratio`, and of a model each with `_low` and `_high` behind.
    """
    got = _found(build, view, resource, EquityQuestion())
    rows, spread = got.rows, got.people
    people = rows["people"].astype("Float64")
    if got.draws is None:
        dense = equity.agglomeration(rows["units"], people, rows["area_km2"])
        return pd.DataFrame({
            "units": rows["units"], "rate": rows["units"] / people.where(people.gt(0)) * _PER,
            "gini": equity.gini_contributions(spread).reindex(rows.index).astype("Float64"),
            "theil": equity.theil_contributions(spread).reindex(rows.index).astype("Float64"),
            **{name: dense[name].astype("Float64") for name in ("hrad", "ratio")},
        })  # fmt: skip
    draws, weight = got.draws["people"], spread.weight.to_numpy()
    land = rows["area_km2"].reindex(spread.units.index).to_numpy("float64")
    gini, theil = equity.contributions_of_draws(draws, weight)
    share = draws / draws.sum(axis=1, keepdims=True)
    at = (0.5, *equity.QUANTILES)
    units, ginis, theils, shares = (np.quantile(one, at, axis=0, method="lower") for one in (draws, gini, theil, share))
    of = {
        "units": units, "rate": units / weight * _PER, "gini": ginis, "theil": theils,
        "hrad": shares / (land / land.sum()), "ratio": shares / (weight / weight.sum()),
    }  # fmt: skip
    return pd.DataFrame(
        {f"{name}{end}": values for name, three in of.items() for end, values in zip(_ENDS, three, strict=True)},
        index=spread.units.index,
    ).reindex(rows.index).astype("Float64")  # fmt: skip


def sheet(view: View) -> Sheet:
    """Return every area with what it adds to the inequality, most first, as a reader sees it."""
    _, lang, got = translator(view.lang), view.lang, found(view)
    rows, adding = got.rows, _adding(store.fingerprint(), *_shown(view))
    dense = equity.agglomeration(rows["units"], rows["people"].astype("Float64"), rows["area_km2"])
    names = {
        "units": _(REGISTRY[got.resource].name), "people": _("People"), "rate": _("Per 100,000"),
        "gini": _("Adds to the Gini"), "theil": _("Adds to Theil's T"), "hrad": _("HRAD: density of units"),
        "pad": _("Density of people"), "ratio": _("Location quotient"),
    }  # fmt: skip
    decimals: dict[str, int] = {"units": 0, "rate": 1, "gini": 4, "theil": 4, "hrad": 2, "pad": 2, "ratio": 2}
    of = {"people": rows["people"], "pad": dense["pad"].astype("Float64").round(2)}
    forms = ("{measure}", _("{measure}, 5 %"), _("{measure}, 95 %"))
    table, digits = _places(view, rows), {}
    for name, title in names.items():
        for end, form in zip(_ENDS, forms, strict=True):
            column = f"{name}{end}"
            if column not in adding and column not in of:
                continue
            heading = form.format(measure=title)
            table[heading] = adding[column].round(decimals[name]) if column in adding else of[column]
            if name == "units":
                table[heading] = table[heading].astype("Int64")
            elif name in decimals:
                digits[heading] = decimals[name]
    shown = pd.DataFrame({**table, _("Code"): rows.index}, index=rows.index)
    order = adding.assign(name=rows[f"name_{lang}"]).sort_values(
        ["gini", "name"], ascending=[False, True], na_position="last", kind="stable"
    ).index  # fmt: skip
    title = _("What each area adds to the inequality of {units}").format(units=_(REGISTRY[got.resource].name))
    return Sheet(
        shown.loc[order].reset_index(drop=True), tuple(order), about(view, got, title), _("what adds most first"), "",
        digits,
    )  # fmt: skip


def _places(view: View, rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the first columns of a list of areas: their names, and below the provinces where they lie."""
    _, lang = translator(view.lang), view.lang
    named, province = {_("Area"): rows[f"name_{lang}"]}, rows[f"province_{lang}"]
    if view.level == "province":
        return named
    if view.level == "prefecture":
        return named if view.within else {**named, _("Lies in"): province}
    parent = rows[f"parent_{lang}"]
    return {**named, _("Lies in"): parent if view.within else province.str.cat(parent, " · ")}


def contributions(view: View, got: Inequality) -> None:
    """Draw which areas add most to the inequality, with the files of the list."""
    _, made = translator(view.lang), sheet(view)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom", key="mh_head_equity"
    ):
        st.subheader(_("Which areas add most"), anchor=False, width="content")
        list_files.menu(view, "equity", sheet)
    st.dataframe(made.rows, hide_index=True, key="equity_list", height=420, column_config={
        _("Area"): st.column_config.TextColumn(pinned=True),
        _("People"): st.column_config.NumberColumn(format="localized"),
    })  # fmt: skip
    st.caption(
        _("HRAD: units a km2 over the average of all; location quotient: that over the same of people, below 1 = fewer "
          "units than people.")
    )  # fmt: skip
    if got.draws is not None:
        st.caption(_("Model estimate: each number is the middle of the draws, with 5 % and 95 % of them beside it; "
                     "middles need not add up to the index."))  # fmt: skip


@lru_cache(maxsize=_KEPT)
def _closed(build: str, view: View, resource: str, rate: float, areas: int) -> tuple[Numbers, Numbers]:
    """Return the Gini after areas are brought up to a rate, and the units that takes, of each draw or resample."""
    units, people = _many(_found(build, view, resource, EquityQuestion()))
    many, added = equity.closing_of_draws(units, people, rate, areas)
    return equity.gini_of_draws(many, people), added


def closing(view: View, got: Inequality) -> None:
    """Draw what bringing the areas that lack most up to the benchmark would do."""
    _, asked = translator(view.lang), got.question
    _count("closed", _("Close the largest gaps: areas"), asked)
    benchmark = figure.benchmark_of(view)
    is_rate = view.indicator == RATE_OF[got.resource]
    rate = benchmark / _PER if benchmark and is_rate else float(got.people.units.sum() / got.people.weight.sum())
    after = equity.after_closing(got.people, rate, asked.closed)
    lots, added = _closed(store.fingerprint(), *_shown(view), rate, asked.closed)
    low, high = np.ceil(_ends(added))
    words = {
        "n": formats.number(asked.closed), "rate": formats.number(rate * _PER, 1),
        "before": _number(equity.gini(got.people), 3), "after": _number(equity.gini(after), 3),
        "added": formats.number(np.ceil(float(after.units.sum() - got.people.units.sum()))),
    }  # fmt: skip
    if got.draws is not None:
        words |= {
            "before": _number(got.index("people", "gini")[0], 3), "after": _number(float(np.nanmedian(lots)), 3),
            "added": formats.number(np.ceil(float(np.median(added)))),
        }  # fmt: skip
    st.markdown(
        _("Bringing the {n} areas that lack most up to {rate} for 100,000 people takes {added} units and moves the "
          "Gini over people from {before} to {after}.").format(**words)
    )  # fmt: skip
    st.caption(
        _("{added} units, to a Gini of {after}: {how}").format(
            added=formats.interval(low, high),
            after=_span(*_ends(lots), 3),
            how=_how(got, view.lang),
        )
    )
    if not (benchmark and is_rate):
        st.caption(_("Without a benchmark the average of all is taken."))


def _count(part: str, label: str, asked: EquityQuestion) -> None:
    key, (least, most) = f"equity_{part}", asked.limits(part)
    st.session_state[key] = getattr(asked, part)
    st.number_input(label, least, most, key=key, on_change=_asked, args=(part,), width=240)


def _asked(part: str) -> None:
    views.change(even=replace(views.kept().even, **{part: st.session_state[f"equity_{part}"]}))


@lru_cache(maxsize=_KEPT)
def _weights(build: str, level: str, way: str, size: int) -> Weights:
    del build  # part of the key only
    areas = store.areas(level)
    areas = areas[areas["is_applicable"]]
    points = areas.set_index("area_code")[["lon", "lat"]]
    if way == "nearest":
        return clusters.nearest_k(points, min(size, len(points) - 1))
    if way == "band":
        return clusters.distance_band(points, size)
    return clusters.queen(store.shapes(level, 0.0, areas["area_code"]), points)


@dataclass(frozen=True, eq=False)
class Groups:
    """
    Clusters of the areas of a view.

    `table` is that of `mhgis.measures.clusters.local_clusters` with the `rate` that was compared (units for 100,000
    people); its `cluster` is that of the statistic that is asked. `moran` is over the whole.
    """

    table: pd.DataFrame
    moran: Moran


def groups(view: View, got: Inequality) -> Groups:
    """Return the clusters of rates among the areas of a view."""
    asked, first, _ = got.question, EquityQuestion(), translator(view.lang)
    with st.spinner(_("Comparing neighbours")):
        compared = replace(asked, closed=first.closed, aversion=first.aversion, statistic=first.statistic)
        made = _groups(store.fingerprint(), *_shown(view), compared)
    if asked.statistic == "moran":
        return made
    return replace(made, table=made.table.assign(cluster=clusters.spots(made.table)))


@lru_cache(maxsize=_KEPT)
def _groups(build: str, view: View, resource: str, question: EquityQuestion) -> Groups:
    rows = _found(build, view, resource, EquityQuestion(aversion=question.aversion)).rows
    people = rows["people"].where(rows["people"].gt(0))
    rate = (rows["units"] / people.astype("Float64") * _PER).astype("Float64")
    if question.rates == "shrunken" and not rows["status"].eq("modelled").any():
        rate = intervals.shrink(rows["units"], people)["shrunken"].astype("Float64")
    size = question.k if question.neighbouring == "nearest" else question.band
    weights = _weights(build, view.level, question.neighbouring, 0 if question.neighbouring == "queen" else size)
    table = clusters.local_clusters(rate, weights, SEED).assign(rate=rate)
    return Groups(table, clusters.global_moran(rate, weights, SEED))


def cluster_controls(view: View, got: Inequality) -> None:
    """Draw what tells a cluster, who counts as a neighbour, and whether rates of small populations are steadied."""
    _, asked = translator(view.lang), got.question
    choices: tuple[tuple[str, str, dict[Any, str]], ...] = (
        ("statistic", _("Clusters by"), dict(STATISTIC_NAMES)),
        ("neighbouring", _("Neighbours"), dict(NEIGHBOURING_NAMES)),
        # a model's values carry a range and are not steadied
        *((("rates", _("Rates"), dict(RATES_NAMES)),) if got.draws is None else ()),
    )
    with st.container(horizontal=True, vertical_alignment="bottom", key="mh_clusters"):
        for part, label, names in choices:
            st.session_state[f"equity_{part}"] = getattr(asked, part)
            said = {one: _(name) for one, name in names.items()}
            st.selectbox(label, list(said), format_func=said.__getitem__, key=f"equity_{part}", on_change=_asked,
                         args=(part,), width=260)  # fmt: skip
        if asked.neighbouring == "nearest":
            _count("k", _("How many nearest"), asked)
        elif asked.neighbouring == "band":
            _count("band", _("Within, km"), asked)


def cluster_words(view: View, got: Inequality, them: Groups) -> None:
    """Draw what the clusters say, how many areas are in none because nothing is known, and how far to trust it."""
    _, moran = translator(view.lang), them.moran
    if np.isnan(moran.value):
        said = _("Too few areas are known, or all are alike: no pattern can be told.")
    elif moran.p <= clusters.FALSE_DISCOVERY and moran.value > moran.expected:
        said = _("Neighbours are alike: Moran's I is {value} (chance gives {expected}; p = {p}).")
    elif moran.p <= clusters.FALSE_DISCOVERY:
        said = _("Neighbours differ: Moran's I is {value} (chance gives {expected}; p = {p}).")
    else:
        said = _("Neighbours are no more alike than chance: Moran's I is {value} (chance gives {expected}; p = {p}).")
    st.markdown(said.format(value=_number(moran.value, 3), expected=_number(moran.expected, 3), p=_number(moran.p, 3)))
    lines = [
        _("{n} areas compared; {unknown} not known and {alone} without a known neighbour are in no cluster.").format(
            n=moran.n, unknown=moran.n_unknown, alone=moran.n_alone
        ),
        _("{n} permutations from a fixed seed, two-sided; of the clusters shown at most about 5 % are chance.").format(
            n=f"{clusters.LOCAL_PERMUTATIONS:,}"
        ),
    ]
    if got.draws is not None:
        lines.insert(0, _("The means of the model's draws: they follow what the model was told, so these clusters say "
                          "little about where care is."))  # fmt: skip
    elif got.question.rates == "shrunken":
        lines.append(_("Rates are steadied: those of few people are moved towards the mean of all."))
    st.caption("  \n".join(lines))


def seen(view: View) -> Painted | None:
    """Return the map of clusters of a saved view as it goes on a slide; None where there is nothing to compare."""
    return painted(view) if found(view).is_known else None


def slide(view: View) -> MapView:
    """Return the map of a saved view under its sentence."""
    return class_maps.slide(view, seen(view))


def painted(view: View) -> Painted:
    """Return the map of clusters as it goes on paper: the areas that are compared."""
    got = found(view)
    map_ = _clusters(view, got, groups(view, got))
    here = map_.index < len(map_.styles) - 1
    codes = [code for code, is_in in zip(map_.codes, here, strict=True) if is_in]
    return replace(map_, codes=codes, index=map_.index[here], people=map_.people[here])


def _clusters(view: View, got: Inequality, them: Groups) -> Painted:
    """Return the clusters over all areas; the last row of the legend holds those that are not compared."""
    _, lang, order = translator(view.lang), view.lang, wire_order(view.level)
    kinds = [one for one in LABELS if them.table["cluster"].eq(one).any()]
    place = {kind: at for at, kind in enumerate(kinds)}
    of = them.table["cluster"].map(place).reindex(order)
    people = got.rows["people"].astype("Float64")
    styles = [
        ClassStyle(
            _(LABELS[kind]), palette.GROUPS[kind], int(them.table["cluster"].eq(kind).sum()),
            formats.people(float(people[them.table["cluster"].eq(kind)].sum()), lang, unit=False),
            "not_reported" if kind == "unknown" else "class",
        )
        for kind in kinds
    ]  # fmt: skip
    outside = len(order) - len(them.table) if not view.within else 0
    styles.append(
        ClassStyle(_("Not in this comparison"), palette.NOT_APPLICABLE, outside, formats.NOTHING, "not_applicable")
    )
    title = _("Clusters: {units} for 100,000 people").format(units=_(REGISTRY[got.resource].name))
    values = np.asarray(of.fillna(len(kinds)), dtype=np.uint8)
    return Painted(about(view, got, title), title, "", order, values, people.reindex(order), styles, view.level)


def cluster_map(view: View, got: Inequality, them: Groups) -> None:
    """Draw the map of clusters, its legend in words."""
    lang, map_ = view.lang, _clusters(view, got, them)
    people = got.rows["people"].astype("Float64")
    rate = (got.rows["units"] / people.where(people.gt(0)) * _PER).reindex(list(map_.codes))
    words: dict[str, str] = {status: formats.status_word(status, lang) for status in formats.STATUS_WORDS}
    status = got.rows["status"].reindex(list(map_.codes)).fillna("not_applicable").tolist()
    choropleth(
        key="map", level=view.level, values=map_.index, classes=map_.styles, legend_title=map_.title, unit="",
        lang=lang, sentence=map_.title, scope=view.within or None,
        details=Details(rate.to_numpy("float64", na_value=np.nan), status, words, 1),
        selected=view.area or None, camera=view.camera.at, can_drill=False, modelled=got.draws is not None,
        height=_MAP_PX,
    )  # fmt: skip
    class_maps.menu(view, painted, "clusters_picture")


def cluster_sheet(view: View) -> Sheet:
    """Return every area that was compared or is not known, those in a cluster first, as a reader sees them."""
    _, got = translator(view.lang), found(view)
    them, rows, is_star = groups(view, got).table, got.rows, got.question.statistic == "star"
    strength = them["gi_star" if is_star else "local_i"]
    place = {kind: at for at, kind in enumerate(LABELS)}
    order = pd.DataFrame({
        "kind": them["cluster"].map(place), "strength": -strength.abs(), "code": them.index
    }, index=them.index).sort_values(["kind", "strength", "code"], kind="stable").index  # fmt: skip
    them, rows = them.loc[order], rows.loc[order]
    steadied = got.draws is None and got.question.rates == "shrunken"
    measure = _("Gi* (standard score)") if is_star else _("Local Moran's I")
    rate = _("Per 100,000, steadied") if steadied else _("Per 100,000")
    shown = pd.DataFrame({
        **_places(view, rows),
        _("Cluster"): [_(LABELS[kind]) for kind in them["cluster"]],
        rate: them["rate"].astype("Float64").round(1),
        _("Own, standard deviations"): them["score"].astype("Float64").round(2),
        _("Neighbours' mean, standard deviations"): them["lag"].astype("Float64").round(2),
        measure: strength.loc[order].astype("Float64").round(2), _("p"): them["p"].astype("Float64").round(3),
        _("People"): rows["people"], _("Code"): them.index,
    })  # fmt: skip
    title = _("Clusters: {units} for 100,000 people").format(units=_(REGISTRY[got.resource].name))
    decimals: dict[str, int | None] = {rate: 1, measure: 2, _("p"): 3}
    decimals |= dict.fromkeys((_("Own, standard deviations"), _("Neighbours' mean, standard deviations")), 2)
    shown_about = replace(about(view, got, title), unit=_("per 100,000 people"))
    return Sheet(
        shown.reset_index(drop=True), tuple(order), shown_about, _("by cluster, the clearest first"),
        clusters_in_words(view, got), decimals,
    )  # fmt: skip


def clusters_in_words(view: View, got: Inequality) -> str:
    """Return what clusters rest on, as a reader reads it."""
    _, asked = translator(view.lang), got.question
    size = {"nearest": formats.number(asked.k), "band": _("{n} km").format(n=formats.number(asked.band))}
    neighbours = [_(NEIGHBOURING_NAMES[asked.neighbouring]), size.get(asked.neighbouring, "")]
    rates = [] if got.draws is not None else [_(RATES_NAMES[asked.rates])]
    return _("; ").join([_(STATISTIC_NAMES[asked.statistic]), " ".join(filter(None, neighbours)), *rates])


def cluster_list(view: View) -> None:
    """Draw the areas by cluster, with the files of the list."""
    _, made = translator(view.lang), cluster_sheet(view)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom", key="mh_head_clusters"
    ):
        st.subheader(_("Which areas are in a cluster"), anchor=False, width="content")
        list_files.menu(view, "clusters", cluster_sheet)
    st.dataframe(made.rows, hide_index=True, key="equity_clusters", height=_LIST_PX, placeholder=formats.NOTHING,
                 column_config={
        _("Cluster"): st.column_config.TextColumn(width=_CLUSTER_PX),
        _("Area"): st.column_config.TextColumn(pinned=True),
        _("People"): st.column_config.NumberColumn(format="localized"),
    })  # fmt: skip


def scatter(view: View, got: Inequality, them: Groups) -> None:
    """Draw each area against its neighbours; the area selected on the map is the large one, and a click selects one."""
    _ = translator(view.lang)
    title = _("Each area against its neighbours")
    rows = them.table.assign(area_code=them.table.index, name=got.rows[f"name_{view.lang}"])
    notes = [_("Right and up: high among high. Left and down: low among low. Colours as on the map.")]
    drawn = pictures.moran_scatter(
        rows, about(view, got, title), view.lang, selected=view.area, notes=notes, width_px=_CHART_PX
    )
    # a chart of another key forgets its click, so the same area can be clicked again after another one on the map
    key = f"equity_scatter_{view.area}"
    st.plotly_chart(drawn, config=charts.CONFIG, theme=None, key=key, alt=title, selection_mode="points",
                    on_select=partial(_picked, key))  # fmt: skip
    chart_files.chart_menu(key, view.lang)
    st.caption(_("Click a point to select its area on the map."))


def _picked(key: str) -> None:
    code = clicked(st.session_state[key])
    if code:
        views.change(area=code)


def clicked(event: Mapping[str, Any]) -> str:
    """Return the code of the area of the point that was clicked; empty where a click selects none."""
    points = event["selection"]["points"]
    return str(points[0]["customdata"]) if points else ""
