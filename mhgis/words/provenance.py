"""
What a figure is about and where it comes from: required by every figure, table and export.

Like the numbers themselves, what is known of them combines: origins unite and the most processed part names the whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from mhgis.i18n import N_, Language, translator

#: how far a figure is from what a source printed, least processed first; a stated model is the furthest. What someone
#: brought along comes behind what was published, so that no figure made with it passes for a published one.
Processing = Literal["published", "computed", "imported", "computed_imported", "modelled"]
PROCESSING: Final[tuple[Processing, ...]] = get_args(Processing)

PROCESSING_WORDS: Final[dict[Processing, str]] = {
    "published": N_("published figures"),
    "computed": N_("computed from published figures"),
    "imported": N_("imported figures"),
    "computed_imported": N_("computed from imported figures"),
    "modelled": N_("model estimate"),
}

#: what is said of figures of a scenario, beside how its baseline was made
SCENARIO: Final = N_("scenario: what would be, not what is")


@dataclass(frozen=True)
class Origin:
    """
    A source a figure rests on, its texts in the language of the figure.

    Attributes
    ----------
    origin_id
        In the table of origins.
    title, publisher, year
        Of the work; empty or None where not known.
    short
        As small type cites it; empty where there is no such name.
    parts
        The sources of one that this project computed.
    """

    origin_id: str
    title: str
    publisher: str = ""
    year: int | None = None
    short: str = ""
    parts: "tuple[Origin, ...]" = ()

    def cite(self, lang: Language) -> str:
        """Return the source in full: title, publisher and year."""
        _ = translator(lang)
        year = str(self.year) if self.year else ""
        if self.publisher and year:
            details = _("{publisher}, {year}").format(publisher=self.publisher, year=year)
        else:
            details = self.publisher or year
        return _("{title} ({details})").format(title=self.title, details=details) if details else self.title

    def brief(self, lang: Language) -> str:
        """Return the source as small type cites it; in full where it has no short name."""
        return self.short or self.cite(lang)


def column(text: str, lang: Language) -> str:
    """Return the column that holds a text in a language, where the English one has the plain name: `title_zh`."""
    return text if lang == "en" else f"{text}_{lang}"


@dataclass(frozen=True)
class About:
    """
    What a figure shows and where it comes from.

    Attributes
    ----------
    indicator, dataset, level
        Ids; several parts that differ are joined with ` + `.
    title, unit
        As printed, in the language of the figure.
    year
        Of the values; None where a figure spans several.
    origins
        Every source, in the order first met, each once.
    processing
        The most processed of the parts.
    warnings
        Sentences a reader must see, in the language of the figure.
    n, n_unknown
        How many areas are shown, and how many of these have no known value; `not_applicable` areas are in neither.
    build
        Id of the published file; the date on a figure is the build's, never the clock's.
    built_on
        The day of the build, ISO 8601.
    dataset_title
        What a reader is told the dataset is, in the language of the figure; its id where empty.
    scenario
        Of figures that would be under a scenario: its name and the digest of its file. Empty for figures of what is.
    """

    indicator: str
    title: str
    unit: str
    dataset: str
    year: int | None
    level: str
    origins: tuple[Origin, ...]
    processing: Processing
    warnings: tuple[str, ...] = ()
    n: int = 0
    n_unknown: int = 0
    build: str = ""
    built_on: str = ""
    dataset_title: str = ""
    scenario: str = ""

    def __post_init__(self) -> None:
        """Refuse counts that cannot be, and a figure without a source."""
        if not 0 <= self.n_unknown <= self.n:
            message = f"{self.n_unknown} of {self.n} areas cannot be unknown"
            raise ValueError(message)
        if not self.origins:
            message = f"{self.title!r} has no origin; a figure without a source is not shown"
            raise ValueError(message)

    @property
    def named(self) -> str:
        """Return what to call the dataset."""
        return self.dataset_title or self.dataset

    @property
    def is_modelled(self) -> bool:
        """Say whether any part is a model's: such a figure carries a badge and a watermark."""
        return self.processing == "modelled"

    @property
    def is_imported(self) -> bool:
        """Say whether figures someone imported are the most processed part; such a figure says so, too."""
        return self.processing in {"imported", "computed_imported"}

    @property
    def sources(self) -> tuple[Origin, ...]:
        """Every origin, what this project computed followed by its parts, each once: for where there is room."""
        return tuple(dict.fromkeys(one for origin in self.origins for one in (origin, *origin.parts)))

    def brief_sources(self, lang: Language) -> str:
        """Return the short names of the sources."""
        _ = translator(lang)
        named = _("; ").join(dict.fromkeys(origin.brief(lang) for origin in self.origins))
        return _("Source: {origins}").format(origins=named)

    def source_line(self, lang: Language) -> str:
        """Return the short names of the sources and how the figures were made, as one line of small type."""
        _ = translator(lang)
        said = f"{self.brief_sources(lang)} · {_(PROCESSING_WORDS[self.processing])}"
        return f"{said} · {_(SCENARIO)}" if self.scenario else said

    def unknown_line(self, lang: Language) -> str:
        """Return how many areas the figure shows and for how many nothing is known."""
        _ = translator(lang)
        if self.n_unknown == 0:
            return _("{n} areas, all known.").format(n=f"{self.n:,}")
        return _("{n} areas, {unknown} of them unknown.").format(n=f"{self.n:,}", unknown=f"{self.n_unknown:,}")


def combine(*abouts: About) -> About:
    """
    Say what a figure made of several others is about: origins and warnings unite, processing is the highest.

    Areas are taken to be the same in each part: `n` is the largest, and `n_unknown` the largest of the parts, since an
    area unknown in one part is unknown in the whole (the true number may be higher where parts miss different areas:
    give `n_unknown` anew where it is known). Parts of different builds cannot be combined.

    Raises
    ------
    ValueError
        If there is no part, or the parts come from different builds.
    """
    if not abouts:
        message = "nothing to combine"
        raise ValueError(message)
    builds = {(about.build, about.built_on) for about in abouts}
    if len(builds) > 1:
        message = f"figures of different builds cannot be combined: {sorted(build for build, _ in builds)}"
        raise ValueError(message)
    years = {about.year for about in abouts}
    return About(
        indicator=_joined(about.indicator for about in abouts),
        title=_joined(about.title for about in abouts),
        unit=_joined(about.unit for about in abouts),
        dataset=_joined(about.dataset for about in abouts),
        year=years.pop() if len(years) == 1 else None,
        level=_joined(about.level for about in abouts),
        origins=tuple(dict.fromkeys(origin for about in abouts for origin in about.origins)),
        processing=max((about.processing for about in abouts), key=PROCESSING.index),
        warnings=tuple(dict.fromkeys(warning for about in abouts for warning in about.warnings)),
        n=max(about.n for about in abouts),
        n_unknown=max(about.n_unknown for about in abouts),
        build=abouts[0].build,
        built_on=abouts[0].built_on,
        dataset_title=_joined(about.named for about in abouts) if any(a.dataset_title for a in abouts) else "",
        scenario=_joined(about.scenario for about in abouts if about.scenario),
    )


def _joined(texts: Iterable[str]) -> str:
    return " + ".join(dict.fromkeys(texts))
