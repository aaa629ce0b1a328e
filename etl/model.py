"""
What the 2015 model is given and what is kept of it: frames in, frames out.

The draws are `mhgis.measures.downscale`.
"""

from typing import Final

import numpy as np
import pandas as pd

from mhgis.errors import ConservationError
from mhgis.indicators import RESOURCES
from mhgis.measures import downscale, facility_kinds

#: the published figures that bound those of the model's year, by year and measure
_OF_OTHER_YEARS: Final = {
    (2010, "counties"), (2010, "counties_with_beds"), (2010, "prefectures_without_beds"),
    (2015, "counties_without_facility"), (2020, "counties_without_beds"), (2020, "counties_without_facility"),
}  # fmt: skip


def counties(areas: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """
    Describe the counties the model draws from.

    The seat of a prefecture is not in our sources. The most populous unit stands in for it: among its urban districts
    if it has any, else among its county-level cities, else among its counties. Only a proper prefecture has a seat:
    municipalities, and county-level units directly below a province, have rows of that level but no prefecture.

    Parameters
    ----------
    areas
        As published; only counties whose statistics apply are taken.
    people
        `level`, `area_code`, `people` of the model's year (NA = no figure).

    Returns
    -------
    counties
        `area_code`, `prefecture_code`, `province_code`, `people`, `is_urban_district`, `is_prefecture_seat`.
    """
    table = areas[areas["level"].eq("county") & areas["is_applicable"]].merge(
        people[["level", "area_code", "people"]], on=["level", "area_code"], how="left", validate="one_to_one"
    )
    order = table["area_type"].map({"district": 0, "county-level city": 1}).fillna(2)
    proper = areas.loc[areas["level"].eq("prefecture") & areas["is_proper_prefecture"], "area_code"]
    seats = (
        table[table["parent_code"].isin(proper)]
        .assign(order=order)
        .sort_values(["parent_code", "order", "people", "area_code"], ascending=[True, True, False, True])
        .drop_duplicates("parent_code")["area_code"]
    )
    return pd.DataFrame({
        "area_code": table["area_code"], "prefecture_code": table["parent_code"],
        "province_code": table["province_code"], "people": table["people"].astype("Int64"),
        "is_urban_district": table["area_type"].eq("district"), "is_prefecture_seat": table["area_code"].isin(seats),
    })  # fmt: skip


def groups(counties: pd.DataFrame, country_code: str) -> dict[str, pd.Series]:
    """Say for each level which of its areas a county lies in: level -> codes, on an index of county codes."""
    index = counties["area_code"]
    codes = {
        "country": pd.Series(country_code, index=index),
        "province": counties["province_code"],
        "prefecture": counties["prefecture_code"],
        "county": counties["area_code"],
    }
    return {level: pd.Series(code.to_numpy(), index=index, dtype="str") for level, code in codes.items()}


def provinces(areas: pd.DataFrame, resources: pd.DataFrame, published: pd.DataFrame, year: int) -> pd.DataFrame:
    """
    Gather what is published of each province for the model's year.

    Returns
    -------
    provinces
        `area_code`, `region`, `facilities`, `beds`, `counties_without_facility`; whole numbers, none missing.
    """
    counts = resources[resources["level"].eq("province") & resources["year"].eq(year)].pivot_table(
        index="area_code", columns="resource", values="value", aggfunc="first"
    )
    without = published[published["level"].eq("province") & published["year"].eq(year)].set_index("area_code")
    region = areas[areas["level"].eq("province")].set_index("area_code")["region"]
    table = counts[["facilities", "beds"]].astype("Int64").assign(
        counties_without_facility=without["counties_without_facility"].astype("Int64"), region=region
    )  # fmt: skip
    return table.rename_axis("area_code").reset_index()


def national(table: pd.DataFrame, year: int, region: str) -> downscale.National:
    """Take the country's staff, a region's share of it and the kinds of facility from `national_resources`."""
    row = table[table["year"].eq(year)].set_index("measure")["value"]
    kinds = tuple(
        facility_kinds.Kind(kind, int(row[kind]), int(row[f"beds_in_{kind}"]), with_beds)
        for kind, with_beds in facility_kinds.WITH_BEDS.items()
        if kind in row
    )
    return downscale.National(
        psychiatrists=int(row["psychiatrists"]),
        nurses=int(row["nurses"]),
        share_psychiatrists=float(row[f"{region}_share_psychiatrists"]),
        share_nurses=float(row[f"{region}_share_nurses"]),
        region=region,
        kinds=kinds,
    )


def priors(table: pd.DataFrame) -> pd.DataFrame:
    """
    Say between what the published figures of 2010 and 2020 let the numbers of 2015 lie.

    Counties with beds: at least the counties with a facility of 2015, less the share of them that had no bed in 2020;
    at most as many as on a straight line from 2010 to 2020. Counties with a facility but no bed are the others of those
    with a facility; counties without beds, the others of all. Prefectures without beds: at most those of 2010, since
    beds have nearly doubled.

    Parameters
    ----------
    table
        `national_resources`.

    Returns
    -------
    priors
        `quantity`, `lowest`, `highest`; whole numbers.
    """
    figure = {(int(row["year"]), row["measure"]): float(row["value"]) for row in table.to_dict("records")}
    columns = ["quantity", "lowest", "highest"]
    if not figure.keys() >= _OF_OTHER_YEARS:
        return pd.DataFrame(columns=columns)
    counties = figure[2010, "counties"]
    none, no_bed = figure[2020, "counties_without_facility"], figure[2020, "counties_without_beds"]
    having = counties - figure[2015, "counties_without_facility"]
    fewest = having * (1 - (no_bed - none) / (counties - none))
    most = (figure[2010, "counties_with_beds"] + counties - no_bed) / 2
    spans = {
        "counties_with_beds": (fewest, most),
        "counties_with_facility_without_beds": (having - most, having - fewest),
        "counties_without_beds": (counties - most, counties - fewest),
        "prefectures_without_beds": (0, figure[2010, "prefectures_without_beds"]),
    }
    rows = [(quantity, round(lowest), round(highest)) for quantity, (lowest, highest) in spans.items()]
    return pd.DataFrame(rows, columns=columns)


def calibration(ensemble: downscale.Ensemble, counties: pd.DataFrame, priors: pd.DataFrame) -> pd.DataFrame:
    """
    Count areas in each draw, beside what the figures of other years let their numbers be.

    Parameters
    ----------
    ensemble
        The draws.
    counties
        As `counties` returns them; a prefecture is a proper one where it has a seat.
    priors
        As `priors` returns them.

    Returns
    -------
    table
        `quantity`, `lowest`, `highest` (of the priors), `value` (mean of the draws), `lower`, `upper` (5 and 95 %).
    """
    proper = counties.loc[counties["is_prefecture_seat"], "prefecture_code"]
    prefectures = counties.set_index("area_code")["prefecture_code"].where(lambda codes: codes.isin(proper))
    _, beds_of_prefectures = downscale.add_up(ensemble, ensemble.beds, prefectures)
    has_facility, has_beds = ensemble.facilities > 0, ensemble.beds > 0
    draws = {
        "counties_with_beds": has_beds.sum(axis=1),
        "counties_with_facility_without_beds": (has_facility & ~has_beds).sum(axis=1),
        "counties_without_beds": (~has_beds).sum(axis=1),
        "prefectures_without_beds": (beds_of_prefectures == 0).sum(axis=1),
    }
    rows = []
    for row in priors.to_dict("records"):
        counted = draws[row["quantity"]]
        lower, upper = np.quantile(counted, [0.05, 0.95], method="inverted_cdf")
        rows.append(row | {"value": float(counted.mean()), "lower": float(lower), "upper": float(upper)})
    return pd.DataFrame(rows, columns=["quantity", "lowest", "highest", "value", "lower", "upper"])


def adjustments(ensemble: downscale.Ensemble) -> pd.DataFrame:
    """List the provinces whose number of counties without a facility had to be raised, with the contract's names."""
    names = {"province_code": "area_code", "used_without": "modelled_without"}
    columns = ["area_code", "counties", "published_without", "facilities", "modelled_without"]
    return ensemble.adjustments.rename(columns=names)[columns]


def require_kept(
    ensembles: dict[str, downscale.Ensemble], provinces: pd.DataFrame, national: downscale.National
) -> None:
    """
    Make sure that every draw of every weighting reproduces every published total.

    Raises
    ------
    ConservationError
        If one does not; the first rule that is broken is named.
    """
    for name, ensemble in ensembles.items():
        broken = downscale.violations(ensemble, provinces, national)
        if len(broken):
            message = f"The {name} draws break {len(broken)} published totals, first: {broken.iloc[0].to_dict()}."
            raise ConservationError(message)


def ensemble_counts(ensemble: downscale.Ensemble, dataset_id: str, year: int) -> pd.DataFrame:
    """
    Return every draw, for measures that run over all of them.

    Returns
    -------
    table
        `dataset_id`, `resource`, `year`, `area_code`, `draws` (a list of counts, one a draw).
    """
    parts = [
        pd.DataFrame({"area_code": ensemble.area_code, "draws": list(ensemble.counts(resource).T)}).assign(
            resource=resource, dataset_id=dataset_id, year=year
        )
        for resource in RESOURCES
    ]
    return pd.concat(parts, ignore_index=True)


def without_by_weighting(
    ensembles: dict[str, downscale.Ensemble], people: pd.Series, groups: dict[str, pd.Series]
) -> pd.DataFrame:
    """
    Count the people in counties without a facility under each weighting, for the country and its provinces.

    Returns
    -------
    table
        `weighting`, `area_code`, `level`, `people`, `value`, `lower`, `upper`, `counties_without_facility`.
    """
    parts = []
    for name, ensemble in ensembles.items():
        for level in ("country", "province"):
            found = downscale.people_without(ensemble, people, groups[level])
            none = pd.Series((ensemble.facilities[0] == 0).astype(int), index=ensemble.area_code)
            by_group = none.groupby(groups[level].reindex(ensemble.area_code).to_numpy()).sum()
            parts.append(
                found.rename(columns={"group": "area_code"}).assign(
                    weighting=name, level=level, counties_without_facility=found["group"].map(by_group)
                )
            )
    columns = ["weighting", "area_code", "level", "people", "value", "lower", "upper", "counties_without_facility"]
    return pd.concat(parts, ignore_index=True)[columns]
