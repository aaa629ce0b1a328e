"""
The page of benchmarks: an area against norms, targets and countries, how sure that is, and what depends on the choice.

Puts together what `mhgis.measures.benchmarks`, `mhgis.words.standing` and `mhgis.measures.intervals` compute; computes
nothing of its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd
import streamlit as st

from mhgis import formats
from mhgis.country import say
from mhgis.figures import charts
from mhgis.figures import evidence as pictures
from mhgis.formats import plain
from mhgis.i18n import N_, Language, translator
from mhgis.indicators import REGISTRY, Indicator, rate_of
from mhgis.measures import benchmarks, intervals, small_numbers
from mhgis.measures.benchmarks import COMPARABILITY_WORDS, GROUP_WORDS, OWN, Benchmark, Own
from mhgis.queries import area as areas
from mhgis.queries import benchmarks as queries
from mhgis.queries import regions as region_figures
from mhgis.queries import sources, tables
from mhgis.queries.names import is_imported
from mhgis.ui.page import map_panel
from mhgis.ui.part import chart_files, figure
from mhgis.ui.part import session as views
from mhgis.ui.part import small_numbers as sure
from mhgis.ui.part.drawer import drawer
from mhgis.view.links import NO_BENCHMARK, level_of
from mhgis.view.view import View
from mhgis.words import standing as evidence
from mhgis.words.provenance import About
from mhgis.words.sentences import unit_of_parts
from mhgis.words.standing import Standing

#: says in a link that benchmarks which count something else are shown too
_UNLIKE: Final = "all"
#: a phone's width, for a chart does not know its place
_CHART_PX: Final = 350
#: what the page answers, a tab each, by the name that a link has for it
TABS: Final[dict[str, str]] = {
    "each": N_("Each benchmark"),
    "countries": N_("Countries"),
    "sure": N_("How sure"),
    "depends": N_("Does it depend on the benchmark?"),
    "regions": N_("By region"),
    "years": N_("Over the years"),
}
#: groups of benchmarks that areas are held against before a reader chooses
_FIRST_GROUPS: Final = frozenset({OWN, "planning_norm"})
#: so many areas outside the funnel are named
_NAMED: Final = 6
#: ladders up to so many areas; counties would make one of thousands of rungs
_MOST_RUNGS: Final = 60
_FUNNEL_STEPS: Final = 60
#: ratios of variances from here on are told in whole numbers
_IN_WHOLES: Final = 10


def settled(view: View) -> View:
    """Return the view with an indicator that benchmarks exist for: of a count, its rate."""
    rate = rate_of(figure.indicator_of(view))
    if rate != view.indicator and len(queries.of_indicator(rate)):
        # the rate has benchmarks of its own
        listed = tables.offer().benchmarks.get(rate, (NO_BENCHMARK,))
        return replace(view, indicator=rate, benchmark=view.benchmark if view.benchmark in listed else listed[0])
    return view


def standing(view: View) -> Standing:
    """Return what is known of the view's area, or of the country where none is chosen."""
    code = view.area or view.within or tables.offer().country
    level = level_of(tables.offer(), code, view.level) or "country"
    rows = figure.values(view, level=level)
    found = rows[rows["area_code"].eq(code)]
    if found.empty:
        # the indicator means nothing at this level
        area = areas.row_of(level, code)[["name_zh", "name_en", "region"]]
        unknown = dict.fromkeys(("value", "lower", "upper", "people"))
        row: dict[Any, Any] = {**area.iloc[0], **unknown, "area_code": code, "status": "not_applicable"}
    else:
        row = found.iloc[0].to_dict()
    return evidence.stand(row, figure.indicator_of(view), view.year, view.lang)


def chosen_benchmark(view: View) -> Benchmark | None:
    """Return the benchmark of the headline: the view's, or the user's own where there is one."""
    if view.benchmark == OWN:
        return view.own_of(view.indicator)
    found = benchmarks.from_frame(queries.of_indicator(view.indicator).query("benchmark_id == @view.benchmark"))
    return found[0] if found else None


