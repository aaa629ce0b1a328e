"""
From the rows of an import to figures of every level, with what is known of each.

Pure: frames in, frames out. A sum is known only if every part of it is; what is known of the rest is `coverage`. A
count a file gives for an upper area is taken as given. Small counts are suppressed, and with them as many others as it
takes that none of them can be worked out. Holds no reading, no matching of places and no writing.
"""

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from mhgis.errors import Fault, SchemaError
from mhgis.indicators import HELD, LEVELS, RESOURCES, Level
from mhgis.status import KNOWN, status_of

if TYPE_CHECKING:
    from pandas.core.groupby import SeriesGroupBy

AREA_KEY: Final = ["level", "area_code"]
COUNT_KEY: Final = [*AREA_KEY, "year", "resource"]

#: counts as they go from one step to the next; `at_least` is what is known where the count as a whole is not
COUNT_COLUMNS: Final = (*COUNT_KEY, "value", "status", "at_least")


@dataclass(frozen=True)
class Complete:
    """
    What an importer states: within these areas the file leaves nothing out.

    `areas` are (level, code); an area within one of them that the file does not name has none of `resources`. Without
    such a statement an area the file does not name is not reported.
    """

    areas: tuple[tuple[str, str], ...] = ()
    resources: tuple[str, ...] = ()


def counts_of_register(facilities: pd.DataFrame) -> pd.DataFrame:
    """
    Count the facilities of each county and what they hold.

    Parameters
    ----------
    facilities
        One row a facility: `area_code` (of a county), `year`, `beds`, `psychiatrists`, `nurses` (NA = not known).

    Returns
    -------
    counts
        With `COUNT_COLUMNS`, for the counties that have a row: a sum over facilities of which one is not known is
        `not_reported`, and `at_least` what the others hold.
    """
    groups = facilities.groupby(["area_code", "year"], sort=True)
    parts = [_counted(groups.size().astype("Float64"), None, "facilities")]
    for resource in HELD:
        known = groups[resource].count()
        at_least = groups[resource].sum(min_count=1).astype("Float64")
        parts.append(_counted(at_least.where(known.eq(groups.size())), at_least, resource))
    return pd.concat(parts, ignore_index=True)[list(COUNT_COLUMNS)]


def _counted(value: pd.Series, at_least: pd.Series | None, resource: str) -> pd.DataFrame:
    table = value.rename("value").to_frame().assign(at_least=value if at_least is None else at_least).reset_index()
    return table.assign(level="county", resource=resource, status=status_of(table["value"]))


def filled(counts: pd.DataFrame, areas: pd.DataFrame, complete: Complete) -> pd.DataFrame:
    """
    Give every county a row for each year and resource: unknown where the file does not name it, or zero as stated.

    Parameters
    ----------
    counts
        With `COUNT_COLUMNS` (`at_least` may be left out), of any level; each (level, area_code, year, resource) once.
    areas
        Every area: `level`, `area_code`, `parent_level`, `parent_code`, `is_applicable`.
    complete
        What the importer states.

    Returns
    -------
    counts
        As given, and a row for each county that had none.

    Raises
    ------
    SchemaError
        If an area is counted twice, does not exist, or its value and status contradict each other.
    """
    counts = _checked(counts, areas)
    counties = areas.loc[areas["level"].eq("county"), [*AREA_KEY, "is_applicable"]]
    years = pd.MultiIndex.from_product([sorted(counts["year"].unique()), RESOURCES], names=["year", "resource"])
    grid = counties.merge(years.to_frame(index=False), how="cross")
    table = grid.merge(counts, on=COUNT_KEY, how="left", validate="one_to_one", indicator="_found")
    named = table.pop("_found").eq("both")
    stated = table["area_code"].isin(within(complete.areas, areas)) & table["resource"].isin(complete.resources)
    is_zero = stated & ~named
    table["value"] = table["value"].mask(is_zero, 0.0)
    table["at_least"] = table["at_least"].mask(is_zero, 0.0)
    table["status"] = table["status"].mask(~named, "not_reported").mask(is_zero, "zero")
    outside = ~table["is_applicable"].astype(bool)
    table["status"] = table["status"].mask(outside, "not_applicable")
    for column in ("value", "at_least"):
        table[column] = table[column].mask(outside)
    above = counts[counts["level"].ne("county")]
    return pd.concat([table[list(COUNT_COLUMNS)], above], ignore_index=True)


