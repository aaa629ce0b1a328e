"""
Where one area stands against a benchmark, and how sure that is: the numbers in one place, and the sentences on them.

Pure; takes frames as `mhgis.store` gives them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from mhgis import formats
from mhgis.i18n import Language, translator
from mhgis.indicators import REGISTRY, Indicator, Resource
from mhgis.measures import benchmarks, rates, small_numbers
from mhgis.measures.benchmarks import Benchmark
from mhgis.status import KNOWN
from mhgis.words import sentences


@dataclass(frozen=True)
class Standing:
    """
    What is known of one area: value and its ends in the unit of the indicator, people, region; None = unknown.

    `is_modelled` says what lies between `lower` and `upper`: the model's draws, or the band of the people a count is
    divided by. `raw` is the rate as counted where `value` has been steadied, else None.
    """

    code: str
    name: str
    region: str | None
    value: float | None
    lower: float | None
    upper: float | None
    status: str
    people: int | None
    year: int
    raw: float | None = None

    @property
    def is_known(self) -> bool:
        """Say whether the area has a value."""
        return self.status in KNOWN and self.value is not None

    @property
    def is_modelled(self) -> bool:
        """Say whether the value is a model's."""
        return self.status == "modelled"

    def outcome(self, benchmark: Benchmark | None) -> str | None:
        """Return `below`, `above` or `cannot_tell` for a benchmark; None where there is no value or no benchmark."""
        if benchmark is None or not self.is_known:
            return None
        value, lower, upper = (pd.Series([cell], dtype="Float64") for cell in (self.value, self.lower, self.upper))
        return str(benchmarks.against(value, lower, upper, benchmark.value).iloc[0])

    def lacking(self, benchmark: Benchmark, indicator: Indicator) -> int | None:
        """Return how many units the area lacks to reach a benchmark; None where that is not known or makes no sense."""
        if indicator.parts is None or indicator.denominator != "people" or not self.is_known or not self.people:
            return None
        rate = self.value if self.raw is None else self.raw
        count = round(float(rate or 0) * self.people / indicator.scale, 6)
        found = rates.shortfall_to(benchmark.value, pd.Series([count]), pd.Series([self.people]), indicator.scale).iloc[
            0
        ]
        return int(found)


def stand(row: Mapping[Any, Any], indicator: Indicator, year: int, lang: Language) -> Standing:
    """Return what is known of the area of a row of values."""
    optional = [name for name in ("raw", "people_otherwise") if name in row]
    needed = ("value", "lower", "upper", "status", "people", *optional)
    frame = pd.DataFrame([{name: row[name] for name in needed}])
    span = small_numbers.span(frame, indicator).iloc[0]
    region = row.get("region")
    return Standing(
        code=str(row["area_code"]), name=str(row[f"name_{lang}"]),
        region=None if formats.is_missing(region) else str(region),
        value=_number(row["value"]), lower=_number(span["lower"]), upper=_number(span["upper"]),
        status=str(row["status"]), people=None if formats.is_missing(row["people"]) else int(row["people"]), year=year,
        raw=_number(row["raw"]) if "raw" in row else None,
    )  # fmt: skip


def _number(cell: Any) -> float | None:  # noqa: ANN401 - a cell
    return None if formats.is_missing(cell) else float(cell)


def _ends(lower: float, upper: float, decimals: int) -> tuple[str, str]:
    # a digit more where two ends of an interval would print alike
    places = decimals + (lower != upper and formats.number(lower, decimals) == formats.number(upper, decimals))
    return formats.number(lower, places), formats.number(upper, places)


def headline(area: Standing, indicator: Indicator, benchmark: Benchmark | None, lang: Language) -> str:
    """Return in a sentence on which side of a benchmark an area lies."""
    _ = translator(lang)
    said = {"name": area.name, "year": area.year, "indicator": _(indicator.name)}
    if not area.is_known:
        word = formats.status_word(area.status, lang)  # type: ignore[arg-type]
        return _("{name}, {year}: {indicator}: {word}").format(word=word, **said)
    said["value"] = formats.number(area.value, indicator.decimals)
    if benchmark is None:
        return _("{name}, {year}: {indicator}: {value}").format(**said)
    sentence = {
        "below": _("{name}, {year}: {indicator} {value}, below the benchmark of {benchmark}"),
        "above": _("{name}, {year}: {indicator} {value}, above the benchmark of {benchmark}"),
        "cannot_tell": _("{name}, {year}: {indicator} {value}; cannot tell whether below the benchmark of {benchmark}"),
    }[str(area.outcome(benchmark))]
    return sentence.format(benchmark=formats.number(benchmark.value, indicator.decimals), **said)


def in_series(said: str, own: Standing, indicator: Indicator, benchmark: Benchmark, lang: Language) -> str:
    """Return what is said of a country, and on which side of a benchmark it lies in the benchmark's own series."""
    _ = translator(lang)
    sentence = {
        "below": _("{said}; like with like {value} ({year}), below the benchmark of {benchmark}"),
        "above": _("{said}; like with like {value} ({year}), above the benchmark of {benchmark}"),
    }[str(own.outcome(benchmark))]
    return sentence.format(
        said=said, value=formats.number(own.value, indicator.decimals), year=own.year,
        benchmark=formats.number(benchmark.value, indicator.decimals),
    )  # fmt: skip