def in_series(view: View, mine: Standing, benchmark: Benchmark | None) -> Standing | None:
    """
    Return the standing of the country in the series that a benchmark is of, where it has one of its own there.

    That is like with like: counted as the benchmark is, and of its years. None for any other area.
    """
    if benchmark is None or benchmark.is_own or mine.code != tables.offer().country or is_imported(view):
        return None
    own = queries.own_in_series(benchmark.benchmark_id, say(tables.country().names, "en"))
    if own.empty:
        return None
    year, value = int(own["last_year"].iloc[0]), float(own["value"].iloc[0])
    return replace(mine, value=value, lower=None, upper=None, raw=None, status="reported", year=year)


def headline(view: View, mine: Standing) -> str:
    """Return on which side of the benchmark the area lies; of the country like with like, where that is known."""
    indicator, chosen = figure.indicator_of(view), chosen_benchmark(view)
    own = in_series(view, mine, chosen)
    if own is None or chosen is None:
        return evidence.headline(mine, indicator, chosen, view.lang)
    plain_value = evidence.headline(mine, indicator, None, view.lang)
    return evidence.in_series(plain_value, own, indicator, chosen, view.lang)


def say_how_sure(view: View, mine: Standing) -> None:
    """Draw, under the headline, the value over its bands, and how sure it is."""
    _, indicator, chosen = translator(view.lang), figure.indicator_of(view), chosen_benchmark(view)
    if mine.is_known and mine.value is not None:
        span = None if mine.lower is None or mine.upper is None else (mine.lower, mine.upper)
        # where like with like is another number than ours, ours is not drawn against that benchmark
        level = chosen.value if chosen and not in_series(view, mine, chosen) else None
        drawn = map_panel.bullet(mine.value, indicator, level, view.lang, span=span)
        if drawn:
            st.html(drawn)
    # the headline has compared like with like; our own number against that benchmark would say something else
    lines = evidence.how_sure(mine, indicator, None if in_series(view, mine, chosen) else chosen, view.lang)
    asked = _("How sure is that?")
    between = "" if view.lang == "zh" else " "
    st.markdown(f"**{asked}** " + between.join(plain(line) for line in lines))
    notes = figure.sure_notes(view)
    if notes:
        st.caption("  \n".join(plain(line) for line in notes))
    with st.container(horizontal=True, vertical_alignment="center", key="mh_bench_sure"):
        sure.controls(view)


def offered(view: View, *, unlike: bool | None = None) -> list[Benchmark]:
    """Return the benchmarks the view asks for: the user's own first; those that count something else if asked for."""
    wanted = _UNLIKE in view.show if unlike is None else unlike
    own = view.own_of(view.indicator)
    found = benchmarks.comparable(view.indicator, queries.of_indicator(view.indicator), unlike=wanted)
    return [*([own] if own else []), *found]


def controls(view: View) -> None:
    """Draw the choice between like with like and all, and the form for a benchmark of one's own."""
    _ = translator(view.lang)
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        st.session_state["bench_unlike"] = _UNLIKE in view.show
        st.toggle(
            _("Also show benchmarks that count something else"), key="bench_unlike", on_change=_unlike,
            help=_("They are hollow in the figure, and a warning says what they count."),
        )  # fmt: skip
    with right, st.popover(_("Own benchmark"), width="stretch"):
        _own_form(view)


def open_tab(view: View) -> tuple[str, Any]:
    """Draw the tabs and return the one that is open, which alone need be filled: its name in `TABS`, its place."""
    _, key = translator(view.lang), f"bench_tabs_{view.lang}"
    labels = {name: _(label) for name, label in TABS.items()}
    wanted = next((token for token in view.show if token in TABS), next(iter(TABS)))
    st.session_state[key] = labels[wanted]
    drawn = st.tabs(list(labels.values()), key=key, on_change=_turned, args=(key, labels))
    return wanted, drawn[list(TABS).index(wanted)]


def _turned(key: str, labels: dict[str, str]) -> None:
    name = next(name for name, label in labels.items() if label == st.session_state[key])
    _show(TABS, [] if name == next(iter(TABS)) else [name])


def _show(kind: Collection[str], chosen: Sequence[str]) -> None:
    # the tokens of one kind anew; those of the others stay
    kept = [token for token in views.kept().show if token and token not in kind]
    views.change(show=(*kept, *chosen))


def _unlike() -> None:
    _show({_UNLIKE}, [_UNLIKE] if st.session_state["bench_unlike"] else [])


