"""
What each column of a table holds, by its name first and by its values where the name says nothing.

A guess says how sure it is and why, and two columns for one field are never chosen between in silence. The words are
those of Chinese, simplified and traditional, and English headers; which codes and areas there are is not known here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import pandas as pd

from mhgis.i18n import N_, Language, Translate, translator
from mhgis.importing.header_words import (
    FACILITY_ENDING,
    FACTORS,
    LEVEL_ENDINGS,
    PATTERNS,
    RATE,
    RUNNING,
    SIMPLIFIED,
    SOME_AREA,
    STATED_UNIT,
    UNIT,
    UNIT_PART,
    WIDE,
)
from mhgis.importing.types import Columns, Field, Guess, Shape, Table, as_findings, column_letter
from mhgis.indicators import RESOURCES

AREAS: Final[tuple[Field, ...]] = ("province", "prefecture", "county")
#: what only a row a facility has
_OF_A_FACILITY: Final[frozenset[Field]] = frozenset({"name", "facility_id", "kind", "sponsor", "grade", "address"})
_SAMPLE_ROWS: Final = 2_000
#: characters of a name that are looked at; what is longer is no name, and takes its square of time
LONGEST_NAME: Final = 200
#: share of values that have to look alike for a guess by values
_MOST: Final = 0.8
_BY_VALUES: Final = 0.6
#: two confidences that are nearer than this are a draw
_DRAW: Final = 0.005


#: a title by which the figures under it are rates
TITLE_RATE: Final = re.compile(
    r"每(?:十|百|千|万|\d+)+[^,，。]{0,4}(?:人|居民)|/\s*(?:十|百|千|万|10)+万?人|拥有率|密度|"
    r"per\s*(?:[\d, ]+k?|thousand|million|hundred|capita|head)\b|\brates?\b|\bdensity\b"
)
#: words of columns that say only whether there is one
_WORDS_YES_NO: Final = (
    "是", "否", "有", "无", "無", "√", "✓", "✔", "×", "✗", "x", "y", "n", "yes", "no", "true", "false", "t", "f",
    "1", "0",
    "1.0", "0.0", "已设", "未设", "设有", "没有", "具备", "不具备",
)  # fmt: skip
_YES_NO: Final = frozenset(_WORDS_YES_NO)
_PLAIN_YES_NO: Final = frozenset(["1", "0", "1.0", "0.0", "无", "無", "x"])
_ASKS_WHETHER: Final = re.compile(r"是否|有无|有没有|能否|^(?:has|have|is|any|with)\b")


#: columns of exchange formats that hold codes or names of areas
_ORG_UNIT: Final = re.compile(r"ref ?area|org ?unit(?: ?(?:id|name))?|geo(?:graphy)?")
#: what readers call the columns of a point inside a shape that has an extent
INSIDE: Final = ("inside_lon", "inside_lat")


def plain_name(name: str) -> str:
    """Return a name in half width, simplified and lower case."""
    return name[:LONGEST_NAME].translate(WIDE).translate(SIMPLIFIED).lower()


def normal_name(name: str) -> str:
    """Return a column's name for comparison: half width, simplified, lower case, without units, marks and spaces."""
    plain = name[:LONGEST_NAME].translate(WIDE).translate(SIMPLIFIED).lower()
    kept = re.sub(r"\(含?助理\)", "含助理", plain)
    kept = UNIT.sub("", kept)
    kept = re.sub(r"^[\d一二三四五六七八九十]+[.、)]\s*|其中[:：]?|[*#:：?？!。;；,，\"'“”‘’-]", " ", kept)
    kept = re.sub(r"[_/.\s]+", " ", kept).strip()
    return re.sub(r"(?<=[^a-z0-9]) | (?=[^a-z0-9])", "", kept)


def field_of(name: str) -> tuple[Field | None, float]:
    """Return the field a column's name says, and how surely; of a joined name each part and the whole are tried."""
    tried = [normal_name(name)]
    if " / " in name:
        parts = [normal_name(part) for part in name.split(" / ")]
        last = parts[-2:]
        tried = ["".join(reversed(last)), "".join(last), " ".join(reversed(last)), parts[-1], parts[0], *tried]
    best: tuple[Field | None, float] = (None, 0.0)
    for order, one in enumerate(tried):
        field, confidence = _field_of_part(one)
        if confidence - order * 0.001 > best[1]:
            best = field, confidence - order * 0.001
    return best


