"""
What a reader asks of small numbers: rates steadied, areas left out that cannot be told, people of another year.

One question for the map, lists, the page of an area and files. Pure: frames in, frames out. The measures are those of
`mhgis.measures.intervals`; who asks, and where it is said on the screen, see `mhgis.ui.part.small_numbers`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

import pandas as pd

from mhgis.i18n import N_, Language, translator
from mhgis.indicators import Indicator
from mhgis.measures import intervals, rates, tables
from mhgis.measures.intervals import CANNOT_TELL
from mhgis.measures.question import Between, Flag, Question

#: a rate times its people gives back its count, up to the noise of floating point
_COUNT_DECIMALS: Final = 6
#: what shrinking changes by less than this is noise, too
_NOISE: Final = 1e-9
#: findings of a comparison with a benchmark; that an area was counted to have nothing is known whatever its people
_COMPARED: Final = frozenset({"meets", "below_benchmark"})

STEADIED: Final = N_("steadied for small populations")
STEADIED_NOTE: Final = N_(
    "Rates are steadied for small populations: drawn towards the mean of {group}, the more the fewer people they rest "
    "on (empirical Bayes). The rate as counted stands beside them; reported zeros and units lacking stay as counted."
)
HIDDEN_NOTE: Final = N_(
    "Left out: areas whose figure cannot tell on which side of the benchmark they are: the benchmark lies within the "
    "band of the people it divides by, or within the model's range."
)
PEOPLE_NOTE: Final = N_(
    "Chosen instead: counts of {year} are divided by the people of {people_year}; the two years differ."
)
SAME_YEAR_NOTE: Final = N_("Chosen instead: counts of {year} are divided by the people of the same year.")
NO_PEOPLE_NOTE: Final = N_(
    "People of {people_year} are not known at this level, so rates divide by those that the dataset itself takes."
)


@dataclass(frozen=True)
class SureQuestion(Question):
    """
    How sure a rate has to be, such as `shrunken,people-2020`.

    `steadied` says whether rates of small populations are drawn towards the mean; `hidden` whether areas are left out
    whose figure cannot tell on which side of the benchmark they are; `people` is the year of the people that counts
    are divided by, 0 for those that the dataset itself takes.
    """

    steadied: Annotated[bool, Flag("shrunken")] = False
    hidden: Annotated[bool, Flag("hidden")] = False
    people: Annotated[int, Between(0, 9_999)] = 0


def is_rate_of_people(indicator: Indicator) -> bool:
    """Say whether an indicator is a count for so many people, which alone can be steadied or divided anew."""
    return indicator.denominator == "people" and not indicator.modelled_only


def with_people(values: pd.DataFrame, indicator: Indicator, own: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """
    Divide the counts behind rates by the people of another year; no count is changed.

    Parameters
    ----------
    values
        As `mhgis.store.indicator_values` gives them.
    indicator
        What they are; anything but a rate by people comes back as it is.
    own, other
        People of the year that the values take, and of the one wanted: `area_code`, `people` (NA = not known),
        `origin_id`.

    Returns
    -------
    values
        With `value`, `lower`, `upper`, `status` and `people` of the other year, and its origin in place of the first
        one's; a rate whose people are not known in that year is `not_reported`.
    """
    if not is_rate_of_people(indicator):
        return values
    before = values["people"].astype("Float64")
    # an area without people then may have some now, but its count is not kept beside the rate
    found = other.set_index("area_code").reindex(values["area_code"]).set_index(values.index)
    people = found["people"].astype("Int64")
    counts = {
        name: (values[name].astype("Float64") * before / indicator.scale).round(_COUNT_DECIMALS)
        for name in ("value", "lower", "upper")
    }
    status = rates.status_of_rate(values["status"], people)
    divided = {name: rates.rate(count, people, indicator.scale).astype("float64") for name, count in counts.items()}
    first = own.set_index("area_code")["origin_id"].reindex(values["area_code"]).set_axis(values.index)
    origins = _without(values["origin_id"], first)
    return values.assign(
        **divided, status=status, people=people, people_otherwise=pd.array([pd.NA] * len(values), "Int64"),
        origin_id=tables.united(origins, found["origin_id"].astype("str")).where(divided["value"].notna()),
    )  # fmt: skip


def _without(origins: pd.Series, taken: pd.Series) -> pd.Series:
    parts = [
        tables.AND.join(one for one in str(ids).split(tables.AND) if one not in str(out).split(tables.AND))
        for ids, out in zip(origins, taken, strict=True)
    ]
    return pd.Series(parts, index=origins.index, dtype="str").where(origins.notna())


def steady(values: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """
    Draw rates towards the mean of their province, or of the country where they are the provinces'.

    Only rates of published or imported counts above zero are drawn: a model's values carry a range of their own, and a
    reported zero is no accident of a small population. What is drawn keeps the sum of its group's counts: see
    `mhgis.measures.intervals.shrink`.

    Returns
    -------
    values
        With `value` as drawn and the rate as counted in `raw`; an indicator that is no rate by people comes back as it
        is, without `raw`.
    """
    if not is_rate_of_people(indicator):
        return values
    raw = values["value"].astype("Float64")
    people = values["people"].astype("Float64")
    drawn = values["status"].eq("reported") & raw.gt(0).fillna(value=False).astype(bool)
    count = (raw * people / indicator.scale).round(_COUNT_DECIMALS).where(drawn)
    is_province = values["province_code"].isna() | values["province_code"].eq(values["area_code"])
    group = None if is_province.all() else values["province_code"]
    found = intervals.shrink(count, people, group, indicator.scale)["shrunken"]
    changed = (found - raw).abs().gt(_NOISE).fillna(value=False).astype(bool)
    return values.assign(value=found.where(changed, raw).astype("float64"), raw=raw.astype("float64"))


def span(values: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """
    Return between what each value lies; never a band beside which the value shown would stand.

    The band is that of the people, or a model's range (`mhgis.measures.intervals.of_values`); a rate that was drawn out
    of it stretches it, so that no finding contradicts the number it stands beside. A rate that was steadied lies
    between what was counted and what it was drawn to, whatever its people. The mean of a model's draws may lie beyond
    their 5-95 %, and leaves them as they are.
    """
    found = intervals.of_values(values, indicator)
    if "raw" in values.columns:
        counted = values["raw"].astype("Float64").where(values["status"].isin(["reported", "zero"]))
        found = found.assign(lower=found["lower"].fillna(counted), upper=found["upper"].fillna(counted))
    shown = values["value"].astype("Float64").where(found["lower"].notna() & values["status"].ne("modelled"))
    return pd.DataFrame(
        {
            "lower": found["lower"].mask((shown < found["lower"]).fillna(value=False).astype(bool), shown),
            "upper": found["upper"].mask((shown > found["upper"]).fillna(value=False).astype(bool), shown),
        }
    )


def judge(ranked: pd.DataFrame, indicator: Indicator, benchmark: float | None, *, hidden: bool) -> pd.DataFrame:
    """
    Say of each area on which side of the benchmark it is, or that this cannot be told.

    Parameters
    ----------
    ranked
        As of `mhgis.measures.gaps.rank` or `rank_latest`.
    indicator, benchmark
        As there.
    hidden
        Whether areas that cannot be told are left out: they get the reason `cannot_tell`, and are in no list. An area
        counted to have nothing at all stays: that is known.

    Returns
    -------
    ranked
        With `low` and `high` (the band of a counted rate; NA for a model, whose range stands in `lower` and `upper`,
        and where there is none) and `outcome`, one of `mhgis.measures.intervals.OUTCOMES`; NA without a benchmark, a
        band or range, or a value of the year shown.
    """
    found = span(ranked, indicator)
    counted = ranked["status"].isin(["reported", "zero"]) & is_rate_of_people(indicator)
    stale = ranked["reason"].eq("stale")
    outcome = pd.Series(None, index=ranked.index, dtype="str")
    if benchmark is not None:
        outcome = intervals.compare(found["lower"], found["upper"], benchmark).mask(stale)
    judged = ranked.assign(low=found["lower"].where(counted), high=found["upper"].where(counted), outcome=outcome)
    if not hidden:
        return judged
    open_ones = outcome.eq(CANNOT_TELL).fillna(value=False).astype(bool)
    open_ones &= ranked["reason"].isin(sorted(_COMPARED)) | ranked["status"].eq("modelled")
    return judged.assign(reason=ranked["reason"].mask(open_ones, CANNOT_TELL))


def is_left_out(ranked: pd.DataFrame) -> pd.Series:
    """Return which areas `judge` has left out (bool)."""
    return ranked["reason"].eq(CANNOT_TELL)


def notes(
    question: SureQuestion, indicator: Indicator, lang: Language, said: Mapping[str, int | str | bool]
) -> tuple[str, ...]:
    """
    Return, a sentence each, what was asked of the figures: beside them on every screen and in every file.

    Parameters
    ----------
    question, indicator, lang
        What is asked, of what, in which language.
    said
        `year` of the counts; `group`, the name of what rates are drawn towards; `modelled`; `compared`, whether there
        is a benchmark; `people_known`, whether the year of people asked for is known at this level.
    """
    _ = translator(lang)
    found = []
    if is_rate_of_people(indicator):
        if question.steadied and not said["modelled"]:
            found.append(_(STEADIED_NOTE).format(group=said["group"]))
        if question.people:
            same = SAME_YEAR_NOTE if question.people == said["year"] else PEOPLE_NOTE
            text = same if said["people_known"] else NO_PEOPLE_NOTE
            found.append(_(text).format(year=said["year"], people_year=question.people))
    if question.hidden and said["compared"]:
        found.append(_(HIDDEN_NOTE))
    return tuple(found)
