"""
Benchmarks: the reference values an indicator is held against, and the bands some of them mark off.

All values come from the published table, none from here. Reads nothing: `mhgis.store.benchmarks` does.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, Self

import pandas as pd

from mhgis import indicators
from mhgis.errors import UnknownChoiceError
from mhgis.i18n import N_, Language
from mhgis.measures import intervals

#: the group of a benchmark that a user has set, and its id
OWN: Final = "own"
#: parts of a user's benchmark are joined with these in a link
_JOINS: Final = ";"
_LONGEST_SOURCE: Final = 120
_IN_BRACKETS: Final = r"\s*[(（].*[)）]$"

#: what each kind of comparison means
COMPARABILITY_WORDS: Final[dict[str, str]] = {
    "like": N_("like with like"),
    "wider": N_("counts more than ours"),
    "narrower": N_("counts less than ours"),
    "other": N_("counts something else"),
}

#: groups in the order in which they are shown
GROUP_WORDS: Final[dict[str, str]] = {
    OWN: N_("Own benchmark"),
    "planning_norm": N_("Norms and targets"),
    "income_group": N_("Countries by income, median"),
    "who_region": N_("WHO regions, median"),
    "world": N_("World"),
    "eu": N_("Europe"),
    "oecd": N_("OECD"),
}


@dataclass(frozen=True)
class Benchmark:
    """
    One reference value: what it is of, whose it is, where it was read.

    `value` has the unit of `indicator`. `applies_to` names the regions it is meant for; empty means any. `rank` is the
    place in a picker, None for one that is not offered.
    """

    benchmark_id: str
    indicator: str
    group_type: str
    group_name: str
    value: float
    year: str
    statistic: str
    status: str
    source: str
    note: str
    label_zh: str
    label_en: str
    is_listed: bool
    rank: int | None
    applies_to: frozenset[str] = frozenset()
    statistic_zh: str = ""
    definition: str = ""
    definition_zh: str = ""
    comparability: str = ""
    comparability_zh: str = ""
    comparability_class: str = "like"

    def label(self, lang: Language) -> str:
        """Return the name to show: which norm or group, its value or statistic, its year."""
        return self.label_zh if lang == "zh" else self.label_en

    def said(self, field: str, lang: Language) -> str:
        """Return a text of the benchmark in a language: its `statistic`, `definition` or `comparability`."""
        return str(getattr(self, field if lang == "en" else f"{field}_{lang}"))

    @property
    def is_like(self) -> bool:
        """Say whether it counts what our indicator counts; anything else is compared with a warning only."""
        return self.comparability_class == "like"

    @property
    def is_own(self) -> bool:
        """Say whether a user has set it, and no source of ours."""
        return self.group_type == OWN

    def suits(self, region: str | None) -> bool:
        """Say whether the value is meant for a region; for the country (None) only one without limits is."""
        return not self.applies_to or region in self.applies_to


@dataclass(frozen=True)
class Band:
    """A band of values, `lower` <= value < `upper`; None = without end. `name` is a message id."""

    name: str
    lower: float | None
    upper: float | None

    def holds(self, value: float) -> bool:
        """Say whether a value lies in the band; the lower limit does, the upper does not."""
        return (self.lower is None or value >= self.lower) and (self.upper is None or value < self.upper)


def from_frame(frame: pd.DataFrame) -> tuple[Benchmark, ...]:
    """
    Take benchmarks from the published table.

    Parameters
    ----------
    frame
        The columns of `benchmark`, as `mhgis.store.benchmarks` gives them. An empty text field may be NA; one without
        a rank is not offered.

    Returns
    -------
    benchmarks
        In the order of the rows.
    """
    return tuple(_benchmark({str(key): value for key, value in row.items()}) for row in frame.to_dict("records"))


def _benchmark(row: dict[str, object]) -> Benchmark:
    def text(column: str) -> str:
        value = row.get(column)
        return "" if _is_missing(value) else str(value)

    rank = row["rank"]
    return Benchmark(
        benchmark_id=text("benchmark_id"),
        indicator=text("indicator"),
        group_type=text("group_type"),
        group_name=text("group_name"),
        value=float(str(row["value"])),
        year=text("year"),
        statistic=text("statistic"),
        status=text("status"),
        source=text("source"),
        note=text("note"),
        label_zh=text("label_zh"),
        label_en=text("label_en"),
        is_listed=bool(row["is_listed"]),
        rank=None if _is_missing(rank) else int(float(str(rank))),
        **{
            name: text(name)
            for name in ("statistic_zh", "definition", "definition_zh", "comparability", "comparability_zh")
        },
        comparability_class=text("comparability_class") or "like",
        applies_to=frozenset(part.strip() for part in text("applies_to").split(";") if part.strip()),
    )


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or value != value  # noqa: PLR0124 - only NaN differs from itself


def get(benchmark_id: str, frame: pd.DataFrame) -> Benchmark:
    """
    Return a benchmark by its id.

    Raises
    ------
    UnknownChoiceError
        If there is none of that id.
    """
    found = from_frame(frame[frame["benchmark_id"].eq(benchmark_id)])
    if not found:
        message = f"There is no benchmark {benchmark_id!r}; expected one of: {', '.join(frame['benchmark_id'])}."
        raise UnknownChoiceError(message)
    return found[0]


def listed(indicator: str, frame: pd.DataFrame) -> tuple[Benchmark, ...]:
    """Return the benchmarks that are offered for an indicator, best first."""
    offered = [b for b in from_frame(frame[frame["indicator"].eq(indicator)]) if b.is_listed and b.rank is not None]
    return tuple(sorted(offered, key=lambda b: (b.rank, b.benchmark_id)))


def default_for(indicator: str, frame: pd.DataFrame, region: str | None = None) -> Benchmark | None:
    """
    Return the benchmark an indicator is held against unless another is chosen.

    Parameters
    ----------
    indicator
        Id of an indicator.
    frame
        The published benchmarks.
    region
        Region of the area shown; None for the country, which a target for one of its regions does not suit.

    Returns
    -------
    benchmark
        The first offered one that suits the region, or None if there is none.
    """
    return next((b for b in listed(indicator, frame) if b.suits(region)), None)


def comparable(indicator: str, frame: pd.DataFrame, *, unlike: bool = False) -> tuple[Benchmark, ...]:
    """
    Return what an area can be held against: norms, targets and groups of countries, the most useful first.

    Parameters
    ----------
    indicator
        Id of an indicator.
    frame
        The published benchmarks.
    unlike
        Whether those are wanted too that count something else than the indicator does.
    """
    found = [
        b for b in from_frame(frame[frame["indicator"].eq(indicator)])
        if b.group_type in GROUP_WORDS and (unlike or b.is_like)
    ]  # fmt: skip
    order = {name: place for place, name in enumerate(GROUP_WORDS)}
    return tuple(sorted(found, key=lambda b: (order[b.group_type], not b.is_like, b.value, b.benchmark_id)))


@dataclass(frozen=True)
class Own:
    """A user's own benchmark, and the text by which a link says it: `indicator;value;year;source`."""

    text: str
    benchmark: Benchmark

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read the text of a link; None where it is not one."""
        parts = text.split(_JOINS, 3)
        if len(parts) != 4:  # noqa: PLR2004 - the parts named above
            return None
        try:
            value = float(parts[1])
        except ValueError:
            return None
        source = parts[3].strip()
        if not (0 < value < float("inf")) or not source:
            return None
        return cls(text, Benchmark(
            benchmark_id=OWN, indicator=parts[0], group_type=OWN, group_name=source, value=value, year=parts[2].strip(),
            statistic="", status=OWN, source=source, note="", label_zh=source, label_en=source, is_listed=True, rank=0,
        ))  # fmt: skip

    @classmethod
    def of(cls, indicator: str, value: float, year: str, source: str) -> Self | None:
        """Return the benchmark that a user has set, as a link would hold it; None where it is none."""
        plain = " ".join(source.split())[:_LONGEST_SOURCE]
        return cls.parse(_JOINS.join((indicator, f"{value:g}", year.replace(_JOINS, " ").strip(), plain)))

    def __str__(self) -> str:
        """Return the text of a link."""
        return self.text


def ladder(indicator: str, frame: pd.DataFrame, lang: Language) -> pd.DataFrame:
    """
    Return the countries an indicator is known for, each once, by the latest figure that counts like with like.

    Returns
    -------
    countries
        `name`, `value`, `year`, `source` (ids of origins), `benchmark_id`; the highest first.
    """
    found = frame[
        frame["indicator"].eq(indicator) & frame["group_type"].eq("country") & frame["comparability_class"].eq("like")
    ]
    # what stands in brackets says which part of a country was counted, and is no country of its own
    country = found["group_name"].str.replace(_IN_BRACKETS, "", regex=True)
    latest = found.assign(country=country).sort_values(["last_year", "benchmark_id"])
    latest = latest.drop_duplicates("country", keep="last")
    name = latest["group_name" if lang == "en" else f"group_name_{lang}"].str.replace(_IN_BRACKETS, "", regex=True)
    rows = latest.assign(name=name)[["name", "value", "year", "source", "benchmark_id"]]
    return rows.sort_values(["value", "name"], ascending=[False, True], ignore_index=True)


def against(value: pd.Series, lower: pd.Series, upper: pd.Series, benchmark: float) -> pd.Series:
    """
    Say on which side of a benchmark each area lies, with its interval where it has one.

    Returns
    -------
    outcome
        As `mhgis.measures.intervals.compare`; an area without an interval (a share, say) goes by its number alone, one
        equal to the benchmark counting as above. NA where nothing is known.
    """
    sure = intervals.compare(lower, upper, benchmark)
    number = value.astype("Float64")
    plain = pd.Series("above", index=value.index, dtype="str")
    plain = plain.mask(number.lt(benchmark).fillna(value=False).astype(bool), "below").where(number.notna())
    return sure.where(lower.notna() & upper.notna(), plain)


def verdicts(values: pd.DataFrame, benchmarks: Sequence[Benchmark]) -> pd.DataFrame:
    """
    Hold every area against every benchmark that is meant for its region.

    Parameters
    ----------
    values
        `value`, `lower`, `upper`, `region` of each area.
    benchmarks
        What to hold them against.

    Returns
    -------
    counts
        On the index of `values`, Int64, NA where the value is not known: how many benchmarks the area is `below`,
        `above`, and `cannot_tell`; `tried`, their sum.
    """
    region = values["region"].astype("object").where(values["region"].notna(), None)
    counts = pd.DataFrame(0, index=values.index, columns=list(intervals.OUTCOMES), dtype="Int64")
    for benchmark in benchmarks:
        suits = pd.Series([benchmark.suits(one) for one in region], index=values.index, dtype=bool)
        outcome = against(values["value"], values["lower"], values["upper"], benchmark.value)
        for name in intervals.OUTCOMES:
            counts[name] += (suits & outcome.eq(name)).astype("int64")
    counts["tried"] = counts.sum(axis=1)
    return counts.where(values["value"].notna())


def by_region(
    provinces: pd.DataFrame, shares: Mapping[str, float], total: float | None, targets: Mapping[str, float]
) -> pd.DataFrame:
    """
    Reckon what each region lacks to its own target, as far as counts or shares are published.

    Parameters
    ----------
    provinces
        `region`, `people`, `count` (NA = not known) of each province.
    shares
        Published share of the country's count, by region.
    total
        The country's count; None where not known.
    targets
        Rate per 100,000 people to reach, by region.

    Returns
    -------
    regions
        One row a region, then `rest` for two or more regions whose sum alone is known: `regions` (tuple), `people`,
        `target` (NA where the regions of the row have different ones), `need` (Int64, rounded up), `count` (Int64),
        `lacking` (Int64), and `most` and `least`, between which the lacking of a region lies whose count is not known
        but is part of a known sum; NA where nothing is known.
    """
    rows = []
    grouped = provinces.dropna(subset=["region"]).groupby("region", sort=False)
    counts: dict[str, float | None] = {}
    people: dict[str, int] = {}
    for region, group in grouped:
        name = str(region)
        people[name] = int(group["people"].sum())
        known = group["count"].notna().all()
        by_share = shares[name] * total if name in shares and total is not None else None
        counts[name] = float(group["count"].sum()) if known else by_share
    open_ones = [name for name, count in counts.items() if count is None]
    rest = None if total is None else total - sum(count for count in counts.values() if count is not None)
    for name, count in counts.items():
        row = _region_row((name,), people[name], targets.get(name), count)
        if count is None and rest is not None and row["need"] is not None:
            row |= {"least": max(0, row["need"] - math.floor(rest)), "most": row["need"]}
        rows.append(row)
    if len(open_ones) > 1 and rest is not None:
        goals = {targets.get(name) for name in open_ones}
        goal = goals.pop() if len(goals) == 1 else None
        needs = [row["need"] for row in rows if row["regions"][0] in open_ones]
        row = _region_row(tuple(open_ones), sum(people[name] for name in open_ones), goal, rest)
        if goal is None and None not in needs:
            row |= {"need": sum(needs), "lacking": max(0, sum(needs) - row["count"])}
        rows.append(row)
    columns = ["regions", "people", "target", "need", "count", "lacking", "least", "most"]
    whole = dict.fromkeys(("people", "need", "count", "lacking", "least", "most"), "Int64")
    return pd.DataFrame(rows, columns=columns).astype({**whole, "target": "Float64"})


def _region_row(regions: tuple[str, ...], people: int, target: float | None, count: float | None) -> dict[str, Any]:
    need = None if target is None else math.ceil(Fraction(str(target)) * people / 100_000)
    held = None if count is None else round(count)
    lacking = None if need is None or held is None else max(0, need - held)
    return {
        "regions": regions, "people": people, "target": target, "need": need, "count": held, "lacking": lacking,
        "least": None, "most": None,
    }  # fmt: skip


def bands_for(indicator: str, frame: pd.DataFrame) -> tuple[Band, ...]:
    """
    Return the bands of an indicator from the lowest up; empty where no norm marks any off.

    Raises
    ------
    UnknownChoiceError
        If a limit is not among the benchmarks.
    ValueError
        If the limits do not rise.
    """
    bands = indicators.get(indicator).bands
    if bands is None:
        return ()
    edges = [get(benchmark_id, frame).value for benchmark_id in bands.limits]
    if any(upper <= lower for lower, upper in pairwise(edges)):
        message = f"The limits of the bands of {indicator} must rise; found {edges}."
        raise ValueError(message)
    ends = pairwise([None, *edges, None])
    return tuple(Band(name, lower, upper) for name, (lower, upper) in zip(bands.names, ends, strict=True))


def band_of(value: float | None, bands: Sequence[Band]) -> Band | None:
    """Return the band a value lies in: [15, 25) holds 15 and not 25. None for an unknown value or no bands."""
    if value is None or _is_missing(value):
        return None
    return next((band for band in bands if band.holds(value)), None)
