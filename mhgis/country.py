"""
What the published file says of its country: names, codes, levels, regions, notes. The code itself names no country.

The facts are written by the country's data pack into the table `pack`; `of` reads them from its rows. Holds no figures
and opens no file: see `mhgis.store.pack`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from mhgis.i18n import LANGUAGES, Language
from mhgis.indicators import DEFAULT, LEVELS, Level

#: a text in each language the pack offers
Text = Mapping[Language, str]

#: west, south, east, north in degrees, EPSG:4326
Window = tuple[float, float, float, float]


@dataclass(frozen=True)
class Start:
    """What a first visit shows; `dataset` is empty for the first there is, `year` 0 for the latest known."""

    dataset: str = ""
    level: Level = "province"
    indicator: str = DEFAULT
    year: int = 0


@dataclass(frozen=True, eq=False)
class Country:
    """
    The facts about a country that are no table.

    Attributes
    ----------
    pack, code
        Id of the data pack, and code of the country's own row.
    names, whole
        The country as it stands in a sentence, and as the widest choice of a list.
    languages
        Those the pack offers, the first to be shown first.
    levels
        From the country down: the pack's tiers by the part they play. `province` is the first below the country,
        `county` the finest of three or of two.
    level_names
        By language and level, the pack's own singular and plural; a level without an entry keeps the usual words.
    published
        Id of the dataset of published figures; empty where the pack has none.
    regions, settings
        Names of the regions areas are grouped into, and of the kinds of setting (urban, rural), by id.
    inset_name
        What the inset of the map shows; empty where there is none.
    boundaries
        Where the boundaries come from, and that they are no authority on borders.
    known, unknown, sources
        What the figures are, in a sentence; what nobody has published, a sentence each; what is said of the sources.
    warnings
        By indicator, sentences a reader must see beside it.
    methods
        By name, the pages on how figures were made, as Markdown.
    """

    pack: str = ""
    code: str = ""
    names: Text = field(default_factory=dict)
    whole: Text = field(default_factory=dict)
    languages: tuple[Language, ...] = LANGUAGES
    levels: tuple[Level, ...] = LEVELS
    level_names: Mapping[Language, Mapping[str, tuple[str, str]]] = field(default_factory=dict)
    published: str = ""
    start: Start = field(default_factory=Start)
    regions: Mapping[str, Text] = field(default_factory=dict)
    settings: Mapping[str, Text] = field(default_factory=dict)
    inset_name: Text = field(default_factory=dict)
    boundaries: Text = field(default_factory=dict)
    known: Text = field(default_factory=dict)
    unknown: tuple[Text, ...] = ()
    sources: Text = field(default_factory=dict)
    warnings: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    methods: Mapping[str, Text] = field(default_factory=dict)

    def warn(self, indicator: str, lang: Language) -> tuple[str, ...]:
        """Return what a reader must see beside an indicator."""
        return tuple(say(text, lang) for text in self.warnings.get(indicator, ()))

    @property
    def finest(self) -> Level:
        """The level of the smallest areas."""
        return self.levels[-1]


def say(text: Text, lang: Language) -> str:
    """Return a text in a language, or in the one it is written in; empty where it is written in none."""
    return text.get(lang) or next(iter(text.values()), "")


#: the entries of the table that hold a text, and those that hold a list or a mapping of texts
_TEXTS: Final = ("names", "whole", "inset_name", "boundaries", "known", "sources")


def rows_of(country: Country) -> pd.DataFrame:
    """
    Write the facts as the rows of the table `pack`.

    Returns
    -------
    rows
        `key`, `lang` (empty for what is the same in all), `value` (JSON); `of` reads them back.
    """
    plain: dict[str, Any] = {
        "pack": country.pack, "code": country.code, "languages": country.languages, "levels": country.levels,
        "published": country.published, "regions": list(country.regions), "settings": list(country.settings),
        **{f"start.{name}": getattr(country.start, name) for name in ("dataset", "level", "indicator", "year")},
    }  # fmt: skip
    rows = [(key, "", value) for key, value in plain.items()]
    texts: dict[str, Text] = {name: getattr(country, name) for name in _TEXTS}
    for group in ("regions", "settings", "methods"):
        texts |= {f"{group}.{name}": text for name, text in getattr(country, group).items()}
    texts |= {f"unknown.{at:02}": text for at, text in enumerate(country.unknown)}
    for indicator, warnings in country.warnings.items():
        texts |= {f"warnings.{indicator}.{at:02}": text for at, text in enumerate(warnings)}
    rows += [(key, lang, said) for key, text in texts.items() for lang, said in text.items()]
    for lang, levels in country.level_names.items():
        rows += [(f"level_names.{level}", lang, list(forms)) for level, forms in levels.items()]
    written = [(key, lang, json.dumps(value, ensure_ascii=False)) for key, lang, value in rows]
    return pd.DataFrame(written, columns=["key", "lang", "value"], dtype="str")


def of(rows: pd.DataFrame) -> Country:
    """Read the facts back from the rows that `rows_of` wrote: `key`, `lang`, `value`."""
    said: dict[str, dict[str, Any]] = {}
    for key, lang, value in zip(rows["key"], rows["lang"], rows["value"], strict=True):
        said.setdefault(str(key), {})[str(lang)] = json.loads(value)

    def plain(key: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        return said[key][""]

    def text(key: str) -> Text:
        return {lang: said[key][lang] for lang in LANGUAGES if lang in said.get(key, {})}

    def under(group: str) -> dict[str, Text]:
        head = f"{group}."
        return {key.removeprefix(head): text(key) for key in sorted(said) if key.startswith(head)}

    warnings: dict[str, tuple[Text, ...]] = {}
    for key, one in under("warnings").items():
        indicator = key.rpartition(".")[0]
        warnings[indicator] = (*warnings.get(indicator, ()), one)
    names: dict[Language, dict[str, tuple[str, str]]] = {}
    for level in LEVELS:
        for lang in LANGUAGES:
            forms = said.get(f"level_names.{level}", {}).get(lang)
            if forms:
                names.setdefault(lang, {})[level] = (forms[0], forms[1])
    return Country(
        pack=plain("pack"), code=plain("code"), languages=tuple(plain("languages")), levels=tuple(plain("levels")),
        published=plain("published"),
        start=Start(*(plain(f"start.{name}") for name in ("dataset", "level", "indicator", "year"))),
        regions={name: text(f"regions.{name}") for name in plain("regions")},
        settings={name: text(f"settings.{name}") for name in plain("settings")}, methods=under("methods"),
        unknown=tuple(under("unknown").values()), warnings=warnings, level_names=names,
        **{name: text(name) for name in _TEXTS},
    )  # fmt: skip
