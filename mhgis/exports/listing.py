"""
A list ready to be handed on: the rows as they are seen, and all that a reader of the file must be told.

Pure. Every file format is written from the same `Listing`, so all have the same rows in the same order and say the same
about them. The writers are `mhgis.exports.csv_json`, `mhgis.exports.workbook` and `mhgis.exports.geofiles`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import pandas as pd

from mhgis import indicators
from mhgis.i18n import N_, Language, translator
from mhgis.words.provenance import About
from mhgis.words.sentences import LEVEL_NAMES

#: headings, by machine name, of what a file says of itself
FACTS: Final[dict[str, str]] = {
    "title": N_("Title"),
    "indicator": N_("Indicator"),
    "unit": N_("Unit"),
    "dataset": N_("Dataset"),
    "scenario": N_("Scenario"),
    "year": N_("Year"),
    "level": N_("Level"),
    "area": N_("Area"),
    "benchmark": N_("Benchmark"),
    "filter": N_("Filter"),
    "order": N_("Order"),
    "rows": N_("Rows"),
    "known": N_("Known and unknown"),
    "processing": N_("What this is"),
    "note": N_("Note"),
    "build": N_("Build"),
    "date": N_("Date of the build"),
    "link": N_("Link"),
}
#: what no file may go without
REQUIRED: Final = frozenset({"dataset", "year", "benchmark", "filter", "build", "date", "link"})

SOURCE: Final = N_("Source")
LICENCE: Final = N_("Licence")
NO_FILTER: Final = N_("none: all areas shown")
WATERMARK: Final = N_("Model estimate: says nothing certain about any single county")
#: what stands in the same place where the figures are someone's own
IMPORTED: Final = N_("Imported figures: as the office named has them, not checked by others")
#: and where they are of a scenario, on whatever ground
SCENARIO: Final = N_("Scenario: what would be after the actions named, not what is")
SCENARIO_OF_MODEL: Final = N_(
    "Scenario on a model estimate: what would be after the actions named, not what is; says nothing certain about any "
    "single county"
)


@dataclass(frozen=True)
class Fact:
    """One thing a file says of itself: a machine name of `FACTS`, the heading in the file's language, the text."""

    key: str
    label: str
    text: str