def _own_form(view: View) -> None:
    _ = translator(view.lang)
    own = view.own_of(view.indicator)
    with st.form("bench_own", border=False):
        st.caption(_("It is kept in the link, marked as your own, and checked by nobody."))
        st.number_input(
            _(figure.indicator_of(view).name), min_value=0.0, value=own.value if own else None, key="bench_own_value"
        )
        st.text_input(_("Year"), value=own.year if own else "", max_chars=9, key="bench_own_year")
        st.text_input(_("Source (needed)"), value=own.source if own else "", max_chars=120, key="bench_own_source")
        st.form_submit_button(_("Use it"), on_click=_set_own, args=(view.indicator,), type="primary")
    if own:
        st.button(_("Remove"), key="bench_own_remove", on_click=lambda: views.change(own=None))


def _set_own(indicator: str) -> None:
    value, source = st.session_state["bench_own_value"], str(st.session_state["bench_own_source"]).strip()
    if value and source:
        own = Own.of(indicator, value, str(st.session_state["bench_own_year"]), source)
        views.change(own=own, benchmark=OWN)


def _about(
    view: View, origin_ids: Sequence[str], title: str, warnings: Sequence[str] = (), *, of: str | None = None
) -> About:
    # of one area, at its own level, where it is told; else of all areas of the view
    level = (level_of(tables.offer(), of, view.level) or "country") if of else view.level
    rows = figure.values(view, level=level)
    if of:
        rows = rows[rows["area_code"].eq(of)]
    base = replace(figure.about(view, rows, title), level=level)
    ids = [*(origin for one in base.origins for origin in [one.origin_id]), *origin_ids]
    kept = sources.origins(list(dict.fromkeys(ids)), view.lang)
    return replace(base, title=title, origins=kept, warnings=(*base.warnings, *warnings))


def _named(found: Benchmark, view: View) -> str:
    _ = translator(view.lang)
    name = found.label(view.lang)
    if found.is_own:
        return _("{name} (own, unchecked)").format(name=name)
    if not found.is_like:
        return _("{name} ({warning})").format(name=name, warning=_(COMPARABILITY_WORDS[found.comparability_class]))
    return name


def against_each(view: View, mine: Standing) -> None:
    """Draw every benchmark as a dot beside the area's value, and the table that says what each of them is."""
    _, indicator = translator(view.lang), figure.indicator_of(view)
    found = [one for one in offered(view) if one.suits(mine.region)]
    if not found:
        st.info(_("There is no benchmark for this indicator. Choose a rate for 100,000 people."))
        return
    rows = pd.DataFrame(
        {
            "name": [_named(one, view) for one in found], "value": [one.value for one in found],
            "is_like": [one.is_like for one in found],
            "outcome": [(in_series(view, mine, one) or mine).outcome(one) for one in found],
        }
    )  # fmt: skip
    title = _("{name}, {year}, against each benchmark").format(name=mine.name, year=mine.year)
    warnings = list(dict.fromkeys(one.said("comparability", view.lang) for one in found if not one.is_like))
    about = _about(view, [one.source for one in found if not one.is_own], title, warnings, of=mine.code)
    notes = [
        _(
            "Pink: the area is below it. Blue: above. Grey: cannot tell. Dark line and band: the area, by either "
            "source of its people or by the model's range."
        )
    ]
    if warnings:
        notes.append(_("Hollow: counts something else than our indicator, so the distance to it means little."))
    line = (mine.name, mine.value, mine.lower, mine.upper) if mine.is_known and mine.value is not None else None
    drawn = pictures.dots_against(
        rows, line, replace(about, n=1, n_unknown=0), indicator, view.lang, notes=notes, width_px=_CHART_PX
    )
    st.plotly_chart(drawn, config=charts.CONFIG, theme=None, key="bench_dots", alt=title)
    chart_files.chart_menu("bench_dots", view.lang)
    st.dataframe(
        _table(found, mine, view), hide_index=True, key="bench_table", height="content", placeholder=formats.NOTHING,
        column_config={
            _("Benchmark"): st.column_config.TextColumn(pinned=True, width="medium"),
            _("Units lacking, net"): st.column_config.NumberColumn(format="localized"),
        },
    )  # fmt: skip
    drawer(about, view.lang, method="benchmarks")