def _checked(counts: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    table = counts.assign(value=counts["value"].astype("Float64"))
    at_least = table["at_least"] if "at_least" in table else table["value"]
    table = table.assign(at_least=at_least.astype("Float64").fillna(table["value"]))[list(COUNT_COLUMNS)]
    known = table["status"].isin(sorted(KNOWN))
    places = set(zip(areas["level"], areas["area_code"], strict=True))
    wrong = {
        "is no resource": ~table["resource"].isin(RESOURCES),
        "is counted twice": table.duplicated(COUNT_KEY, keep=False),
        "is no area of this country": pd.Series(
            [place not in places for place in zip(table["level"], table["area_code"], strict=True)], table.index, bool
        ),
        "has a value that contradicts its status": known.ne(table["value"].notna())
        | table["value"].eq(0).fillna(value=False).ne(table["status"].eq("zero")),
        "has a count below zero": table["value"].lt(0).fillna(value=False),
    }
    faults = [
        Fault("import", None, None, f"{row.level} {row.area_code}, {row.year}, {row.resource}, which {what}", "a count")
        for what, rows in wrong.items()
        for row in table[rows.astype(bool)].itertuples()
    ]
    if faults:
        raise SchemaError(faults)
    return table


def within(places: Collection[tuple[str, str]], areas: pd.DataFrame) -> set[str]:
    """Return the codes of the counties that lie in some areas, given as (level, code)."""
    counties = areas.loc[areas["level"].eq("county"), "area_code"]
    holders = _holders(areas)
    wanted = set(places)
    return {code for code in counties if wanted & {("county", code), *holders["county", code]}}


def _holders(areas: pd.DataFrame) -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
    # of each area all that hold it, the nearest first
    parents = {
        (level, code): None if pd.isna(parent) else (str(parent_level), str(parent))
        for level, code, parent_level, parent in zip(
            *(areas[name] for name in ("level", "area_code", "parent_level", "parent_code")), strict=True
        )
    }
    found = {}
    for place, parent in parents.items():
        chain = []
        at = parent
        while at is not None:
            chain.append(at)
            at = parents.get(at)
        found[place] = tuple(chain)
    return found


def rolled_up(counts: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """
    Add up to every level; a sum is known only if each of its applicable parts is, zero parts included.

    Parameters
    ----------
    counts
        As `filled` returns them. A figure the file gives for an upper area is used as given.
    areas
        As for `filled`.

    Returns
    -------
    counts
        With `COUNT_COLUMNS`, a row for each area, year and resource. `at_least` of a sum is what its known parts come
        to, and never more than the figure.
    """
    given = counts[counts["level"].ne("county")]
    done = counts[counts["level"].eq("county")]
    for level in reversed(LEVELS[:-1]):
        summed = _summed(done, areas, level)
        done = pd.concat([done, _given_first(summed, given[given["level"].eq(level)], areas)], ignore_index=True)
    return done[list(COUNT_COLUMNS)]


def _summed(below: pd.DataFrame, areas: pd.DataFrame, level: Level) -> pd.DataFrame:
    parent = areas.loc[areas["parent_level"].eq(level), [*AREA_KEY, "parent_code"]]
    table = below.merge(parent, on=AREA_KEY, how="inner", validate="many_to_one")
    table = table[table["status"].ne("not_applicable")]
    groups = table.groupby(["parent_code", "year", "resource"], sort=True)
    sums = pd.DataFrame({"value": _whole_sum(groups["value"]), "at_least": groups["at_least"].sum(min_count=1)})
    named = sums.astype("Float64").reset_index().rename(columns={"parent_code": "area_code"})
    return named.assign(level=level, status=status_of(named["value"]))


def _given_first(summed: pd.DataFrame, given: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    # what the file says of an area is used; where it says that it does not know, the parts may still
    figures = given[given["value"].notna() | given["status"].eq("suppressed")]
    summed = summed.set_index(COUNT_KEY)
    figures = figures.set_index(COUNT_KEY)
    rest = summed[~summed.index.isin(figures.index)]
    both = pd.concat([figures, rest]).reset_index()
    applicable = areas.loc[areas["is_applicable"].astype(bool), AREA_KEY]
    return both.merge(applicable, on=AREA_KEY, how="inner").astype({"value": "Float64", "at_least": "Float64"})


def compared_with_parts(counts: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """
    Hold each figure the file gives for an upper area against the sum of its parts.

    Parameters
    ----------
    counts, areas
        As for `rolled_up`.

    Returns
    -------
    compared
        `level`, `area_code`, `year`, `resource`, `given`, `parts` (the sum; NA where a part is not known), `at_least`
        (what the known parts come to), `is_contradicted` (the sum differs, or what is known is more than is given).
    """
    given = counts[counts["level"].ne("county") & counts["value"].notna()]
    # a register gives none, and there is nothing to add up then
    done = rolled_up(counts, areas) if len(given) else counts.iloc[:0]
    found = []
    for level in LEVELS[:-1]:
        here = given.loc[given["level"].eq(level), [*COUNT_KEY, "value"]].rename(columns={"value": "given"})
        sums = _summed(done, areas, level)[[*COUNT_KEY, "value", "at_least"]].rename(columns={"value": "parts"})
        found.append(here.merge(sums, on=COUNT_KEY, how="left", validate="one_to_one"))
    table = pd.concat(found, ignore_index=True)
    differs = table["parts"].ne(table["given"]).fillna(value=False) | table["at_least"].gt(table["given"]).fillna(
        value=False
    )
    return table.assign(is_contradicted=differs.astype(bool))


def coverage(counts: pd.DataFrame, areas: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """
    Return how much is known of each area above the counties: "at least N in 40 of 86 counties".

    Parameters
    ----------
    counts
        As shown, that is after `suppressed`; with `COUNT_COLUMNS`.
    areas
        As for `filled`.
    people
        Residents of the counties: `area_code`, `people` (NA = no figure).

    Returns
    -------
    coverage
        `level`, `area_code`, `year`, `resource`, `known` (sum over what is known of the counties; NA where nothing is),
        `parts_known` of `parts` applicable counties, `people_unknown` (residents of the others; NA where not known).
    """
    table = counts[counts["level"].eq("county") & counts["status"].ne("not_applicable")]
    table = table.merge(people[["area_code", "people"]], on="area_code", how="left", validate="many_to_one")
    holders = pd.DataFrame(
        [(code, *holder) for (level, code), chain in _holders(areas).items() if level == "county" for holder in chain],
        columns=["county", "level", "area_code"],
    )
    table = table.rename(columns={"area_code": "county"}).drop(columns="level").merge(holders, on="county")
    is_known = table["value"].notna()
    table = table.assign(is_known=is_known, others=table["people"].astype("Float64").where(~is_known, 0.0))
    groups = table.groupby(COUNT_KEY, sort=True)
    found = groups.agg(parts_known=("is_known", "sum"), parts=("county", "size"))
    return found.assign(
        known=groups["at_least"].sum(min_count=1), people_unknown=_whole_sum(groups["others"])
    ).reset_index()


def _whole_sum(groups: "SeriesGroupBy[Any, Any]") -> pd.Series:
    # a sum of which a part is not known is not known
    return groups.sum().where(groups.count().eq(groups.size()))


def counties_without(counts: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """
    Count the counties of each province and of the country, and those of them without a facility.

    Parameters
    ----------
    counts
        Before suppression, as `rolled_up` returns them: that a suppressed county has some is no secret.
    areas
        As for `filled`.

    Returns
    -------
    counts
        `level`, `area_code`, `year`, `resource` (`counties`, `counties_without_facility`), `value`, `status`; without
        a facility is not reported unless it is known of every applicable county.
    """
    table = counts[counts["level"].eq("county") & counts["resource"].eq("facilities")]
    table = table[table["status"].ne("not_applicable")]
    holders = pd.DataFrame(
        [
            (code, *holder)
            for (level, code), chain in _holders(areas).items()
            if level == "county"
            for holder in chain
            if holder[0] in {"province", "country"}
        ],
        columns=["county", "level", "area_code"],
    )
    table = table.rename(columns={"area_code": "county"}).drop(columns="level").merge(holders, on="county")
    none = table["value"].eq(0).astype("Float64").where(table["value"].notna())
    groups = table.assign(none=none).groupby([*AREA_KEY, "year"], sort=True)
    sums = pd.DataFrame({"counties": groups.size(), "counties_without_facility": _whole_sum(groups["none"])})
    long = sums.astype("Float64").reset_index().melt([*AREA_KEY, "year"], var_name="resource", value_name="value")
    return long.assign(status=status_of(long["value"]))


@dataclass
class _Cell:
    """One count in the tree of a year and resource; `children` are its parts, a county's are its facilities."""

    value: float | None
    is_hidden: bool = False
    is_unknown: bool = False
    children: tuple[int, ...] = ()
    parent: int | None = None


def suppressed(
    counts: pd.DataFrame, facilities: pd.DataFrame, areas: pd.DataFrame, threshold: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Hide small counts, and as many others as it takes that no hidden count can be worked out.

    Counts from 1 to `threshold - 1` are hidden; zero never is. In each family, an area and its parts (of beds and
    staff, the parts of a county are its facilities), either nothing is hidden or at least two counts are, and where the
    total is shown, what is hidden leaves room for each of them to be `threshold` or more: whoever subtracts what is
    shown from the total learns neither a count nor that it is a small one. The smallest count shown is hidden next,
    ties by code; where no part above zero is left to hide, the total is.

    Parameters
    ----------
    counts
        As `rolled_up` returns them.
    facilities
        One row a facility: `area_code` (of a county), `year` and what it holds; may be empty.
    areas
        As for `filled`.
    threshold
        Counts below it are small; 0 or 1 hides nothing.

    Returns
    -------
    counts, facilities
        As shown: hidden counts are `suppressed`, without value; of a county whose number of facilities is hidden no
        facility is listed.
    """
    if threshold <= 1:
        return counts, facilities
    counts = counts.assign(at_least=counts["at_least"].where(counts["level"].eq("county")))
    facilities = facilities.astype(dict.fromkeys(HELD, "Float64"))
    parents = {
        (level, code): (parent_level, parent)
        for level, code, parent_level, parent in zip(
            *(areas[name] for name in ("level", "area_code", "parent_level", "parent_code")), strict=True
        )
    }
    for year, resource in itertools.product(sorted(counts["year"].unique()), RESOURCES):
        rows = counts[counts["year"].eq(year) & counts["resource"].eq(resource)]
        held = facilities[facilities["year"].eq(year)] if resource in HELD else facilities.iloc[:0]
        tree = _tree(rows, held, resource, parents)
        hide(tree, threshold)
        hidden = rows.index[[cell.is_hidden for cell in tree[: len(rows)]]]
        counts.loc[hidden, ["value", "at_least"]] = pd.NA
        counts.loc[hidden, "status"] = "suppressed"
        small = held.index[[cell.is_hidden for cell in tree[len(rows) :]]]
        if len(small):
            facilities.loc[small, resource] = pd.NA
    return _shown_at_least(counts, facilities), _listed(facilities, counts)


def _shown_at_least(counts: pd.DataFrame, facilities: pd.DataFrame) -> pd.DataFrame:
    # what is known of a county whose sum is not known is what its facilities show, and no more
    long = facilities.melt(["area_code", "year"], list(HELD), "resource", "shown").assign(level="county")
    shown = long.groupby(COUNT_KEY, as_index=False)["shown"].sum(min_count=1)
    table = counts.merge(shown, on=COUNT_KEY, how="left", validate="one_to_one")
    partly = table["status"].eq("not_reported") & table["at_least"].notna()
    at_least = table["at_least"].mask(partly, table.pop("shown").astype("Float64"))
    return table.assign(at_least=at_least)


def _listed(facilities: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    hidden = counts[
        counts["level"].eq("county") & counts["resource"].eq("facilities") & counts["status"].eq("suppressed")
    ]
    taken = set(zip(hidden["area_code"], hidden["year"], strict=True))
    keep = [key not in taken for key in zip(facilities["area_code"], facilities["year"], strict=True)]
    return facilities[pd.Series(keep, facilities.index, dtype=bool)]


def _tree(
    rows: pd.DataFrame,
    held: pd.DataFrame,
    resource: str,
    parents: dict[tuple[str, str], tuple[str, str]],
) -> list[_Cell]:
    # areas first, in the order of their rows, then facilities; equal counts are hidden in order of code
    places = list(zip(rows["level"], rows["area_code"], strict=True))
    at_place = {place: at for at, place in enumerate(places)}
    values = [*rows["value"], *(held[resource] if len(held) else [])]
    over = [at_place.get(parents[place]) for place in places]
    over += [at_place.get(("county", code)) for code in held["area_code"]]
    cells = [
        _Cell(None if pd.isna(value) else float(value), is_unknown=bool(pd.isna(value)), parent=parent)
        for value, parent in zip(values, over, strict=True)
    ]
    statuses = list(rows["status"])
    families: dict[int, list[int]] = {}
    for at, parent in enumerate(over):
        outside = at < len(statuses) and statuses[at] == "not_applicable"
        if parent is not None and not outside:
            families.setdefault(parent, []).append(at)
    for parent, children in families.items():
        cells[parent].children = tuple(children)
    return cells


def hide(cells: Sequence[_Cell], threshold: int) -> None:
    """Mark, in a tree of counts, those that are not shown: see `suppressed`."""
    for cell in cells:
        if cell.value is not None and 0 < cell.value < threshold:
            cell.is_hidden = True
    while any(_protect(cells, at, threshold) for at, cell in enumerate(cells) if cell.children):
        pass


def _protect(cells: Sequence[_Cell], at: int, threshold: int) -> bool:
    # hides one more count of a family where it takes one; says whether it did
    cell = cells[at]
    parts = [cells[child] for child in cell.children]
    hidden = [part for part in parts if part.is_hidden]
    unknown = sum(part.is_unknown for part in parts)
    if cell.is_hidden:
        is_safe = len(hidden) + unknown > 0
    else:
        is_open = len(hidden) + unknown > 1 and _room(cells, at) >= threshold - 1
        is_safe = cell.is_unknown or not hidden or is_open
    shown = [part for part in (*parts, cell) if not part.is_hidden and part.value]
    if is_safe or not shown:
        return False
    # the total is the last resort
    min(shown, key=lambda part: (part is cell, part.value)).is_hidden = True
    return True


def _room(cells: Sequence[_Cell], at: int) -> float:
    # by how much any hidden part of a shown total may exceed the least it can be
    return (cells[at].value or 0) - sum(_least(cells, child) for child in cells[at].children)


def _least(cells: Sequence[_Cell], at: int) -> float:
    cell = cells[at]
    if cell.value is not None and not cell.is_hidden:
        return cell.value
    return max(float(cell.is_hidden), sum(_least(cells, child) for child in cell.children))
