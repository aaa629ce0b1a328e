"""What things are called: datasets, areas, benchmarks, sources; and which kind a dataset is of."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import pandas as pd

from mhgis import formats, store
from mhgis.country import say
from mhgis.i18n import Language, translator
from mhgis.indicators import LEVELS, REGISTRY
from mhgis.measures.benchmarks import OWN
from mhgis.queries import benchmarks
from mhgis.queries.tables import country, kept, table
from mhgis.view.links import NO_BENCHMARK
from mhgis.view.view import View

#: level and code
Area = tuple[str, str]

_AREAS: Final = "SELECT level, area_code, name_zh, name_en FROM area ORDER BY area_code, level"
_TO_CHOOSE: Final = """
SELECT a.level, a.area_code, a.name_zh, a.name_en, p.name_zh AS parent_zh, p.name_en AS parent_en FROM area a
LEFT JOIN area p ON p.level = a.parent_level AND p.area_code = a.parent_code
WHERE NOT (a.level = 'prefecture' AND (a.area_code = a.parent_code OR a.special = 'directly_administered'
  AND a.special IS NOT NULL)) ORDER BY a.area_code, a.level = 'county', a.level = 'prefecture'
"""


def datasets() -> pd.DataFrame:
    """Return the datasets by id: `dataset_id`, titles, `kind`, `year`, `created_at`, `note` and `note_zh`."""
    return kept(store.datasets)


def dataset_titles(lang: Language) -> dict[str, str]:
    """Return the title of each dataset; an imported one is called so."""
    _ = translator(lang)
    rows = datasets()
    imported = _("{title} (imported)")
    return {
        dataset: imported.format(title=title) if kind == "imported" else title
        for dataset, title, kind in zip(rows["dataset_id"], rows[f"title_{lang}"], rows["kind"], strict=True)
    }


def kind_of(view: View) -> str:
    """Return what the view's dataset is: published, modelled or imported."""
    rows = datasets()
    return str(rows.loc[rows["dataset_id"].eq(view.dataset), "kind"].iloc[0])


def is_modelled(view: View) -> bool:
    """Return whether the view's dataset is modelled."""
    return kind_of(view) == "modelled"


def is_imported(view: View) -> bool:
    """Return whether the view's dataset is an imported one."""
    return kind_of(view) == "imported"


def year_word(view: View) -> Callable[[int, int], str]:
    """Return how a year is offered of which so many areas are known."""
    _ = translator(view.lang)
    unknown = _("{year}: not known") if is_imported(view) else _("{year}: not published")
    return lambda year, known: str(year) if known else unknown.format(year=year)


# areas


@lru_cache(maxsize=4)
def _areas(build: str, lang: Language) -> dict[Area, str]:
    del build  # part of the key only
    rows = table(_AREAS)
    return dict(zip(zip(rows["level"], rows["area_code"], strict=True), rows[f"name_{lang}"], strict=True))


def area_names(lang: Language, level: str | None = None) -> dict[Area, str]:
    """Return the name of every area, or of those of a level, by (level, code), by code."""
    named = _areas(store.fingerprint(), lang)
    return {area: name for area, name in named.items() if level in {None, area[0]}}


def area_name(level: str, code: str, lang: Language) -> str:
    """Return the name of an area; its code where there is no such area."""
    return _areas(store.fingerprint(), lang).get((level, code), code)


def uppermost_area_name(code: str, lang: Language) -> str:
    """Return the name of the uppermost area below the country that has a code; empty where none has it."""
    named = _areas(store.fingerprint(), lang)
    return next((named[level, code] for level in (*LEVELS[1:], LEVELS[0]) if (level, code) in named), "")


def upper_area_names(lang: Language) -> dict[Area, str]:
    """Return the name of each province and prefecture by (level, code); in Chinese with its romanised name behind."""
    upper = {area: name for area, name in area_names(lang).items() if area[0] in {"province", "prefecture"}}
    romanised = area_names("en")
    return {area: f"{name} {romanised[area]}" for area, name in upper.items()} if lang == "zh" else upper


def scopes(view: View) -> dict[str, str]:
    """Return the names of what a view can be limited to: the country, the provinces, a prefecture it is limited to."""
    named = upper_area_names(view.lang)
    choices = {"": say(country().whole, view.lang)}
    choices |= {code: name for (level, code), name in named.items() if level == "province"}
    if view.within and view.within not in choices:
        choices[view.within] = named["prefecture", view.within]
    return formats.distinct(choices)


@lru_cache(maxsize=4)
def _to_choose(build: str, lang: Language) -> dict[Area, str]:
    del build  # part of the key only
    rows = table(_TO_CHOOSE)
    other: Language = "en" if lang == "zh" else "zh"
    holder = rows[f"parent_{lang}"].fillna("")
    named = rows[f"name_{lang}"] + " " + rows[f"name_{other}"] + (" · " + holder).where(holder.ne(""), "")
    keys = list(zip(rows["level"], rows["area_code"], strict=True))
    return formats.distinct(dict(zip(keys, named, strict=True)), {key: key[1] for key in keys})


def areas_to_choose(lang: Language) -> dict[Area, str]:
    """Return what a list of all areas calls each, in both scripts and with what holds it; each place once."""
    return dict(_to_choose(store.fingerprint(), lang))


# benchmarks


def benchmark_labels(view: View) -> dict[str, str]:
    """Return the label of each benchmark that a view's indicator can be held against, the user's own and none."""
    _, lang = translator(view.lang), view.lang
    rows = benchmarks.listed(view.indicator)
    labels = dict(zip(rows["benchmark_id"], rows[f"label_{lang}"], strict=True))
    own = view.own_of(view.indicator)
    named = _("Own, unchecked: {value} ({name})")
    mine = {OWN: named.format(value=f"{own.value:g}", name=own.label(lang))} if own else {}
    return {**mine, **labels, NO_BENCHMARK: _("None")}


def benchmark_names(view: View) -> dict[str, str]:
    """Return what a narrow list calls each benchmark of `benchmark_labels`: its value, and who it is of."""
    _, rows = translator(view.lang), benchmarks.listed(view.indicator)
    decimals = REGISTRY[view.indicator].decimals
    named = {
        benchmark: f"{formats.number(value, 0 if float(value).is_integer() else decimals)} · {short}"
        for benchmark, value, short in zip(rows["benchmark_id"], rows["value"], rows[f"short_{view.lang}"], strict=True)
    }
    own = view.own_of(view.indicator)
    mine = {OWN: _("{value} · own, unchecked").format(value=f"{own.value:g}")} if own else {}
    return {**mine, **named, NO_BENCHMARK: _("None")}