def _table(found: Sequence[Benchmark], mine: Standing, view: View) -> pd.DataFrame:
    _, indicator = translator(view.lang), figure.indicator_of(view)
    cited = sources.short_names(view.lang)
    rows = [
        {
            _("Benchmark"): one.label(view.lang),
            _("Value"): formats.number(one.value, indicator.decimals),
            _("Finding"): _outcome_word((in_series(view, mine, one) or mine).outcome(one), view.lang),
            _("In its own series"): _there(in_series(view, mine, one), indicator),
            _("Units lacking, net"): mine.lacking(one, indicator),
            _("Group"): _(GROUP_WORDS[one.group_type]),
            _("Year"): one.year,
            _("Statistic"): one.said("statistic", view.lang),
            _("Definition"): one.said("definition", view.lang),
            _("Comparability"): _("{kind}: {note}").format(
                kind=_(COMPARABILITY_WORDS[one.comparability_class]), note=one.said("comparability", view.lang)
            )
            if not one.is_own
            else _("set by the user, checked by nobody"),
            _("Source"): cited.get(one.source, one.source),
        }
        for one in found
    ]
    return pd.DataFrame(rows).convert_dtypes().dropna(axis="columns", how="all")


def _there(own: Standing | None, indicator: Indicator) -> str | None:
    return None if own is None else f"{formats.number(own.value, indicator.decimals)} ({own.year})"


def _outcome_word(outcome: str | None, lang: Language) -> str:
    _ = translator(lang)
    words: dict[str, str] = {name: _(word) for name, word in intervals.OUTCOME_WORDS.items()}
    return words.get(str(outcome), formats.NOTHING)


def ladder(view: View, mine: Standing) -> None:
    """Draw countries from the highest to the lowest, with the provinces and the whole country among them."""
    _, indicator, lang = translator(view.lang), figure.indicator_of(view), view.lang
    others = benchmarks.ladder(view.indicator, queries.of_indicator(view.indicator), lang)
    if others.empty:
        st.info(_("No figures of other countries count this indicator as ours do."))
        return
    year = _("{name} ({year})")
    rows = others.assign(
        kind="country", code="",
        name=[year.format(name=n, year=y) for n, y in zip(others["name"], others["year"], strict=True)],
    )  # fmt: skip
    own = _areas(view, level="province")
    own = own[own["value"].notna()]
    if len(own) <= _MOST_RUNGS:
        own = own.assign(kind="area", name=own[f"name_{lang}"], code=own["area_code"], origin=own["origin_id"])
        rows = pd.concat([rows, own[["name", "value", "kind", "code"]]], ignore_index=True)
    if mine.is_known and mine.code not in set(rows["code"]):
        rows = pd.concat(
            [rows, pd.DataFrame([{"name": mine.name, "value": mine.value, "kind": "mine", "code": mine.code}])],
            ignore_index=True,
        )
    rows["kind"] = rows["kind"].mask(rows["code"].eq(mine.code), "mine")
    rows = rows.sort_values(["value", "name"], ascending=[False, True], ignore_index=True)
    title = _("Countries and {country}'s provinces on one ladder").format(country=say(tables.country().names, lang))
    about = _about(replace(view, level="province"), others["source"].unique().tolist(), title)
    notes = [
        _(
            "Grey: countries, each by its latest figure of the same kind, with its year. Blue: provinces, {year}."
        ).format(year=view.year),
        _("Countries count by their own rules; small distances mean nothing."),
    ]
    drawn = pictures.ladder(rows, about, indicator, lang, notes=notes, width_px=_CHART_PX)
    st.plotly_chart(drawn, config=charts.CONFIG, theme=None, key="bench_ladder", alt=title)
    chart_files.chart_menu("bench_ladder", view.lang)
    drawer(about, lang, method="benchmarks")


def _areas(view: View, *, level: str) -> pd.DataFrame:
    offered_at = {(at, year) for (d, i, at), years in tables.offer().years.items() for year in years
                  if d == view.dataset and i == view.indicator}  # fmt: skip
    if (level, view.year) not in offered_at:
        return figure.values(view).head(0)
    return figure.values(view, level=level)