def how_sure(area: Standing, indicator: Indicator, benchmark: Benchmark | None, lang: Language) -> list[str]:
    """Return, a sentence each, how sure the standing of an area is, and what that leaves out."""
    _ = translator(lang)
    if not area.is_known:
        return [_("There is no figure, so nothing can be said; unknown is not zero.")]
    lines = []
    if area.lower is None or area.upper is None:
        lines.append(_("Everything there is was counted, so chance has no part in it; no second source of its people "
                       "is known here."))  # fmt: skip
    else:
        lower, upper = _ends(area.lower, area.upper, indicator.decimals)
        said = _("Everything there is was counted, so chance has no part in it. By the people of another source it "
                 "lies between {lower} and {upper}.")  # fmt: skip
        if area.is_modelled:
            said = _("90 % of the model's draws lie between {lower} and {upper}; they say nothing certain about this "
                     "one area.")  # fmt: skip
        lines.append(said.format(lower=lower, upper=upper))
    if area.raw is not None and area.raw != area.value:
        counted = _("The rate is steadied for small populations; as counted it is {value}.")
        lines.append(counted.format(value=formats.number(area.raw, indicator.decimals)))
    if benchmark is not None:
        lines += _against(area, indicator, benchmark, lang)
    lines.append(_("Not in it: errors of counting, and differences in what is counted."))
    return lines


def _against(area: Standing, indicator: Indicator, benchmark: Benchmark, lang: Language) -> list[str]:
    _ = translator(lang)
    named, value = benchmark.label(lang), formats.number(benchmark.value, indicator.decimals)
    outcome = {
        "below": _("That lies below {value} ({named})."),
        "above": _("That lies above {value} ({named})."),
        "cannot_tell": _("{value} ({named}) lies in between: this figure cannot tell on which side the area is."),
    }[str(area.outcome(benchmark))]
    lines = [outcome.format(value=value, named=named)]
    lacking = area.lacking(benchmark, indicator)
    if lacking:
        unit = sentences.unit_of_parts(indicator, lang)
        lines.append(_("To reach it, {n} {unit} more would be needed.").format(n=formats.number(lacking), unit=unit))
    return lines


def in_a_row(names: Sequence[str], lang: Language) -> str:
    """Return names as a sentence has them: `east, centre and west`."""
    _ = translator(lang)
    *first, last = names
    return _(" and ").join([_(", ").join(first), last]) if first else last


def lacking_of_region(
    row: Mapping[Any, Any], rest: Mapping[Any, Any] | None, names: Mapping[str, str], parts: Resource, lang: Language
) -> str:
    """
    Return in words what a region lacks to its target, as far as anything is published of it.

    Parameters
    ----------
    row
        A row of `mhgis.measures.benchmarks.by_region` of one region.
    rest
        The row of the regions whose sum alone is known, where this is one of them; else None.
    names
        Of regions, in the language.
    parts
        What is counted, such as psychiatrists.
    lang
        Of the sentence.

    Returns
    -------
    sentences
        Empty where the region has no target. What an even spread of a known sum would leave is called an assumption.
    """
    _ = translator(lang)
    if formats.is_missing(row["need"]):
        return ""
    name = _(REGISTRY[parts].name)
    said = {
        "unit": _(parts), "name": name[:1].lower() + name[1:],
        "target": formats.number(row["target"], 1), "need": formats.number(row["need"]),
        "count": formats.number(row["count"]), "lacking": formats.number(row["lacking"]),
        "least": formats.number(row["least"]), "most": formats.number(row["most"]),
    }  # fmt: skip
    if not formats.is_missing(row["lacking"]):
        if not row["lacking"]:
            return _("{count} of the {need} {unit} that its target of {target} asks for: reached.").format(**said)
        return _("lacks {lacking} {unit} to its target of {target}: {count} of {need}.").format(**said)
    if formats.is_missing(row["most"]):
        return _("its target of {target} asks for {need} {unit}; how many it has was never published.").format(**said)
    text = _(
        "how many {name} it has was never published; its target of {target} asks for {need}, so between {least} and "
        "{most} are lacking."
    ).format(**said)
    if rest is None:
        return text
    spread = round(int(rest["count"]) * int(row["people"]) / int(rest["people"]))
    is_all = set(names) <= set(rest["regions"])
    together = _("the whole country") if is_all else in_a_row([names.get(one, one) for one in rest["regions"]], lang)
    assumed = _(
        "If the {sum} of {regions} together were spread by people, {n} would be lacking: an assumption, not a count."
    ).format(
        sum=formats.number(rest["count"]), regions=together, n=formats.number(max(0, int(row["need"]) - spread))
    )  # fmt: skip
    return f"{text}{'' if lang == 'zh' else ' '}{assumed}"