def _field_of_part(normal: str) -> tuple[Field | None, float]:
    found = [(confidence, field) for field, pattern, confidence in PATTERNS if pattern.fullmatch(normal)]
    if not found:
        return None, 0.0
    confidence, field = max(found, key=lambda one: one[0])
    return field, confidence


def is_rate(name: str) -> bool:
    """Say whether a column's name is that of a rate, a share or a mean."""
    return bool(RATE.search(name[:LONGEST_NAME].translate(WIDE).translate(SIMPLIFIED).lower()))


def factor_of(name: str) -> int:
    """Return what the numbers under a name are multiplied by, from a unit such as (万人): 10,000."""
    plain = name[:LONGEST_NAME].translate(WIDE).translate(SIMPLIFIED).lower()
    units = [found["unit"].strip() for found in UNIT.finditer(plain)]
    units += [part for part in plain.split(" / ")[1:] if UNIT_PART.fullmatch(part)]
    return next((factor for unit in units if unit for pattern, factor in FACTORS if pattern.search(unit)), 1)


def recognise(table: Table, choices: Mapping[int, Field | None] | None = None) -> Columns:
    """
    Say what each column of a table is.

    Parameters
    ----------
    table
        A table found by `layout.find_table`.
    choices
        What someone decided, by position; None for a column that is to be left out. They overrule every guess.

    Returns
    -------
    columns
        A guess for each column, and the position of each field. A field that two columns fit equally well has none:
        the guesses say `ambiguous`. Of open, existing and licensed beds the open ones are taken; the others say
        `other`. A rate is no count: it says `rate`.
    """
    choices = choices or {}
    sample = table.body.iloc[:_SAMPLE_ROWS]
    general = _general_factor(table)
    guesses = [
        _choice(position, name, sample[position], choices[position], general)
        if position in choices
        else _guess(position, name, sample[position], general)
        for position, name in enumerate(table.names)
    ]
    guesses = _one_each(_with_points(guesses))
    positions = {guess.field: guess.position for guess in guesses if guess.field is not None}
    return Columns(_shape(positions), tuple(guesses), positions)


def _with_points(guesses: list[Guess]) -> list[Guess]:
    """
    Use the point inside a shape with an extent only where the row is a facility, or says nothing else of its place.

    A shape that names an area has the figures of that area, wherever a point inside it lies.
    """
    fields = {guess.field for guess in guesses}
    has_area = bool(fields & {"code", *AREAS})
    is_area = has_area and not fields & {"name", "facility_id"}
    axes: dict[str, Field] = {INSIDE[0]: "lon", INSIDE[1]: "lat"}
    return [
        guess if guess.name not in axes or guess.why == "choice"
        else replace(guess, field=None, why="inside") if is_area
        else replace(guess, field=axes[guess.name], why="name" if has_area else "inside", confidence=0.7)
        for guess in guesses
    ]  # fmt: skip


def _general_factor(table: Table) -> int:
    titles = table.left_out.loc[table.left_out["why"].eq("title"), "text"]
    for title in titles:
        stated = STATED_UNIT.search(str(title)[:LONGEST_NAME].translate(WIDE).translate(SIMPLIFIED).lower())
        if stated:
            return factor_of(f"({stated['unit']})")
    return 1


def _choice(position: int, name: str, values: pd.Series, field: Field | None, general: int) -> Guess:
    kind = "yes_no" if field in RESOURCES and _says_whether(name, values.dropna()) else "count"
    return Guess(position, name, field, 1.0, "choice", _factor(name, field, general), kind)


def _factor(name: str, field: Field | None, general: int) -> int:
    if field not in RESOURCES:
        return 1
    stated = UNIT.search(name[:LONGEST_NAME].translate(WIDE))
    # a unit of its own overrules that of the whole table
    return factor_of(name) if stated or factor_of(name) != 1 else general