def each_area(view: View, mine: Standing) -> None:
    """Draw the funnel of areas, and each area's band or range, finding and rank."""
    _, indicator = translator(view.lang), figure.indicator_of(view)
    # both rates stand beside each other here, so none is drawn into the other's place
    asked = replace(view.sure, steadied=False)
    rows = tables.limited(figure.values(view, sure=asked), view)
    known = rows[rows["value"].notna() & rows["people"].gt(0).fillna(value=False)]
    if known.empty or indicator.denominator != "people":
        st.info(_("There is no band for this kind of figure, or no figure at this level."))
        return
    if not known["status"].eq("modelled").any():
        _funnel(view, known, mine)
    st.caption(
        _(
            "From, to: by the people a rate divides by and by those of another source; in a model 5 % and 95 % of its "
            "draws. Below, above, cannot tell: where that lies to the benchmark of the headline. Rank 1 is the highest."
        )
    )
    st.dataframe(
        _certainty_table(view, known), hide_index=True, key="bench_certainty", placeholder=formats.NOTHING,
        column_config={_("Area"): st.column_config.TextColumn(pinned=True)}, height=600,
    )  # fmt: skip
    drawer(figure.about(view, known), view.lang, method="uncertainty")


def _funnel(view: View, known: pd.DataFrame, mine: Standing) -> None:
    _, indicator, lang = translator(view.lang), figure.indicator_of(view), view.lang
    people = known["people"].astype("float64")
    rate = float((known["value"] * people).sum() / people.sum())
    steps = pd.Series([people.max() * (step / _FUNNEL_STEPS) ** 2 for step in range(1, _FUNNEL_STEPS + 1)])
    limits = pd.DataFrame({"people": steps})
    ratio = intervals.overdispersion((known["value"] * people / indicator.scale).round(6), known["people"])
    for name, confidence in (("95", intervals.CONFIDENCE), ("998", 0.998)):
        found = intervals.funnel(steps, rate, indicator.scale, confidence, ratio)
        limits[f"lower_{name}"], limits[f"upper_{name}"] = found["lower"], found["upper"]
    bounds = intervals.funnel(people, rate, indicator.scale, 0.998, ratio)
    is_outside = known["value"].lt(bounds["lower"]) | known["value"].gt(bounds["upper"])
    far = (known["value"] - rate).abs().rank(ascending=False)
    drawn = known.assign(
        name=known[f"name_{lang}"], kind=known["area_code"].eq(mine.code).map({True: "mine", False: "area"}),
        is_named=far.le(_NAMED) | known["area_code"].eq(mine.code),
    )  # fmt: skip
    title = _("{n} of {all} areas differ more than areas of their size here do").format(
        n=int(is_outside.sum()), all=len(known)
    )
    notes = [
        _("Dashed: the rate of all together. 95 % (solid) and 99.8 % (dotted) of areas that differ from it as these do "
          "lie within."),
        _("Areas here differ with {n} times the variance of units that come one by one: beds come in hospitals, and "
          "provinces decide. The limits are made as wide as that; every number is a full count all the same.").format(
            n=formats.number(ratio, 0 if ratio >= _IN_WHOLES else 1)
        ),
    ]  # fmt: skip
    about = figure.about(replace(view, sure=View.sure), figure.values(view, sure=View.sure), title)
    st.plotly_chart(
        pictures.funnel(drawn, limits, about, indicator, lang, rate=rate, notes=notes, width_px=_CHART_PX),
        config=charts.CONFIG, theme=None, key="bench_funnel", alt=title,
    )  # fmt: skip
    chart_files.chart_menu("bench_funnel", view.lang)


def _certainty_table(view: View, known: pd.DataFrame) -> pd.DataFrame:
    _, indicator, lang = translator(view.lang), figure.indicator_of(view), view.lang
    known = known.reset_index(drop=True)
    span = intervals.of_values(known, indicator)
    count = (known["value"] * known["people"].astype("float64") / indicator.scale).round(6)
    places = indicator.decimals + 1
    table = pd.DataFrame({
        _("Area"): known[f"name_{lang}"], _("Value"): known["value"].round(places),
        _("From"): span["lower"].round(places), _("To"): span["upper"].round(places),
    })  # fmt: skip
    chosen = chosen_benchmark(view)
    if chosen is not None:
        outcome = benchmarks.against(known["value"], span["lower"], span["upper"], chosen.value)
        table[_("Finding")] = [_outcome_word(one, lang) for one in outcome]
        if view.sure.hidden:
            table = table[outcome.ne(intervals.CANNOT_TELL)]
    if not known["status"].eq("modelled").any():
        shrunken = intervals.shrink(count, known["people"], scale=indicator.scale)["shrunken"]
        table[_("Shrunken")] = shrunken.round(places)
        table[_("Rank")] = known["value"].rank(ascending=False, method="min").astype("Int64")
    return table.sort_values(_("Value"), ascending=False)


