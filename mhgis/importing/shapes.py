"""
From the shapes that tables have in offices to one tidy table: a row an area and year, a column a figure.

Years as columns, panels side by side, a sheet a year or an area, indicators as rows or as the first column, points in
one column, parts under `of which`: each is detected by names and values, put in shape by pandas, and told. Every row of
the tidy table knows the sheet and row it comes from. Holds no matching of places.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from mhgis.errors import UnreadableError
from mhgis.importing import layout
from mhgis.importing.columns import AREAS, field_of, is_rate, normal_name
from mhgis.importing.header_words import SOME_AREA
from mhgis.importing.types import Field, Sheet, Table, Workbook
from mhgis.indicators import RESOURCES

#: says whether a text is the name of an area, and of which field
IsArea = Callable[[str], Field | None]

#: what becomes of a table: `parts`, `panels`, `sheets`, `years`, `long`, `transposed`, `points`
Step = str

_YEAR: Final = re.compile(r"(?<!\d)((?:19[5-9]|20\d)\d)(?!\d)\s*(?:年末|年底|年度|年)?")
_NUMBER: Final = re.compile(r"[-+]?[\d０-９][\d０-９,，.．\s]*%?|[-–—…/*]+|<\s*\d+|[a-zA-Z]{1,3}|缺|无|不详|未报.*")
_PART: Final = re.compile(r"\s*(?:[#＃]|其\s*中\s*[:：]?|of which:?)\s*(?P<rest>\S.*)", re.IGNORECASE)
_WHOLE: Final = re.compile(r"合\s*计|总\s*计|总\s*数|小\s*计|总量|total|all", re.IGNORECASE)
_INDICATOR: Final = re.compile(
    r"(?:统计)?指标(?:名称|代码)?|项目(?:名称)?|indicator(?: ?(?:name|code|id))?|variable|measure|series|"
    r"data ?element(?: ?(?:name|id))?|item"
)
_VALUE: Final = re.compile(r"(?:指标|统计)?(?:数值|值)|数量|数据|obs ?value|value|amount|count|figure|data")
_UNIT_COLUMN: Final = re.compile(r"(?:计量)?单位|unit(?: ?measure)?s?")
_UNIT_MULT: Final = re.compile(r"unit ?mult(?:iplier)?")
_SCALES: Final = {"2": "百", "3": "千", "4": "万", "6": "百万"}
_TOPIC: Final = re.compile(
    r"((?:精神(?:科|病|卫生)?(?:实有|实际)?(?:专科)?)?(?:开放|编制|执业)?(?:床位|医师|医生|护士|机构|医院)(?:总)?数?"
    r"\s*(?:[(（][^)）]{1,6}[)）])?)|"
    r"((?:(?:psychiatric|mental health) )?(?:beds|psychiatrists|nurses|facilities|hospitals))",
    re.IGNORECASE,
)
_WKT: Final = re.compile(
    r"\s*(?:SRID=\d+;)?\s*POINT\s*(?:Z\s*)?\(\s*(?P<lon>-?\d+(?:\.\d+)?)\s+(?P<lat>-?\d+(?:\.\d+)?)[^)]{0,30}\)\s*",
    re.IGNORECASE,
)
_PAIR: Final = re.compile(
    r"[\s\[({（]*(?P<lon>-?\d{1,3}\.\d+)\s*[°度]?[ENen东北]?\s*[,，;；\s/]\s*(?P<lat>-?\d{1,3}\.\d+)\s*[°度]?[ENen东北]?[\s\])}）]*"
)
_GEOJSON_POINT: Final = re.compile(
    r'\{.{0,40}"coordinates"\s*:\s*\[\s*(?P<lon>-?\d+(?:\.\d+)?)\s*,\s*(?P<lat>-?\d+(?:\.\d+)?)[^\]]{0,30}\].{0,40}\}'
)
_LAT_FIRST: Final = re.compile(r"纬.*经|lat.*l(?:on|ng)", re.IGNORECASE)
_MAX_LAT: Final = 90.0
_MOST: Final = 0.8
_MOST_INDICATORS: Final = 60
_IDS: Final[frozenset[Field]] = frozenset({"code", "year", "name", "facility_id", "lon", "lat", "address", *AREAS})


@dataclass(frozen=True, eq=False)
class Shaped:
    """
    A table in shape: the steps that were taken, and for each row of the table its `sheet` and `row` in the file.

    `unread` are sheets with a table that is not in it, by name, and why: `same` columns, `other` columns, `hidden`,
    `text` for one without a table.
    """

    table: Table
    steps: tuple[Step, ...]
    origin: pd.DataFrame | None
    unread: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class _Frame:
    """A table at work: names, rows and totals, and where each row comes from; both may have several rows of a row."""

    names: tuple[str, ...]
    body: pd.DataFrame
    totals: pd.DataFrame
    steps: tuple[Step, ...] = ()
    sheet: str = ""


def tidy(table: Table, workbook: Workbook, is_area: IsArea, *, all_sheets: bool = True, plain: bool = False) -> Shaped:
    """
    Put a table in shape.

    Parameters
    ----------
    table
        As `layout.find_table` finds it.
    workbook
        The file, for its other sheets.
    is_area
        Says of which field a text names an area; None for one that names none.
    all_sheets
        Whether sheets with the same columns are taken together.
    plain
        Whether the table is to be left as it stands.
    """
    others = {sheet.name for sheet in _others(table, workbook)}
    unread = [
        (sheet.name, "hidden" if sheet.hidden else "other" if sheet.name in others else "text")
        for sheet in workbook.sheets
        if sheet.name != table.sheet.name and not sheet.cells.empty
    ]
    if plain:
        return Shaped(table, (), None, tuple(unread))
    topic = _topic(table)
    frame = _with_parts(_of_table(table), topic)
    frame, taken = _with_sheets(frame, table, workbook, is_area) if all_sheets else (frame, frozenset())
    unread = [
        (name, "same" if why == "other" and _names_of(workbook, name) == _plain(table.names) else why)
        for name, why in unread
        if name not in taken
    ]
    for step in (_panels, lambda one: _years(one, topic), _long, lambda one: _transposed(one, is_area), _points):
        frame = step(frame)
    if not frame.steps:
        return Shaped(table, (), None, tuple(unread))
    return _finished(frame, table, tuple(unread))


def _of_table(table: Table) -> _Frame:
    def placed(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(_sheet=table.sheet.name, _row=rows.index.to_numpy()).reset_index(drop=True)

    return _Frame(table.names, placed(table.body), placed(table.totals), (), table.sheet.name)


def _others(table: Table, workbook: Workbook) -> list[Sheet]:
    found = []
    for sheet in workbook.sheets:
        if sheet.name == table.sheet.name or sheet.cells.empty:
            continue
        try:
            layout.find_table(sheet)
        except UnreadableError:
            continue
        found.append(sheet)
    return found


def _finished(frame: _Frame, table: Table, unread: tuple[tuple[str, str], ...]) -> Shaped:
    """Give the rows new numbers where one row became several or sheets were joined; else keep their numbers."""
    only_named = set(frame.steps) <= {"parts", "points"}
    width = range(len(frame.names))
    both = pd.concat([frame.body, frame.totals], ignore_index=True)
    origin = both[["_sheet", "_row"]].rename(columns={"_sheet": "sheet", "_row": "row"})
    index = pd.Index(both["_row"]) if only_named else pd.RangeIndex(2, len(both) + 2)
    both, origin = both[list(width)].set_axis(index), origin.set_axis(index)
    both.columns = pd.RangeIndex(len(frame.names))
    body, totals = both.iloc[: len(frame.body)], both.iloc[len(frame.body) :]
    if only_named:
        made = replace(table, names=frame.names, body=body, totals=totals)
        return Shaped(made, frame.steps, None, unread)
    head = pd.DataFrame([list(frame.names)], index=[1], columns=both.columns, dtype=both.dtypes.iloc[0])
    sheet = replace(table.sheet, cells=pd.concat([head, both]))
    made = Table(sheet, (1,), frame.names, body, totals, table.left_out)
    return Shaped(made, frame.steps, origin, unread)


def _plain(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(normal_name(_YEAR.sub("", one)) for one in names if one))


def _names_of(workbook: Workbook, name: str) -> tuple[str, ...]:
    sheet = next(one for one in workbook.sheets if one.name == name)
    try:
        return _plain(layout.find_table(sheet).names)
    except UnreadableError:
        return ()


# parts of a column: `#` and "of which"


def _with_parts(frame: _Frame, topic: str) -> _Frame:
    names, base = [], ""
    has_part = any(_PART.fullmatch(name) for name in frame.names)
    for name in frame.names:
        if has_part and topic and _WHOLE.fullmatch(name.strip()):
            # the title says of what it is the total
            names.append(f"{topic} / {name}")
            base = topic
            continue
        part = _PART.fullmatch(name) if " / " not in name else None
        if part and base:
            names.append(f"{base} / #{part['rest']}")
            continue
        names.append(name)
        base = name if field_of(name)[0] in RESOURCES else ""
    if tuple(names) == frame.names:
        return frame
    return replace(frame, names=tuple(names), steps=(*frame.steps, "parts"))


# a sheet a year, a sheet an area


def _with_sheets(frame: _Frame, table: Table, workbook: Workbook, is_area: IsArea) -> tuple[_Frame, frozenset[str]]:
    alike = []
    for sheet in _others(table, workbook):
        other = layout.find_table(sheet)
        if not sheet.hidden and _plain(other.names) == _plain(table.names):
            alike.append(_with_parts(_of_table(other), _topic(other)))
    if not alike:
        return frame, frozenset()
    parts = sorted([frame, *alike], key=lambda one: _order(one.sheet, workbook))
    said = _said_by_sheets([one.sheet for one in parts], frame.names, is_area)
    if said is None:
        return frame, frozenset()
    title, values = said
    joined = [_given(_aligned(one, frame.names), title, value) for one, value in zip(parts, values, strict=True)]
    body = pd.concat([one.body for one in joined], ignore_index=True)
    totals = pd.concat([one.totals for one in joined], ignore_index=True)
    made = _Frame(joined[0].names, body, totals, (*frame.steps, "sheets"), frame.sheet)
    return made, frozenset(one.sheet for one in alike)


def _order(name: str, workbook: Workbook) -> int:
    return [sheet.name for sheet in workbook.sheets].index(name)


def _said_by_sheets(sheets: list[str], names: Sequence[str], is_area: IsArea) -> tuple[str, list[str]] | None:
    """Return what the names of the sheets say of their rows: the name of a column, and its value a sheet."""
    years = [_only_year(one) for one in sheets]
    has_year = any(field_of(one)[0] == "year" for one in names)
    if None not in years and len(set(years)) == len(years) and not has_year:
        return "年份", [str(one) for one in years]
    fields = [is_area(_YEAR.sub("", one).strip()) for one in sheets]
    levels = {one for one in fields if one is not None}
    given = {field_of(one)[0] for one in names}
    if None not in fields and len(levels) == 1 and not levels & given:
        titles: dict[Field, str] = {"province": "省", "prefecture": "市", "county": "县"}
        return titles[levels.pop()], [_YEAR.sub("", one).strip() for one in sheets]
    return None


def _only_year(text: str) -> int | None:
    years = set(_YEAR.findall(text))
    return int(years.pop()) if len(years) == 1 else None


def _aligned(frame: _Frame, names: Sequence[str]) -> _Frame:
    keys = [normal_name(_YEAR.sub("", one)) for one in frame.names]
    at = {key: position for position, key in enumerate(keys)}
    kept = [at.get(normal_name(_YEAR.sub("", one))) for one in names]
    if None in kept or kept == list(range(len(names))):
        return frame
    order = {position: new for new, position in enumerate(one for one in kept if one is not None)}
    columns = [*order, "_sheet", "_row"]
    return replace(
        frame, names=tuple(names), body=frame.body[columns].rename(columns=order),
        totals=frame.totals[columns].rename(columns=order),
    )  # fmt: skip


def _given(frame: _Frame, title: str, value: str) -> _Frame:
    """Add a column that has one value in every row."""
    at = len(frame.names)
    return replace(
        frame, names=(*frame.names, title), body=frame.body.assign(_=value).rename(columns={"_": at}),
        totals=frame.totals.assign(_=value).rename(columns={"_": at}),
    )  # fmt: skip


# panels side by side


def _panels(frame: _Frame) -> _Frame:
    filled = [at for at, name in enumerate(frame.names) if name]
    keys = [normal_name(frame.names[at]) for at in filled]
    width = next((n for n in range(2, len(keys) // 2 + 1) if _repeats(keys, n)), None)
    if width is None:
        return frame
    both = pd.concat([frame.body, frame.totals], ignore_index=True)
    parts = []
    for start in range(0, len(filled), width):
        mine = filled[start : start + width]
        part = both[[*mine, "_sheet", "_row"]].rename(columns=dict(zip(mine, range(width), strict=True)))
        parts.append(part[part[list(range(width))].notna().any(axis=1)])
    stacked = pd.concat(parts, ignore_index=True)
    is_total = pd.Series(data=False, index=stacked.index)
    for at in range(width):
        is_total |= stacked[at].map(layout.is_total, na_action="ignore").fillna(value=False).astype(bool)
    names = tuple(frame.names[at] for at in filled[:width])
    return replace(
        frame, names=names, body=stacked[~is_total].reset_index(drop=True),
        totals=stacked[is_total].reset_index(drop=True), steps=(*frame.steps, "panels"),
    )  # fmt: skip


def _repeats(keys: Sequence[str], width: int) -> bool:
    if len(keys) % width or list(keys) != list(keys[:width]) * (len(keys) // width):
        return False
    return len(set(keys[:width])) == width and any(_is_place(one) for one in keys[:width])


def _is_place(name: str) -> bool:
    return field_of(name)[0] in {"code", "name", *AREAS} or SOME_AREA.fullmatch(normal_name(name)) is not None


# years as columns


def _years(frame: _Frame, topic: str) -> _Frame:
    years = {at: year for at, name in enumerate(frame.names) if (year := _year_of_figures(frame, at, name))}
    has_year = any(field_of(name)[0] == "year" for at, name in enumerate(frame.names) if at not in years)
    if not years or has_year:
        return frame
    rests = {at: _rest(frame.names[at]) for at in years}
    value_name = "数值" if _indicator_column(frame) is not None else topic or "数值"
    rests = {at: rest or value_name for at, rest in rests.items()}
    measures = list(dict.fromkeys(rests.values()))
    if len({(years[at], rests[at]) for at in years}) < len(years):
        return frame
    kept = [at for at in range(len(frame.names)) if at not in years]
    names = (*(frame.names[at] for at in kept), "年份", *measures)

    def melted(rows: pd.DataFrame) -> pd.DataFrame:
        parts = []
        for year in sorted(set(years.values())):
            mine = {rests[at]: at for at in years if years[at] == year}
            part = rows[[*kept, "_sheet", "_row"]].copy()
            part.columns = pd.Index([*range(len(kept)), "_sheet", "_row"])
            part[len(kept)] = str(year)
            for number, measure in enumerate(measures, len(kept) + 1):
                part[number] = rows[mine[measure]] if measure in mine else pd.Series(pd.NA, rows.index, dtype="str")
            parts.append(part.assign(_order=range(len(part))))
        found = pd.concat(parts, ignore_index=True)
        return (
            found.sort_values("_order", kind="stable", ignore_index=True)
            .drop(columns="_order")
            .astype(dict.fromkeys(range(len(names)), "str"))
        )

    return replace(
        frame, names=names, body=melted(frame.body), totals=melted(frame.totals), steps=(*frame.steps, "years")
    )


def _year_of_figures(frame: _Frame, at: int, name: str) -> int | None:
    year = _only_year(name)
    if year is None:
        return None
    values = frame.body[at].dropna()
    numbers = sum(_NUMBER.fullmatch(str(one)[:60]) is not None for one in values.iloc[:2000])
    return year if numbers >= _MOST * min(len(values), 2000) else None


def _rest(name: str) -> str:
    parts = [re.sub(r"[(（]\s*[)）]", "", _YEAR.sub("", part)).strip(" _-—:：,，") for part in name.split(" / ")]
    return " / ".join(part for part in dict.fromkeys(parts) if part)


def _topic(table: Table) -> str:
    """Return what the figures of a table are, from its title, the name of its sheet or of its file."""
    titles = table.left_out.loc[table.left_out["why"].eq("title"), "text"].astype(str).tolist()
    stem = table.sheet.file.rpartition(".")[0]
    for text in (*titles, "" if table.sheet.name == table.sheet.file else table.sheet.name, stem):
        named = re.search(r"(?:指标|项目|indicator)\s*[:：]\s*(.+)", text, re.IGNORECASE)
        if named:
            return named[1].strip()
        found = [one[0] or one[1] for one in _TOPIC.findall(text)]
        if found:
            return str(found[-1]).strip()
    return ""


# indicators as rows


def _indicator_column(frame: _Frame) -> int | None:
    for at, name in enumerate(frame.names):
        if not _INDICATOR.fullmatch(normal_name(name)):
            continue
        kinds = frame.body[at].dropna().unique()
        if 0 < len(kinds) <= _MOST_INDICATORS and any(_is_measure(str(one)) for one in kinds):
            return at
    return None


def _is_measure(text: str) -> bool:
    return field_of(text)[0] in RESOURCES or is_rate(text)


def _long(frame: _Frame) -> _Frame:
    at = _indicator_column(frame)
    value = next((n for n, name in enumerate(frame.names) if _VALUE.fullmatch(normal_name(name))), None)
    if at is None or value is None or frame.body.empty:
        return frame
    ids = [
        n for n, name in enumerate(frame.names)
        if n not in {at, value} and (field_of(name)[0] in _IDS or SOME_AREA.fullmatch(normal_name(name)))
    ]  # fmt: skip
    if not ids:
        return frame
    named = _measures(frame, at)
    order = list(dict.fromkeys(named.dropna()))
    rows = frame.body.assign(_name=named)
    keys = [rows[n].fillna("") for n in ids]
    # what stands twice for one area, year and indicator stays two rows, to be asked about
    rows["_again"] = rows.groupby([*keys, rows["_name"]], sort=False).cumcount()
    number = rows.groupby([*keys, rows["_again"]], sort=False).ngroup()
    first = rows.groupby(number, sort=True).first()
    wide = rows.assign(_n=number).pivot_table(index="_n", columns="_name", values=value, aggfunc="first", dropna=False)
    body = first[[*ids, "_sheet", "_row"]].copy()
    body.columns = pd.Index([*range(len(ids)), "_sheet", "_row"])
    for place, measure in enumerate(order, len(ids)):
        body[place] = wide[measure].reindex(body.index).astype("str") if measure in wide else pd.NA
    names = (*(frame.names[n] for n in ids), *order)
    return replace(
        frame, names=names, body=body.reset_index(drop=True).astype(dict.fromkeys(range(len(names)), "str")),
        totals=_empty(len(names), frame.totals), steps=(*frame.steps, "long"),
    )  # fmt: skip


def _measures(frame: _Frame, at: int) -> pd.Series:
    """Return the indicator of each row, with the unit that stands beside it."""
    named = frame.body[at].astype("str")
    for n, name in enumerate(frame.names):
        if _UNIT_MULT.fullmatch(normal_name(name)):
            scale = frame.body[n].map(lambda one: _SCALES.get(str(one).strip(), ""), na_action="ignore").fillna("")
            named = named + scale.map(lambda one: f"({one})" if one else "")
        elif _UNIT_COLUMN.fullmatch(normal_name(name)):
            unit = frame.body[n].fillna("")
            named = named + unit.map(lambda one: f"({one})" if one else "")
    return named


def _empty(width: int, like: pd.DataFrame) -> pd.DataFrame:
    columns: dict[object, pd.Series] = {n: pd.Series(dtype="str") for n in range(width)}
    columns |= {name: like[name].iloc[:0] for name in ("_sheet", "_row")}
    return pd.DataFrame(columns)


# indicators as the first column, areas as the header


def _transposed(frame: _Frame, is_area: IsArea) -> _Frame:
    filled = [at for at, name in enumerate(frame.names) if name]
    if len(filled) < 2 or frame.body.empty:  # noqa: PLR2004 - a name and a value
        return frame
    first, rest = filled[0], filled[1:]
    labels = frame.body[first].fillna("")
    measured = [_is_measure(one) or field_of(one)[0] == "year" for one in labels]
    areas = [is_area(frame.names[at]) is not None for at in rest]
    if not any(map(_is_measure, labels)) or sum(measured) < _MOST * len(labels) or sum(areas) < _MOST * len(rest):
        return frame
    if len(set(labels)) < len(labels):
        return frame
    turned = frame.body[rest].T.reset_index(drop=True)
    body = pd.DataFrame({0: pd.Series([frame.names[at] for at in rest], dtype="str")})
    for place, column in enumerate(turned.columns, 1):
        body[place] = turned[column].astype("str")
    row = int(frame.body["_row"].iloc[0])
    body = body.assign(_sheet=frame.body["_sheet"].iloc[0], _row=row)
    return replace(
        frame, names=("地区", *labels), body=body, totals=_empty(len(labels) + 1, frame.totals),
        steps=(*frame.steps, "transposed"),
    )  # fmt: skip


# points in one column


def _points(frame: _Frame) -> _Frame:
    fields = {field_of(name)[0] for name in frame.names}
    if fields & {"lon", "lat"}:
        return frame
    for at, name in enumerate(frame.names):
        pair = _pair_of(frame.body[at], name)
        if pair is None:
            continue
        width = len(frame.names)
        body = frame.body.assign(_lon=pair["lon"], _lat=pair["lat"])
        empty = pd.Series(pd.NA, index=frame.totals.index, dtype="str")
        totals = frame.totals.assign(_lon=empty, _lat=empty)
        order = {"_lon": width, "_lat": width + 1}
        title = name or "point"
        # the column it comes from keeps its name and is no address
        names = (*frame.names[:at], f"[{title}]", *frame.names[at + 1 :], f"{title} / lon", f"{title} / lat")
        return replace(
            frame, names=names, body=body.rename(columns=order), totals=totals.rename(columns=order),
            steps=(*frame.steps, "points"),
        )  # fmt: skip
    return frame


def _pair_of(values: pd.Series, name: str) -> pd.DataFrame | None:
    """Return the longitudes and latitudes in a column of points as text; None where it is no such column."""
    texts = values.dropna()
    sample = texts.iloc[:200]
    for pattern in (_WKT, _GEOJSON_POINT, _PAIR):
        fits = [pattern.fullmatch(str(one)[:300]) is not None for one in sample]
        if not fits or sum(fits) < _MOST * len(fits):
            continue
        found = texts.map(lambda one, pattern=pattern: pattern.fullmatch(str(one)[:300]))
        pair = pd.DataFrame(
            {axis: [None if one is None else one[axis] for one in found] for axis in ("lon", "lat")}, index=texts.index
        ).astype("str")
        if pattern is _PAIR and _is_turned(pair, name):
            pair = pair.rename(columns={"lon": "lat", "lat": "lon"})
        return pair.reindex(values.index)
    return None


def _is_turned(pair: pd.DataFrame, name: str) -> bool:
    first, second = (pair[axis].astype("float64").abs() for axis in ("lon", "lat"))
    if (second > _MAX_LAT).any() or (first > _MAX_LAT).any():
        return bool((second > _MAX_LAT).sum() > (first > _MAX_LAT).sum())
    return _LAT_FIRST.search(name) is not None