def _guess(position: int, name: str, values: pd.Series, general: int) -> Guess:
    values = values.dropna()
    if not name and values.empty:
        return Guess(position, name, None, 0.0, "blank")
    field, confidence = field_of(name)
    special = _special(position, name, values, field)
    if special is not None:
        return special
    by_values = _by_values(values) if field is None or confidence < _MOST else None
    if field == "name" and by_values in AREAS:
        # a bare "name" is that of what the rows are
        return Guess(position, name, by_values, 0.7, "values")
    if field is not None:
        return Guess(position, name, field, confidence, "name", _factor(name, field, general))
    is_running = RUNNING.fullmatch(normal_name(name)) is not None
    sure, why = (_BY_VALUES, "values") if by_values else (0.0, "running" if is_running else "unknown")
    return Guess(position, name, by_values, sure, why)


def _special(position: int, name: str, values: pd.Series, field: Field | None) -> Guess | None:
    """Return what a column is whose values or whose unit say something else than its name; None for the others."""
    if is_rate(name) and (field is None or field in RESOURCES):
        return Guess(position, name, None, 1.0, "rate")
    if _says_whether(name, values):
        has = _has(name)
        return Guess(position, name, has, 0.8 if has else 0.0, "name" if has else "unknown", kind="yes_no")
    is_org = _ORG_UNIT.fullmatch(normal_name(name)) is not None and _by_values(values) != "code"
    is_some_area = field is None and SOME_AREA.fullmatch(normal_name(name)) is not None
    if (field in AREAS or is_some_area) and _by_values(values) == "code":
        # codes under the name of a level
        return Guess(position, name, "code", 0.8, "name")
    return Guess(position, name, _level_of(values) or "county", 0.8, "name") if is_some_area or is_org else None


def _says_whether(name: str, values: pd.Series) -> bool:
    """Say whether a column only says yes or no: by words that are no numbers, or by its name over ones and zeros."""
    words = {str(one).strip().lower() for one in values.unique()} if values.nunique() <= len(_YES_NO) else set()
    if not words or not words <= _YES_NO:
        return False
    return bool(words - _PLAIN_YES_NO) or _ASKS_WHETHER.search(plain_name(name)) is not None


def _has(name: str) -> Field | None:
    """Return what there is one of, where a column says so: facilities, by whatever word for one."""
    plain = _ASKS_WHETHER.sub("", normal_name(name))
    kinds: tuple[Field | None, ...] = ("facilities", "name")
    is_facility = field_of(name)[0] in kinds or field_of(plain)[0] in kinds
    return (
        "facilities" if is_facility or re.search(r"机构|医院|精神|设施|facilit|hospital|psych|mental", plain) else None
    )


def _most(values: pd.Series, pattern: re.Pattern[str]) -> bool:
    return len(values) > 0 and sum(bool(pattern.fullmatch(one[:LONGEST_NAME])) for one in values) >= _MOST * len(values)


def _level_of(values: pd.Series) -> Field | None:
    if values.empty:
        return None
    endings: dict[Field, int] = {}
    for one in values:
        field = next((field for field, pattern in LEVEL_ENDINGS if pattern.fullmatch(one[:LONGEST_NAME])), None)
        if field:
            endings[field] = endings.get(field, 0) + 1
    best = max(endings, key=lambda one: endings[one], default=None)
    return best if best and endings[best] > len(values) / 2 else None


_VALUES: Final[tuple[tuple[Field, Callable[[pd.Series], bool]], ...]] = (
    ("year", lambda values: _most(values, re.compile(r"(?:19[5-9]\d|20\d\d)年?"))),
    ("code", lambda values: _most(values, re.compile(r"[1-9]\d{5}(?:\d{3}|\d{6})?"))),
    ("name", lambda values: _most(values, FACILITY_ENDING)),
    ("address", lambda values: _most(values, re.compile(r".{4,}(?:路|街|道|巷|村|号|號).*"))),
)


def _by_values(values: pd.Series) -> Field | None:
    if values.empty:
        return None
    found = next((field for field, fits in _VALUES if fits(values)), None)
    if found:
        return found
    level = _level_of(values)
    return level if level and _most(values, dict(LEVEL_ENDINGS)[level]) else None


def _one_each(guesses: list[Guess]) -> list[Guess]:
    """Leave each field to the surest of its columns; where two are equally sure, to none."""
    kept = list(guesses)
    for field in {guess.field for guess in guesses if guess.field is not None}:
        rivals = sorted(
            (one for one in guesses if one.field == field), key=lambda one: (one.why != "choice", -one.confidence)
        )
        first, others = rivals[0], rivals[1:]
        draw = [one for one in others if first.why == one.why and first.confidence - one.confidence < _DRAW]
        if draw and field in {"lon", "lat"}:
            # shapes put theirs last
            first, others, draw = draw[-1], [first, *others], []
        for one in rivals:
            if draw and first.why != "choice":
                kept[one.position] = replace(one, field=None, why="ambiguous" if one in [first, *draw] else "other")
            elif one is not first:
                kept[one.position] = replace(one, field=None, why="other")
    return kept