def robustness(view: View) -> None:
    """Draw which areas are below every benchmark chosen, which above every one, and which depend on the choice."""
    _, indicator, lang = translator(view.lang), figure.indicator_of(view), view.lang
    found = offered(view)
    groups = [name for name in GROUP_WORDS if any(one.group_type == name for one in found)]
    tokens = [token for token in view.show if token in groups]
    tokens = tokens or [name for name in groups if name in _FIRST_GROUPS] or groups
    st.session_state["bench_groups"] = tokens
    st.pills(
        _("Benchmarks to hold areas against"), groups, selection_mode="multi", format_func=lambda g: _(GROUP_WORDS[g]),
        key="bench_groups", on_change=_groups,
    )  # fmt: skip
    chosen = [one for one in found if one.group_type in tokens]
    rows = tables.limited(figure.values(view), view).reset_index(drop=True)
    known = rows[rows["value"].notna()].reset_index(drop=True)
    if known.empty or not chosen:
        st.info(_("Nothing to hold against each other: no figure at this level, or no benchmark."))
        return
    values = known.assign(**small_numbers.span(known, indicator))
    count = benchmarks.verdicts(values, chosen)
    name = known[f"name_{lang}"]
    parts = {
        _("Below every benchmark"): count["below"].eq(count["tried"]),
        _("Above every benchmark"): count["above"].eq(count["tried"]),
    }
    parts[_("Depends on the benchmark, or cannot tell")] = ~pd.concat(parts, axis=1).any(axis=1)
    for at, (title, which) in zip(st.columns(3), parts.items(), strict=True):
        with at:
            st.metric(title, f"{int(which.sum())}")
            listed = name[which].tolist()
            more = _(" and {n} more").format(n=len(listed) - _MOST_RUNGS) if len(listed) > _MOST_RUNGS else ""
            st.caption(_(", ").join(plain(one) for one in listed[:_MOST_RUNGS]) + more)
    st.caption(
        _("{n} benchmarks: {names}").format(
            n=len(chosen), names=_("; ").join(plain(_named(one, view)) for one in chosen)
        )
    )
    figure.caption(_about(view, [one.source for one in chosen if one.group_type != OWN], ""), lang, method="benchmarks")


def _groups() -> None:
    _show(GROUP_WORDS, st.session_state["bench_groups"])


def regions(view: View) -> None:
    """Draw what each region lacks to its own target, as far as anything is published of it."""
    _, indicator, lang = translator(view.lang), figure.indicator_of(view), view.lang
    names = tables.country().regions
    if not names or indicator.parts is None or indicator.denominator != "people":
        st.info(_("There are no targets by region for this indicator. Choose psychiatrists."))
        _to_regional(view)
        return
    comparable = benchmarks.comparable(view.indicator, queries.of_indicator(view.indicator))
    regional = [one for one in comparable if one.applies_to]
    chosen = chosen_benchmark(view)
    targets = {region: one.value for one in regional for region in sorted(one.applies_to)} or (
        dict.fromkeys(names, chosen.value) if chosen else {}
    )
    own = (
        _("Each region against its own target") if regional else _("Each region against the benchmark of the headline")
    )
    st.subheader(own, anchor=False)
    if not regional:
        _to_regional(view)
    whole = _of_the_whole(view)
    for year, total, origin in region_figures.totals(view.dataset, indicator.parts).itertuples(index=False):
        provinces = region_figures.provinces(view.dataset, indicator.parts, int(year))
        if provinces["people"].isna().all() or not len(provinces):
            continue
        shares = region_figures.shares(indicator.parts, int(year))
        shared = dict(zip(shares["region"], shares["share"], strict=True))
        found = benchmarks.by_region(provinces, shared, float(total), targets)
        st.markdown(f"**{_(REGISTRY[str(indicator.parts)].name)}, {year}**")
        st.markdown("\n".join(f"- {line}" for line in _region_words(view, found, float(total), whole)))
        _region_table(view, found, float(total))
        ids = [origin, *shares["origin_id"], *provinces["people_origin"].dropna().unique(),
               *provinces["origin_id"].dropna().unique(), *(one.source for one in (*regional, *whole)),
               *region_figures.divided_by()]  # fmt: skip
        about = replace(
            figure.about(view, tables.values(view)), origins=sources.origins(list(dict.fromkeys(ids)), lang), n=0,
            n_unknown=0, year=int(year),
        )  # fmt: skip
        st.caption(plain(about.source_line(lang)))
        drawer(about, lang, method="benchmarks")
    _which_provinces(view)


