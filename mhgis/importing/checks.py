"""
What may be wrong with rows that were read and matched: each check is a small function with a stable code.

Pure. A check looks at the rows as `plan` lays them out and returns what it spotted, vectorised; sentences are made for
the rows at fault only. An `error` keeps a row out, a `question` has to be confirmed or mended, a `warning` is loaded.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy.spatial import KDTree

from mhgis.exports import formula_cells
from mhgis.i18n import N_, Language, translator
from mhgis.importing.types import FINDING_COLUMNS, Field, Severity, no_findings
from mhgis.indicators import HELD, RESOURCES

#: the row of what concerns the whole file
WHOLE: Final = -1

#: figures before this year are rarely meant
OLD_YEAR: Final = 1990
#: a count so many times that of its peers, or of its province's published total, is asked about
UNIT_RATIO: Final = 100
TOTAL_RATIO: Final = 3
#: a register of so many times the facilities that are published is asked about
REGISTER_RATIO: Final = 2
_FEWEST_PEERS: Final = 5
#: more psychiatrists than this for each bed, where there are at least so many, is rare
PSYCHIATRISTS_PER_BED: Final = 3
_MANY_PSYCHIATRISTS: Final = 20
#: two facilities nearer than this are at one place, metres; above so many rows only equal points count as one place
SAME_PLACE_M: Final = 200.0
_MOST_POINTS: Final = 100_000
_DEGREE_M: Final = 111_195.0

#: the column a fault of a place is shown at: the first of these that the file has
_NAMING: Final[tuple[Field, ...]] = ("county", "code", "address", "prefecture", "province", "lon")
_OF_A_POINT: Final = frozenset({"border", "outside", "swapped"})

#: findings of a kind that are said once for each place
_MOST_SAID: Final = 200

#: what begins a formula; `cells` has spoken of those that begin with `=`
_FORMULA_STARTS: Final = ("+", "-", "@", "\t", "＝", "＋", "－", "＠")
_EXPONENT: Final = r"(?i)\d([.]\d+)?e[+]?\d+"
#: a number so long that a spreadsheet wrote it with an exponent, or filled it up with zeros
_CUT: Final = r"(?i)\d[.]?\d*e[+]?\d{2}|\d{15}000"
_NAME_NOISE: Final = r"[\s·•.．,，、()（）\[\]【】\-—_/'\"“”《》<>]+|有限责任公司|有限公司"

#: fast over many names: those without it hold nothing of the former
_MAYBE_NOISE: Final = r"[^\p{L}\p{N}]|有限"


@dataclass(frozen=True)
class Saying:
    """What a code means: how grave it is, what was expected and what to do (message ids)."""

    severity: Severity
    expected: str
    todo: str


_PLACE: Final = N_("one place that code, names, address and point agree on")
_ONE_ROW: Final = N_("one row for each")

#: every code of these checks
SAYINGS: Final[Mapping[str, Saying]] = {
    "place_empty": Saying(
        "error", N_("a code, a name, an address or coordinates"), N_("Say where this is, or delete the row.")
    ),
    "place_unknown": Saying("error", _PLACE, N_("Mend the code or name, or choose the place.")),
    "place_near": Saying("question", _PLACE, N_("One character differs from a known name. Choose the place.")),
    "place_ambiguous": Saying("question", _PLACE, N_("Several places fit. Add what they lie in, or choose.")),
    "place_divided": Saying("question", _PLACE, N_("The former unit was divided. Choose the one of today.")),
    "place_parent_unknown": Saying(
        "question", _PLACE, N_("What the place lies in does not fit or is not known. Choose the place.")
    ),
    "place_contradiction": Saying(
        "question", _PLACE, N_("What the row says of its place does not agree. Choose the place.")
    ),
    "place_too_coarse": Saying("question", N_("the county"), N_("Add the county, or choose it.")),
    "place_border": Saying("question", _PLACE, N_("The point is too near a border. Choose the place.")),
    "place_outside": Saying("error", _PLACE, N_("The point lies in no area. Mend it, or choose the place.")),
    "place_swapped": Saying(
        "question", N_("longitude and latitude, each in its column"), N_("The two seem swapped. Change them around.")
    ),
    "place_not_applicable": Saying(
        "error", N_("an area these statistics cover"), N_("Figures of this area cannot be shown. Delete the row.")
    ),
    "place_alike": Saying(
        "question",
        N_("the name that is meant"),
        N_("Another county, one character away, is not in the file. Say that the name is right, or mend it."),
    ),
    "place_grown": Saying(
        "warning",
        N_("figures of the area within its borders of today"),
        N_("Another unit went into this area later. Its figures belong here too; see whether they are in."),
    ),
    "area_ceded": Saying(
        "question",
        N_("figures of the area within its borders of today"),
        N_("A part of this area is another area now. Confirm that the figures are without it, or give them that area."),
    ),
    "place_decided_elsewhere": Saying(
        "warning",
        N_("an area of the province the row names"),
        N_("The area that was chosen lies in another province. See whether it is right."),
    ),
    "code_mended": Saying(
        "warning",
        N_("the code of the area, as text"),
        N_("Zeros or digits were mended. See whether the area is right."),
    ),
    "code_is_date": Saying(
        "error", N_("the code of the area, as text"), N_("Excel made a date of the code. Type it as text.")
    ),
    "code_is_number": Saying(
        "question", N_("the code of the area, as text"), N_("Excel shortened the code. Type it again, as text.")
    ),
    "system": Saying("question", N_("the coordinate system the points are in"), N_("Choose the coordinate system.")),
    "year_missing": Saying("error", N_("a year such as 2020"), N_("Give the year of the figures.")),
    "year_future": Saying("error", N_("a year that has passed"), N_("Mend the year.")),
    "year_old": Saying("warning", N_("a recent year"), N_("See whether the year is meant.")),
    "years_mixed": Saying(
        "question",
        N_("facilities of one year"),
        N_("Each year is counted by itself. Confirm, or leave out the column if it says something else."),
    ),
    "id_twice": Saying("error", N_("an identifier of its own for each facility"), N_("Delete one, or mend it.")),
    "name_twice": Saying(
        "question", _ONE_ROW, N_("Same name, same place: delete one, or confirm that both are right.")
    ),
    "likely_twice": Saying("warning", _ONE_ROW, N_("See whether these are one facility under two names.")),
    "area_twice": Saying("error", N_("one row for each area and year"), N_("Add the rows up, or delete one.")),
    "above_province": Saying(
        "question",
        N_("no more than a few times what is published for the whole province"),
        N_("See whether the unit is right (ones, not tens of thousands), then mend or confirm."),
    ),
    "above_published": Saying(
        "question",
        N_("about as many as are published for the area"),
        N_("Many more than are published. See whether all rows are of psychiatry, and keep only those; or confirm."),
    ),
    "units_mixed": Saying(
        "question",
        N_("a count like those of its peers"),
        N_("See whether the unit is right (ones, not tens of thousands), then mend or confirm."),
    ),
    "part_above_whole": Saying(
        "question", N_("no more than the area it lies in, in this file"), N_("Mend one of the two, or confirm.")
    ),
    "beds_without_facility": Saying(
        "warning", N_("a facility where there are beds or staff"), N_("See whether the number of facilities is right.")
    ),
    "psychiatrists_above_beds": Saying(
        "warning", N_("fewer psychiatrists than beds"), N_("See whether the columns are swapped.")
    ),
    "total_differs": Saying(
        "warning",
        N_("the sum of the rows"),
        N_("See whether a row is missing, or counted twice. Totals are not loaded."),
    ),
    "figures_none": Saying(
        "error",
        N_("a column of counts, such as psychiatric beds"),
        N_("No column of figures was recognised. Say what one of these columns counts."),
    ),
    "figures_unread": Saying(
        "warning",
        N_("columns of counts that are known"),
        N_("These numbers are not used. If one of them is a count of psychiatry, say which."),
    ),
    "scope_general": Saying(
        "question",
        N_("counts of psychiatry only"),
        N_(
            "These seem to be counts of everything, not of psychiatry. Keep only the psychiatric rows, or leave the "
            "column out; confirm only if the figures are of psychiatry alone."
        ),
    ),
    "scope_unknown": Saying(
        "question",
        N_("counts of psychiatry only"),
        N_("Nothing says that these are of psychiatry alone. Confirm that they are, or leave the column out."),
    ),
    "yes_no": Saying(
        "question",
        N_("a count"),
        N_(
            "The column says only whether there is one. Confirm that yes counts as one (there may be more), no as zero."
        ),
    ),
    "title_rate": Saying(
        "question",
        N_("counts"),
        N_("By its title this table has rates, and a rate is no count. Confirm only if the figures are counts."),
    ),
    "area_of_title": Saying(
        "question",
        N_("a column of areas"),
        N_("The table names no area, its title does. Confirm that all figures are of that area."),
    ),
    "shaped": Saying(
        "warning",
        N_("a row an area and year, a column a figure"),
        N_("The table was put in this shape. See in the preview whether it is right, or read it as it stands."),
    ),
    "sheets_same": Saying(
        "question",
        N_("all figures of the file"),
        N_("These sheets have the same columns and were not read. Choose one, or confirm that they are not wanted."),
    ),
    "sheets_unread": Saying(
        "warning", N_("all figures of the file"), N_("These sheets were not read. Choose one if its table is wanted.")
    ),
    "filtered": Saying(
        "warning", N_("the rows that were chosen"), N_("Rows with another value in this column are left out.")
    ),
    "digits_lost": Saying(
        "question",
        N_("an identifier with all its digits, as text"),
        N_("Excel keeps 15 digits, so the last ones were lost in the file. Type it again as text, or confirm."),
    ),
    "formula_text": Saying("warning", N_("plain text"), N_("Kept as text; it is never run.")),
    "areas_missing": Saying(
        "warning",
        N_("every county of the provinces in the file"),
        N_("They become not reported. State that the file is complete if they have none."),
    ),
    "areas_zero": Saying(
        "warning",
        N_("every county of the provinces in the file"),
        N_("They become zero, because the file was stated to be complete."),
    ),
    "nothing": Saying("error", N_("at least one row that can be loaded"), N_("Mend the rows, then import again.")),
}


@dataclass(frozen=True)
class Spotted:
    """
    What a check found: a code of `SAYINGS`, the field at fault, and what stands there, by row number.

    `found` is text; its index holds rows of the sheet, or `WHOLE` for what concerns the file.
    """

    code: str
    field: Field | None
    found: pd.Series


def report(
    spotted: Iterable[Spotted], *, file: str, sheet: str, names: Mapping[Field, str], lang: Language
) -> pd.DataFrame:
    """
    Put what was spotted into words.

    Parameters
    ----------
    spotted
        From any number of checks.
    file, sheet, names
        Where: `names` are the printed names of the columns by field.
    lang
        Of the sentences.

    Returns
    -------
    findings
        With `FINDING_COLUMNS`, in the order given.
    """
    _ = translator(lang)
    parts = [no_findings()]
    for one in spotted:
        if one.found.empty:
            continue
        said = SAYINGS[one.code]
        row = pd.Series(one.found.index.to_numpy(), dtype="Int64")
        part = pd.DataFrame({"row": row.mask(row.eq(WHOLE)), "found": one.found.astype("str").to_numpy()})
        column = names.get(one.field) if one.field else None
        parts.append(
            part.assign(
                file=file, sheet=sheet, column=column, code=one.code, severity=said.severity,
                expected=_(said.expected), todo=_(said.todo),
            )[list(FINDING_COLUMNS)].astype(no_findings().dtypes.to_dict())
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _where(texts: pd.Series, mask: pd.Series) -> pd.Series:
    return texts[mask.fillna(value=False).astype(bool)]


def _shown(values: pd.Series, mask: pd.Series) -> pd.Series:
    # few are shown of very many, so only those become text
    return _where(values, mask).astype("str")


def _again(rows: pd.DataFrame, by: list[str]) -> pd.Series:
    """Say which rows are equal to another one in all of some columns; the first of them tells most rows apart."""
    again = rows[by[0]].duplicated(keep=False)
    if again.any():
        again &= rows.loc[again, by].duplicated(keep=False).reindex(rows.index, fill_value=False)
    return again


def places(rows: pd.DataFrame, given: Collection[Field]) -> list[Spotted]:
    """
    Spot rows without a place.

    `rows` have `said` (what the row says of it), `code` (NA = none), `area_code`, `question`, `outside` (whether the
    area is one the statistics do not cover); `given` are the fields the file has.
    """
    named = next((one for one in _NAMING if one in given), None)
    unmatched = rows[rows["area_code"].isna()]
    empty = unmatched["question"].isna()
    spotted = [Spotted("place_empty", named, _where(unmatched["said"], empty))]
    if "code" in given:
        # it may be matched: 6.2E+05 is a code that ends in zeros, or one that lost its last digits
        spotted.append(Spotted("code_is_number", "code", _where(rows["code"], rows["code"].str.fullmatch(_EXPONENT))))
    for question in sorted(unmatched["question"].dropna().unique()):
        mine = unmatched[unmatched["question"].eq(question)]
        if question == "unknown" and "code" in mine:
            code = mine["code"].fillna("")
            date = code.str.fullmatch(r"\d{4}[-/.年]\d{1,2}([-/.月]\d{1,2}日?)?( .*)?|\d{1,2}[-/]\d{1,2}[-/]\d{2,4}")
            spotted.append(Spotted("code_is_date", "code", code[date]))
            mine = mine[~date]
        at = "lon" if question in _OF_A_POINT and "lon" in given else named
        spotted.append(Spotted(f"place_{question}", at, mine["said"]))
    return [*spotted, Spotted("place_not_applicable", named, _where(rows["area_code"], rows["outside"]))]


def mended_codes(rows: pd.DataFrame) -> Spotted:
    """
    Spot codes that were mended, each once, at its first row.

    `rows` have `code` (NA = none), `area_code`, `method` and `confidence`, which is below 1 for a code that lacked
    zeros or had the digits of a town.
    """
    mended = rows[rows["method"].eq("code") & rows["confidence"].lt(1)].drop_duplicates(["code", "area_code"])
    return Spotted("code_mended", "code", (mended["code"] + " → " + mended["area_code"]).iloc[:_MOST_SAID])


def decided_elsewhere(rows: pd.DataFrame, column: Field) -> Spotted:
    """
    Spot rows whose place was chosen in another province than the one they name, in `column`.

    `rows` have `text` (as named), `named` (code of that province, NA = not known), `province_code`, `area_code`.
    """
    differs = rows["named"].notna() & rows["province_code"].notna() & rows["named"].ne(rows["province_code"])
    return Spotted("place_decided_elsewhere", column, _where(rows["text"] + " → " + rows["area_code"], differs))


def alike(rows: pd.DataFrame) -> Spotted:
    """Spot names that may be a slip for another, each once; `rows` have `text`, `area_code` and `other`."""
    once = rows.drop_duplicates(["text", "area_code"])
    return Spotted("place_alike", "county", once["text"] + " / " + once["other"] + "?")


def grown(rows: pd.DataFrame, units: Mapping[str, Iterable[tuple[str, int]]]) -> Spotted:
    """
    Spot figures of an area from before other units went into it, at the first row of each area and year.

    `rows` have `area_code`, `method` and `year`; `units` are, by code, the names of the units and the last year in
    which they stood. Points are on the shapes of today, and a former name or code is one of those units.
    """
    return Spotted("place_grown", "year", _before(rows, units, "+ {name} ({year})", ("code", "name", "decision")))


def ceded(rows: pd.DataFrame, units: Mapping[str, Iterable[tuple[str, int]]]) -> Spotted:
    """
    Spot figures of an area from before a part of it went to another, at the first row of each area and year.

    As `grown`. What a row says of its place cannot tell the part from the rest; what a person decided can.
    """
    return Spotted("area_ceded", "year", _before(rows, units, "- {name} ({year})", ("code", "name")))


def _before(
    rows: pd.DataFrame, units: Mapping[str, Iterable[tuple[str, int]]], form: str, methods: Collection[str]
) -> pd.Series:
    of_its_time = rows[rows["method"].isin(methods) & rows["area_code"].isin(list(units))]
    found = {}
    for row, code, year in of_its_time[["area_code", "year"]].dropna().drop_duplicates().itertuples():
        later = [form.format(name=name, year=last + 1) for name, last in units[code] if year <= last]
        if later:
            found[row] = f"{year}: " + ", ".join(later)
    return pd.Series(found, dtype="str")


def years(rows: pd.DataFrame, this_year: int, *, register: bool) -> list[Spotted]:
    """Spot rows without a year, and years that are not likely."""
    spotted = [
        Spotted("year_missing", "year", _where(pd.Series("", rows.index, dtype="str"), rows["year"].isna())),
        Spotted("year_future", "year", _shown(rows["year"], rows["year"].gt(this_year))),
        Spotted("year_old", "year", _shown(rows["year"], rows["year"].lt(OLD_YEAR))),
    ]
    if spotted[0].found.size == len(rows) and len(rows):
        spotted[0] = Spotted("year_missing", "year", pd.Series([""], index=[WHOLE]))
    # a year to come is a fault of its own
    several = sorted(rows.loc[rows["year"].le(this_year), "year"].dropna().unique())
    if register and len(several) > 1:
        spotted.append(Spotted("years_mixed", "year", pd.Series([", ".join(map(str, several[:20]))], index=[WHOLE])))
    return spotted


def repeated(rows: pd.DataFrame, *, register: bool) -> list[Spotted]:
    """Spot facilities and areas that come twice: same identifier, same name and place, or same area and year."""
    if not register:
        key = rows["area_code"] + " " + rows["year"].astype("str")
        twice = rows["area_code"].notna() & rows.duplicated(["level", "area_code", "year"], keep=False)
        return [Spotted("area_twice", None, _where(key, twice))]
    spotted = []
    if "facility_id" in rows:
        twice = rows["facility_id"].notna() & _again(rows, ["facility_id", "year"])
        spotted.append(Spotted("id_twice", "facility_id", _where(rows["facility_id"], twice)))
    if "name" in rows:
        named = rows["name"].notna() & rows["area_code"].notna()
        twice = named & _again(rows, ["name", "area_code", "year"])
        spotted.append(Spotted("name_twice", "name", _where(rows["name"], twice)))
        compared = [one for one in ("name", "area_code", "year", "lon", "lat") if one in rows]
        spotted.append(Spotted("likely_twice", "name", _likely(rows.loc[named & ~twice, compared])))
    return spotted


def _likely(rows: pd.DataFrame) -> pd.Series:
    """Return, of facilities of different names, those alike but for signs in one county, or at one place."""
    plain = rows["name"].str.lower()
    noisy = pd.Series(
        pc.match_substring_regex(pa.array(plain), _MAYBE_NOISE).to_numpy(zero_copy_only=False), plain.index
    )
    if noisy.any():
        plain = plain.mask(noisy, plain[noisy].str.replace(_NAME_NOISE, "", regex=True).reindex(plain.index))
    if plain.equals(rows["name"]):
        alike = pd.Series(data=False, index=rows.index)
    else:
        key = pd.DataFrame({"name": plain, "area": rows["area_code"], "year": rows["year"]})
        alike = _again(key, ["name", "area", "year"]) & plain.ne("")
    if {"lon", "lat"} <= set(rows.columns):
        alike |= _one_place(rows)
    return rows["name"][alike]


def _one_place(rows: pd.DataFrame) -> pd.Series:
    here = rows[rows["lon"].notna() & rows["lat"].notna()]
    found = pd.Series(data=False, index=rows.index)
    if len(here) > _MOST_POINTS:
        found.loc[here.index] = _again(here, ["lon", "lat", "year"])
        return found
    if len(here) > 1:
        north = here["lat"].to_numpy(dtype=float) * _DEGREE_M
        east = here["lon"].to_numpy(dtype=float) * _DEGREE_M * np.cos(np.radians(here["lat"].to_numpy(dtype=float)))
        points = np.column_stack([east, north])
        pairs = KDTree(points).query_ball_point(points, SAME_PLACE_M, return_length=True)
        found.loc[here.index] = pairs > 1
    return found


def sizes(rows: pd.DataFrame, resources: Iterable[str], province_totals: pd.DataFrame) -> list[Spotted]:
    """
    Spot counts out of all proportion: to what is published of the whole province, or to their peers.

    `province_totals` has `province_code`, `resource`, `value` of the nearest published year.
    """
    spotted = []
    numbers, provinces = pd.factorize(rows["province_code"])
    for resource in resources:
        value = rows[resource].astype("Float64")
        total = province_totals.loc[province_totals["resource"].eq(resource)].set_index("province_code")["value"]
        of_province = total.reindex(provinces).astype("Float64").array
        whole = pd.Series(of_province.take(numbers, allow_fill=True), index=rows.index)
        above = value.gt(whole * TOTAL_RATIO) & value.ge(UNIT_RATIO)
        spotted.append(Spotted("above_province", _field(resource), _shown(value.astype("Int64"), above)))
        # a count that leaves most of its province's published total to others is in proportion
        held = above | value.le(whole / 2)
        spotted.append(Spotted("units_mixed", _field(resource), _out_of_line(rows["level"], value, held)))
    return spotted


def _field(resource: str) -> Field:
    return next(field for field in RESOURCES if field == resource)


def _out_of_line(level: pd.Series, value: pd.Series, known: pd.Series) -> pd.Series:
    peers = value[value.gt(0).fillna(value=False).astype(bool)]
    median = peers.groupby(level[peers.index]).transform("median")
    enough = peers.groupby(level[peers.index]).transform("size").ge(_FEWEST_PEERS)
    far = enough & peers.ge(median * UNIT_RATIO) & ~known[peers.index].fillna(value=False).astype(bool)
    return _shown(peers.astype("Int64"), far)


def published(totals: pd.DataFrame) -> Spotted:
    """
    Spot a register that has many more facilities than are published for an area.

    `totals` have `name_zh`, `year`, `resource`, `value`, `published`, `published_year` (NA where none).
    """
    mine = totals[totals["resource"].eq("facilities")] if len(totals) else totals
    if not len(mine):
        return Spotted("above_published", None, pd.Series(dtype="str"))
    above = mine["value"].gt(mine["published"] * REGISTER_RATIO) & mine["value"].sub(mine["published"]).ge(
        _FEWEST_PEERS
    )
    said = [
        f"{one.value:,.0f}; {one.name_zh} {one.published_year}: {one.published:,.0f}"
        for one in mine[above.fillna(value=False).astype(bool)].itertuples()
    ]
    text = pd.Series(["; ".join(said[:_FEWEST_PEERS])], index=[WHOLE]) if said else pd.Series(dtype="str")
    return Spotted("above_published", None, text)


def holdings(rows: pd.DataFrame, *, register: bool) -> list[Spotted]:
    """Spot beds or staff without a facility, and more psychiatrists than beds would explain."""
    spotted = []
    if not register and "facilities" in rows:
        none = rows["facilities"].eq(0).fillna(value=False)
        for resource in [one for one in HELD if one in rows]:
            held = none & rows[resource].gt(0).fillna(value=False)
            spotted.append(Spotted("beds_without_facility", _field(resource), _shown(rows[resource], held)))
    if "beds" in rows and "psychiatrists" in rows:
        staff, beds = rows["psychiatrists"], rows["beds"]
        many = staff.ge(_MANY_PSYCHIATRISTS) & staff.gt(beds * PSYCHIATRISTS_PER_BED) & beds.gt(0)
        spotted.append(Spotted("psychiatrists_above_beds", "psychiatrists", _shown(staff, many)))
    return spotted


def parts(rows: pd.DataFrame, resources: Iterable[str], holders: pd.DataFrame) -> list[Spotted]:
    """Spot areas above the area they lie in, where the file has both; `holders`: areas and holders."""
    spotted = []
    keyed = rows[rows["area_code"].notna()].rename_axis("row").reset_index()
    inside = keyed.merge(holders, on=["level", "area_code"])
    whole = keyed.rename(columns={"level": "holder_level", "area_code": "holder_code"})
    for resource in resources:
        pairs = inside.merge(whole[["holder_level", "holder_code", "year", resource]],
                             on=["holder_level", "holder_code", "year"], suffixes=("", "_whole"))  # fmt: skip
        above = pairs[pairs[resource].gt(pairs[f"{resource}_whole"]).fillna(value=False)].drop_duplicates("row")
        text = pd.Series(above[resource].astype("str").to_numpy(), index=above["row"].to_numpy())
        spotted.append(Spotted("part_above_whole", _field(resource), text))
    return spotted


def totals(body: pd.Series, total: pd.Series, resource: str) -> Spotted:
    """
    Compare the total rows of a column with the rows they may add up: all, those above, or those below, up to the next.

    Parameters
    ----------
    body, total
        Counts by row number; NA = not known. Where part of the rows is not known, only a total below what is known of
        them is spotted.
    """
    marks = sorted(total.index)
    wrong = {}
    for at, row in enumerate(marks):
        said = total[row]
        if pd.isna(said) or body.empty:
            continue
        above = body[(body.index < row) & (body.index > (marks[at - 1] if at else WHOLE))]
        below = body[(body.index > row) & (body.index < (marks[at + 1] if at + 1 < len(marks) else np.inf))]
        sums = [(part.sum(), bool(part.isna().any())) for part in (body, above, below) if len(part)]
        if not any(said == known or (open_ and said > known) for known, open_ in sums):
            wrong[row] = f"{said} ≠ {sums[0][0] if len(marks) == 1 else ' / '.join(str(known) for known, _ in sums)}"
    return Spotted("total_differs", _field(resource), pd.Series(wrong, dtype="str"))


def texts(rows: pd.DataFrame, fields: Iterable[Field]) -> list[Spotted]:
    """Spot texts that a spreadsheet would take for a formula; they are kept as the text they are."""
    spotted = []
    for field in fields:
        text = rows[field]
        maybe = text[text.str.lstrip(" ").str.startswith(_FORMULA_STARTS, na=False)]
        spotted.append(Spotted("formula_text", field, maybe[maybe.map(formula_cells.is_formula).astype(bool)]))
    return spotted


def digits_lost(rows: pd.DataFrame, fields: Iterable[Field]) -> list[Spotted]:
    """Spot identifiers that a spreadsheet turned into numbers, and so cut to 15 digits."""
    return [Spotted("digits_lost", field, _where(rows[field], rows[field].str.fullmatch(_CUT))) for field in fields]


def unread(columns: Iterable[tuple[str, int]], lang: Language) -> Spotted:
    """Say which columns of numbers are not used; `columns` are names and how many numbers each has."""
    _ = translator(lang)
    form = N_("{column} ({n} numbers)")
    said = [_(form).format(column=name, n=f"{n:,}") for name, n in columns]
    comma = "、" if lang == "zh" else ", "
    text = pd.Series([comma.join(said)], index=[WHOLE]) if said else pd.Series(dtype="str")
    return Spotted("figures_unread", None, text)


def missing(code: str, names: pd.Series, lang: Language) -> Spotted:
    """Say how many counties of the provinces in the file it does not name, and which; none gives nothing."""
    if names.empty:
        return Spotted(code, None, pd.Series(dtype="str"))
    comma = "、" if lang == "zh" else ", "
    shown = comma.join(names.iloc[:10]) + ("…" if len(names) > 10 else "")  # noqa: PLR2004 - as many as one reads
    said = translator(lang)(N_("{n} counties: {names}")).format(n=f"{len(names):,}", names=shown)
    return Spotted(code, None, pd.Series([said], index=[WHOLE]))