def _shape(positions: Mapping[Field, int]) -> Shape:
    fields = set(positions)
    if "facilities" in fields and not {"facility_id", "address", "lon"} & fields and "name" not in fields:
        return "counts"
    return "register" if fields & _OF_A_FACILITY or {"lon", "lat"} <= fields else "counts"


_SAYINGS: Final = {
    "rate": (
        "warning",
        N_("a rate, a share or a mean"),
        N_("counts"),
        N_("The column was left out. Give the counts themselves; rates are computed here."),
    ),
    "other": (
        "warning",
        N_("a second column of the same kind"),
        N_("one column for each"),
        N_("The other one was taken. Choose this one instead if it is the right one."),
    ),
    "ambiguous": (
        "question",
        N_("several columns that could be the same"),
        N_("one column for each"),
        N_("Choose the right one."),
    ),
}


def findings(table: Table, columns: Columns, lang: Language) -> pd.DataFrame:
    """Return what has to be said of the columns: rates, rivals, units that multiply, guesses by values alone."""
    _ = translator(lang)
    rows = []
    for guess in columns.guesses:
        said = _SAYINGS.get(guess.why) or _of_taken(guess, _)
        if said:
            severity, found, expected, todo = said
            rows.append(
                {
                    "file": table.sheet.file,
                    "sheet": table.sheet.name,
                    "row": max(table.header_rows, default=None),
                    "column": guess.name or column_letter(guess.position),
                    "code": _code(guess),
                    "severity": severity,
                    "found": _(found),
                    "expected": _(expected),
                    "todo": _(todo),
                }
            )
    return as_findings(rows)


def _code(guess: Guess) -> str:
    if guess.why in _SAYINGS:
        return f"column_{guess.why}"
    if guess.why == "inside":
        return "column_inside"
    return "column_unit" if guess.factor > 1 else "column_guess"


def _of_taken(guess: Guess, _: Translate) -> tuple[str, str, str, str] | None:
    if guess.factor > 1:
        return (
            "question",
            _("a unit in the header: numbers are multiplied by {n}").format(n=f"{guess.factor:,}"),
            _("counts in ones"),
            _("See in the preview whether the counts are right."),
        )
    if guess.why == "inside" and guess.field == "lon":
        return (
            "question",
            _("shapes with an extent and no name of an area: a point inside each is taken for its place"),
            _("points, or the code or name of the area"),
            _("See whether each shape is one facility. If they are areas, add a column with their names."),
        )
    if guess.why == "values":
        return (
            "question",
            _("a column recognised by its values, not by its name"),
            _("a name that says what the column holds"),
            _("See whether it is right, and choose otherwise if not."),
        )
    return None


def relevant(read_findings: pd.DataFrame, table: Table, columns: Columns) -> pd.DataFrame:
    """
    Return the findings of `read` that concern a table, with the names of its columns in place of letters.

    A number merged over several rows matters in a column of counts only: a merged year or code is meant for each row.
    What was found in another sheet, outside the body, or in a column that is not used is left out, as it changes
    nothing; what is said of the whole file or sheet stays.
    """
    sheet = read_findings["sheet"].eq(table.sheet.name)
    found = read_findings.loc[sheet | read_findings["sheet"].isna()]
    used = {column_letter(position): (field, table.names[position]) for field, position in columns.positions.items()}
    whole = found["column"].isna()
    in_body = found["row"].isin(table.body.index) | found["code"].eq("date")
    in_used = found["column"].isin(list(used))
    merged = found["code"].eq("merged_number")
    counts = [letter for letter, (field, _name) in used.items() if field in RESOURCES]
    kept = found.loc[
        (whole & (found["row"].isna() | in_body)) | (in_used & in_body & (~merged | found["column"].isin(counts)))
    ]
    names = kept["column"].map(lambda letter: used[letter][1] or letter if letter in used else None)
    return kept.assign(column=names.astype("str")).reset_index(drop=True)
