"""The shelf behind the figures: every source, the method pages with their tables, what each indicator means."""

from collections.abc import Mapping
from typing import Final

import pandas as pd
import streamlit as st

from mhgis import formats
from mhgis.country import say
from mhgis.formats import plain
from mhgis.i18n import N_, Language, translator
from mhgis.indicators import REGISTRY, Indicator
from mhgis.queries import methods, names, tables
from mhgis.queries import sources as queries
from mhgis.ui.part import session as views
from mhgis.view import links
from mhgis.view.links import Offer
from mhgis.view.view import View
from mhgis.words import handbook, provenance, trace
from mhgis.words.sentences import LEVEL_NAMES

#: which sources belong together, by what uses them
GROUPS: Final = {
    "figures": N_("Where the figures of {country} come from"),
    "computed": N_("Computed by this project"),
    "benchmarks": N_("Where the benchmarks and other facts come from"),
}


def count_sources(rows: pd.DataFrame) -> int:
    """Return how many of the listed are sources, what this project computed left out."""
    return int(rows["shelf"].ne("computed").sum())


def list_origins(rows: pd.DataFrame, lang: Language) -> None:
    """Draw sources as text: title, publisher, year, identifier, licence, and how each was read."""
    _ = translator(lang)
    title, publisher, how_read = (provenance.column(text, lang) for text in ("title", "publisher", "how_read"))
    lines, terms = [], queries.licences(lang)
    for row in rows.to_dict("records"):
        parts = [row[publisher], row["year"], row["identifier"], terms[row["origin_id"]]]
        facts = " · ".join(str(part) for part in parts if not formats.is_missing(part))
        how = _("How read: {how}").format(how=row[how_read])
        lines.append(f"**{plain(row[title])}**  \n{plain(facts)}  \n:gray[{plain(how)}]")
    st.markdown("\n\n".join(lines))


def list_datasets(lang: Language) -> None:
    """Draw the datasets as text: title, and what a user has to know before using each."""
    rows = names.datasets()
    rows = rows.sort_values("kind", key=lambda kind: kind.eq("modelled"), kind="stable")
    pairs = zip(rows[f"title_{lang}"], rows[provenance.column("note", lang)], strict=True)
    st.markdown("\n\n".join(f"**{plain(title)}**  \n{plain(note)}" for title, note in pairs))


def ways_in(view: View) -> None:
    """Draw the link to how figures are made and where they come from."""
    _ = translator(view.lang)
    st.page_link(
        "pages/sources.py", label=_("How this is made, and from what"), query_params=links.to_query(view),
        width="content",
    )  # fmt: skip


def methods_of_pack(lang: Language) -> list[tuple[str, str]]:
    """Return the pages that the country's pack itself brings on its methods: title and text."""
    found = []
    for text in (say(page, lang) for page in tables.country().methods.values()):
        title, _, rest = text.partition("\n")
        found.append((title.lstrip("# ").strip(), with_tables(rest.strip(), lang)))
    return found


def with_tables(text: str, lang: Language) -> str:
    """Return the text of a method page with the build's tables where it has marks for them."""
    for mark, table in {"sensitivity": sensitivity, "adjustments": adjustments, "calibration": calibration}.items():
        place = f"<!-- {mark} -->"
        if place in text:
            text = text.replace(place, markdown(table(lang)))
    return text


def sensitivity(lang: Language) -> pd.DataFrame:
    """Return, by weighting, how many people live in counties without a facility: median and 5-95 % range."""
    _ = translator(lang)
    named = {"central": _("central"), "flat": _("all counties alike"), "urban": _("stronger pull of cities")}
    rows = methods.people_without_by_weighting()
    return pd.DataFrame(
        {
            _("Weighting"): [named.get(name, name) for name in rows["weighting"]],
            _("People in counties without a facility"): [formats.people(n, lang) for n in rows["value"]],
            _("Range (5 to 95 %)"): [
                f"{formats.people(low, lang, unit=False)} – {formats.people(high, lang, unit=False)}"
                for low, high in zip(rows["lower"], rows["upper"], strict=True)
            ],
        }
    )