@dataclass(frozen=True)
class Listing:
    """
    A list as it is seen.

    Attributes
    ----------
    rows
        In the order seen; column names are the headings. NA = not known.
    codes
        Code of the area of each row.
    facts
        What the file says of itself; those of `REQUIRED` at least.
    sources
        Citation and licence of each source; one at least.
    lang
        Of headings and texts.
    watermark
        Heading and text of a column that says on every row that figures are modelled or imported; None where none are.
    decimals
        How many a reader needs, by heading; None for a number that is a name, such as a year.
    """

    rows: pd.DataFrame
    codes: tuple[str, ...]
    facts: tuple[Fact, ...]
    sources: tuple[tuple[str, str], ...]
    lang: Language
    watermark: tuple[str, str] | None = None
    decimals: Mapping[str, int | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a list that does not say where it comes from, or whose columns cannot be told apart."""
        silent = REQUIRED - {fact.key for fact in self.facts if fact.text}
        headings = [*map(str, self.rows.columns), *([self.watermark[0]] if self.watermark else [])]
        # some formats take names that differ in case only for the same
        twice = {name for name in headings if sum(other.lower() == name.lower() for other in headings) > 1}
        if silent or not self.sources:
            message = f"A list is not handed on without {', '.join(sorted(silent)) or 'a source'}."
            raise ValueError(message)
        if twice:
            message = f"Headings must differ; found twice: {', '.join(sorted(twice))}."
            raise ValueError(message)
        if len(self.codes) != len(self.rows):
            message = f"Each row has the code of its area; found {len(self.codes)} codes for {len(self.rows)} rows."
            raise ValueError(message)

    def says(self, key: str) -> str:
        """Return what the file says of itself under a name; empty if nothing."""
        return next((fact.text for fact in self.facts if fact.key == key), "")

    @property
    def built_on(self) -> date:
        """The day of the build."""
        return date.fromisoformat(self.says("date"))

    def table(self) -> pd.DataFrame:
        """Return the rows with the watermark, if there is one, as the last column; numbered from zero."""
        rows = self.rows.reset_index(drop=True)
        return rows if self.watermark is None else rows.assign(**{self.watermark[0]: self.watermark[1]})

    def head(self) -> list[tuple[str, str]]:
        """Return facts, sources and licences as pairs of heading and text: the lines above a table."""
        _ = translator(self.lang)
        lines = [(fact.label, fact.text) for fact in self.facts]
        for citation, licence in self.sources:
            lines += [(_(SOURCE), citation), (_(LICENCE), licence)]
        return lines

    def about(self) -> dict[str, object]:
        """Return facts, sources and licences under machine names: what a program reads."""
        notes = [fact.text for fact in self.facts if fact.key == "note"]
        said: dict[str, object] = {fact.key: fact.text for fact in self.facts if fact.key != "note"}
        sources = [{"source": citation, "licence": licence} for citation, licence in self.sources]
        watermark = None if self.watermark is None else self.watermark[1]
        return {**said, "notes": notes, "sources": sources, "watermark": watermark, "language": self.lang}


def describe(
    rows: pd.DataFrame,
    codes: Sequence[str],
    about: About,
    lang: Language,
    *,
    dataset: str,
    area: str,
    benchmark: str,
    link: str,
    sources: Sequence[tuple[str, str]],
    filtered: str = "",
    order: str = "",
    decimals: Mapping[str, int | None] | None = None,
) -> Listing:
    """
    Put rows and all that is to be said of them together.

    Parameters
    ----------
    rows, codes, decimals
        As in `Listing`.
    about
        What the rows show; modelled and imported ones are marked as such.
    lang
        Of the headings of `rows` and of all texts.
    dataset, area, benchmark
        Title of the dataset, name of the area the list is limited to, label of the benchmark or of there being none.
    link
        Address that opens the same view.
    sources
        Citation and licence of each source.
    filtered, order
        The filter (canonical text) and the order of the rows, in words; empty for no filter.

    Raises
    ------
    ValueError
        If something a file must say is empty.
    """
    _, mark = translator(lang), _mark(about)
    titled = _("Scenario of {dataset}").format(dataset=dataset) if about.scenario else dataset
    said = _told_by(about, lang) | {
        "dataset": f"{titled} ({about.dataset})" if dataset else "",
        "area": area,
        "benchmark": benchmark,
        "filter": filtered or _(NO_FILTER),
        "order": order,
        "rows": f"{len(rows):,}",
        "processing": _(mark) if mark else "",
        "link": link,
    }
    texts = {key: about.warnings if key == "note" else (said[key],) for key in FACTS}
    facts = tuple(Fact(key, _(FACTS[key]), text) for key, several in texts.items() for text in several if text)
    heading = FACTS["processing"]
    watermark = (_(heading), _(mark)) if mark else None
    return Listing(rows, tuple(codes), facts, tuple(sources), lang, watermark, decimals or {})


def _mark(about: About) -> str:
    if about.scenario:
        return SCENARIO_OF_MODEL if about.is_modelled else SCENARIO
    return WATERMARK if about.is_modelled else IMPORTED if about.is_imported else ""


def _told_by(about: About, lang: Language) -> dict[str, str]:
    _ = translator(lang)
    return {
        "title": about.title,
        "indicator": " + ".join(_(indicators.get(one).name) for one in about.indicator.split(" + ")),
        "unit": about.unit,
        "scenario": about.scenario,
        "year": "" if about.year is None else str(about.year),
        "level": " + ".join(_(name) for level, name in LEVEL_NAMES.items() if level in about.level.split(" + ")),
        "known": about.unknown_line(lang),
        "build": about.build,
        "date": about.built_on,
    }