def _to_regional(view: View) -> None:
    # the targets that differ by region are those of one indicator
    _ = translator(view.lang)
    offered = tables.offer().indicators(view.dataset)
    for name in queries.indicators_by_region():
        if name in offered and name != view.indicator:
            label = _("Targets by region: {name}").format(name=_(REGISTRY[name].name))
            st.button(label, key=f"bench_to_{name}", on_click=views.change, kwargs={"indicator": name})


def _of_the_whole(view: View) -> list[Benchmark]:
    # targets for the number in the whole country
    parts = figure.indicator_of(view).parts or ""
    return [one for one in benchmarks.from_frame(queries.of_indicator(parts)) if one.group_type == "planning_norm"]


def _region_words(view: View, found: pd.DataFrame, total: float, whole: Sequence[Benchmark]) -> list[str]:
    _, lang = translator(view.lang), view.lang
    indicator = figure.indicator_of(view)
    unit = unit_of_parts(indicator, lang)
    names = {key: say(text, lang) for key, text in tables.country().regions.items()}
    rows = found.to_dict("records")
    rest = next((row for row in rows if len(row["regions"]) > 1), None)
    said = []
    for row in rows:
        region = row["regions"][0]
        if len(row["regions"]) > 1:
            continue
        shared = rest if rest and region in rest["regions"] else None
        words = evidence.lacking_of_region(row, shared, names, indicator.parts, lang) if indicator.parts else ""
        if words:
            named = names.get(region, region)
            named = f"**{plain(named[:1].upper() + named[1:])}**"
            said.append(_("{region}: {words}").format(region=named, words=words))
    for one in whole:
        lacking = max(0, round(one.value - total))
        line = _("{count} of the {need} {unit} that the plan asks for by {year} in the whole country; {n} lacking.")
        if not lacking:
            line = _("{count} {unit}: the {need} that the plan asks for by {year} in the whole country are reached.")
        words = line.format(
            count=formats.number(total), need=formats.number(one.value), unit=unit, year=one.year,
            n=formats.number(lacking),
        )  # fmt: skip
        named = f"**{plain(say(tables.country().names, lang))}**"
        said.append(_("{region}: {words}").format(region=named, words=words))
    return said


def _which_provinces(view: View) -> None:
    # which provinces a region is made of, and who divides them so
    _, lang = translator(view.lang), view.lang
    rows, cited = region_figures.members(), sources.short_names(lang)
    parts = [
        _("{region}: {words}").format(
            region=say(text, lang), words=_(", ").join(rows.loc[rows["region"].eq(key), f"name_{lang}"])
        )
        for key, text in tables.country().regions.items()
    ]
    by = [cited[origin_id] for origin_id in region_figures.divided_by()]
    if by:
        parts.append(_("Divided so by: {source}").format(source=_("; ").join(by)))
    st.caption("  \n".join(parts))


def _region_table(view: View, found: pd.DataFrame, total: float) -> None:
    _, indicator, lang = translator(view.lang), figure.indicator_of(view), view.lang
    names = {key: say(text, lang) for key, text in tables.country().regions.items()}
    said = []
    for row in found.to_dict("records"):
        name = evidence.in_a_row([names.get(one, one) for one in row["regions"]], lang)
        if len(row["regions"]) > 1:
            name = _("{names} together").format(names=name)
        lacking = formats.number(row["lacking"])
        if formats.is_missing(row["lacking"]) and not formats.is_missing(row["least"]):
            lacking = _("not published; between {least} and {most}").format(
                least=formats.number(row["least"]), most=formats.number(row["most"])
            )
        said.append({
            _("Region"): name, _("People"): formats.number(row["people"]),
            _("Target"): formats.number(row["target"], indicator.decimals),
            _("Needed"): formats.number(row["need"]), _("There are"): formats.number(row["count"]),
            _("Lacking"): lacking,
        })  # fmt: skip
    st.table(pd.DataFrame(said).set_index(_("Region")))
    st.caption(
        _("In all {n}. Where a region's own count is not published, its share of the country's is used, or the rest "
          "that the others leave; a rest cannot be divided.").format(n=formats.number(total))
    )  # fmt: skip