def calibration(lang: Language) -> pd.DataFrame:
    """Return how many areas of a kind the model's draws have, beside the bounds set by figures of other years."""
    _ = translator(lang)
    named = {
        "counties_with_beds": _("Counties with beds"),
        "counties_with_facility_without_beds": _("Counties with a facility but no bed"),
        "counties_without_beds": _("Counties without beds"),
        "prefectures_without_beds": _("Prefectures without beds"),
    }
    rows = methods.calibration()
    return pd.DataFrame(
        {
            _("In 2015"): [named.get(quantity, quantity) for quantity in rows["quantity"]],
            _("Between, by the figures of 2010 and 2020"): _spans(rows["lowest"], rows["highest"]),
            _("Mean of the draws"): [formats.number(number) for number in rows["value"]],
            _("Range (5 to 95 %)"): _spans(rows["lower"], rows["upper"]),
        }
    )


def _spans(low: pd.Series, high: pd.Series) -> list[str]:
    return [formats.interval(least, most) for least, most in zip(low, high, strict=True)]


def adjustments(lang: Language) -> pd.DataFrame:
    """Return the provinces in which today's units make the published number of counties impossible."""
    _ = translator(lang)
    rows = methods.adjustments()
    return pd.DataFrame(
        {
            _("Province"): rows[f"name_{lang}"],
            _("Counties today"): rows["counties"],
            _("Facilities"): rows["facilities"],
            _("Without a facility, published"): rows["published_without"],
            _("Without a facility, modelled"): rows["modelled_without"],
        }
    )


def markdown(table: pd.DataFrame) -> str:
    """Return a table as Markdown."""
    lines = [list(map(str, table.columns)), ["---"] * len(table.columns), *table.astype("str").to_numpy().tolist()]
    return "\n".join(
        "| " + " | ".join(plain(cell) if cell != "---" else cell for cell in line) + " |" for line in lines
    )


def dictionary(view: View) -> None:
    """Draw what each indicator means, what it is made of, where it is known, how it is made and what it cannot say."""
    lang = view.lang
    _ = translator(lang)
    published, warn = tables.country().published, tables.country().warn
    rows = names.datasets()
    titles = dict(zip(rows["dataset_id"], rows[f"title_{lang}"], strict=True))
    shelf = handbook.pages(lang, tables.country().pack)
    for indicator in REGISTRY.values():
        with st.expander(_(indicator.name)):
            lines = [_(indicator.definition), *_made_of(indicator, lang)]
            lines.append(_("More is better.") if indicator.direction == "more_is_better" else _("Less is better."))
            lines.append(
                _("Levels: {levels}").format(levels=_(", ").join(_(LEVEL_NAMES[at]) for at in indicator.levels))
            )
            known = _where(tables.offer(), published, indicator, lang)
            lines.append(_("Published: {where}").format(where=known) if known else _("Never published."))
            for dataset, title in titles.items():
                if dataset != published and (where := _where(tables.offer(), dataset, indicator, lang)):
                    lines.append(_("{name}: {value}").format(name=plain(title), value=where))
            st.markdown("\n\n".join(lines))
            page = shelf.get(methods.method_of(indicator))
            limits = "" if page is None else handbook.limitations(page, lang)
            heading = _("Limitations")
            if limits or warn(indicator.id, lang):
                st.markdown(f"**{heading}**")
            for warning in warn(indicator.id, lang):
                st.markdown(f"- {plain(warning)}")
            st.markdown(limits)
            # the model's page is of one country, and not there for another
            if page is not None:
                st.button(
                    _("How it is made: {title}").format(title=page.title), key=f"method_of_{indicator.id}",
                    type="tertiary", on_click=views.change, kwargs={"show": page.name},
                )  # fmt: skip


def _made_of(indicator: Indicator, lang: Language) -> list[str]:
    _ = translator(lang)
    named = {**trace.QUANTITY_WORDS, **methods.MODEL_WORDS}
    lines = [_("Unit: {unit}").format(unit=_(indicator.unit))]
    if indicator.denominator is not None:
        lines += [
            _("Numerator: {name}").format(name=_(named[indicator.numerator])),
            _("Denominator: {name}").format(name=_(named[indicator.denominator])),
        ]
    return [*lines, *methods.formula(indicator, lang)]


def _where(offer: Offer, dataset: str, indicator: Indicator, lang: Language) -> str:
    _ = translator(lang)
    return _("; ").join(
        f"{_(LEVEL_NAMES[level])} {_(', ').join(map(str, years))}"
        for level in indicator.levels
        if (years := _known(offer.years.get((dataset, indicator.id, level), {})))
    )


def _known(years: Mapping[int, int]) -> list[int]:
    return sorted(year for year, n in years.items() if n)


def what_is_not_known(lang: Language) -> list[str]:
    """Return what nobody has published and what these figures therefore cannot tell."""
    return [say(text, lang) for text in tables.country().unknown]
