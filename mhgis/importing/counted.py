"""
What the numbers of a column count, and of whom: psychiatric only, everything, or not said.

Said by a column's own name first, then by the names around it, the title, the sheet, the file and the rows themselves.
A general count never becomes a psychiatric one here: where nothing says so, there is a question. Pure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from mhgis.importing.checks import WHOLE, Spotted
from mhgis.importing.columns import TITLE_RATE, normal_name, plain_name
from mhgis.importing.types import Columns, Field, Table, column_letter
from mhgis.indicators import RESOURCES

#: of whom: those of psychiatry, all there are, or nobody says
Scope = Literal["psychiatric", "everything", "unknown"]

_PSYCHIATRIC: Final = re.compile(r"精神|精防|心理|psych|mental", re.IGNORECASE)
#: what else the names of psychiatric facilities say
_PSYCHIATRIC_ROW: Final = re.compile(r"精神|精防|心理|安定(?!区)|安康(?!市)|康宁|脑科|psych|mental", re.IGNORECASE)
#: what a column that counts everything calls itself
_EVERYTHING: Final = re.compile(r"^总|^全院|^全部|医疗卫生|^全|\b(?:all|total|hospital) (?:beds|staff)", re.IGNORECASE)
#: kinds, names and departments that are plainly of something else
_GENERAL_ROW: Final = re.compile(
    r"综合|口腔|妇产|妇幼|儿童|中医|肿瘤|眼科|骨科|传染|胸科|皮肤|人民医院|中心医院|第.{1,2}医院|社区|乡镇|"
    r"内科|外科|妇科|儿科|急诊|检验|影像|general|dental|matern|children|surg|internal|paediat|pediat|oncolog",
    re.IGNORECASE,
)
#: columns by whose values a general register can be cut down to psychiatry
_FILTERING: Final = re.compile(
    r"科室.*|科别|专科|诊疗科目|(?:机构|医院|单位)?(?:类别|类型|种类|分类)|department.*|dept|specialt.*|type|kind|category|"
    r"(?:facility|hospital|institution) ?(?:type|kind|category)"
)
_MOST_KINDS: Final = 200
_SAMPLE_ROWS: Final = 20_000
#: share of rows that have to be psychiatric by their own words for a register to be
_MOST: Final = 0.5
_NUMBER: Final = r"\s*[-+]?[\d０-９][\d０-９,，.．]*\s*%?\s*"
#: share of the values of a column that are numbers, for it to be one of figures
_MOSTLY: Final = 0.6


@dataclass(frozen=True)
class Counted:
    """What one column of figures counts: the resource, of whom, what kind of figure it is, its unit as printed."""

    what: str
    scope: Scope
    kind: str
    unit: str


@dataclass(frozen=True)
class Offer:
    """A column by which rows can be chosen: its name, the values that are psychiatric, their rows of all rows."""

    column: str
    kept: tuple[str, ...]
    rows: int
    of: int


def describe(table: Table, columns: Columns) -> dict[str, Counted]:
    """
    Say what each column of figures counts; of a register, also what its rows are.

    Parameters
    ----------
    table, columns
        As found and recognised. A column that somebody chose counts what was chosen.
    """
    by_rows, around = scope_of_rows(table, columns), _around(table)
    said = {name: _of_column(table, columns, name) for name in RESOURCES if name in columns.positions}
    siblings = _PSYCHIATRIC.search(" ".join(name for name in table.names)) is not None and not _is_of_everything(table)
    found: dict[str, Counted] = {}
    for name, scope in said.items():
        guess = columns.guesses[columns.positions[name]]
        if scope == "unknown" and by_rows != "everything" and (by_rows == "psychiatric" or around or siblings):
            scope = "psychiatric"  # noqa: PLW2901 - what is said around it
        elif scope == "unknown" and (by_rows == "everything" or _is_of_everything(table)):
            scope = "everything"  # noqa: PLW2901 - as above
        found[name] = Counted(name, scope, guess.kind, unit_of(guess.name))
    if columns.shape == "register":
        certain = any(scope == "psychiatric" for name, scope in said.items() if name != "facilities")
        sure = by_rows == "psychiatric" or (by_rows != "everything" and (bool(around) or siblings)) or certain
        found["facilities"] = Counted("facilities", "psychiatric" if sure else by_rows, "count", "")
    return found


def _of_column(table: Table, columns: Columns, name: Field) -> Scope:
    guess = columns.guesses[columns.positions[name]]
    own = table.names[guess.position]
    if guess.why == "choice" or _PSYCHIATRIC.search(own):
        return "psychiatric"
    title = " ".join(_titles(table))
    if _PSYCHIATRIC.search(title) and re.search(_NOUNS[name], title):
        return "psychiatric"
    return "everything" if _EVERYTHING.search(normal_name(own)) else "unknown"


_NOUNS: Final[dict[str, str]] = {
    "facilities": r"(?i)机构数|医院数|facilit|hospitals",
    "beds": r"(?i)床|beds?",
    "psychiatrists": r"(?i)医师|医生|psychiatrist|doctors|physicians",
    "nurses": r"(?i)护士|nurses?",
}


def _is_of_everything(table: Table) -> bool:
    """Say whether a table has psychiatry as a part of another of its columns: its other counts are of everything."""
    return any(re.match(r"\s*(?:#|＃|其\s*中|of which)", part) for one in table.names for part in one.split(" / "))


def _titles(table: Table) -> list[str]:
    file = table.sheet.file.rpartition(".")[0]
    titles = table.left_out.loc[table.left_out["why"].eq("title"), "text"].astype(str).tolist()
    return [*titles, table.sheet.name if table.sheet.name != table.sheet.file else "", file]


def _around(table: Table) -> str:
    """Return the title, or the name of the sheet or the file, that speaks of psychiatry; empty if none does."""
    return next((one for one in _titles(table) if _PSYCHIATRIC.search(one)), "")


def title_of_rates(table: Table) -> str:
    """Return the title, or the name of the sheet or the file, by which its figures are rates; empty if none says so."""
    return next((one for one in _titles(table) if TITLE_RATE.search(plain_name(one))), "")


def unit_of(name: str) -> str:
    """Return the unit that a column's name has in brackets, empty where it has none."""
    found = re.findall(r"[(（\[【]([^)）\]】]*)[)）\]】]", name)
    return found[-1].strip() if found else ""


def scope_of_rows(table: Table, columns: Columns) -> Scope:
    """Say of what the rows are, by the kinds, names and departments that stand in them."""
    body = table.body.iloc[:_SAMPLE_ROWS]
    at = [columns.positions[one] for one in ("kind", "name") if one in columns.positions]
    at += [number for number, name in enumerate(table.names) if _FILTERING.fullmatch(normal_name(name))]
    if not at or body.empty:
        return "unknown"
    psychiatric = pd.Series(data=False, index=body.index)
    general = psychiatric.copy()
    for position in dict.fromkeys(at):
        texts = body[position].fillna("")
        psychiatric |= texts.str.contains(_PSYCHIATRIC_ROW)
        general |= texts.str.contains(_GENERAL_ROW)
    if (general & ~psychiatric).any():
        return "everything"
    return "psychiatric" if psychiatric.mean() >= _MOST else "unknown"


def offers(table: Table) -> tuple[Offer, ...]:
    """Return the columns of a general register by which it can be cut down to psychiatry, the best first."""
    found = []
    for position, name in enumerate(table.names):
        values = table.body[position].dropna()
        if not _FILTERING.fullmatch(normal_name(name)) or values.empty:
            continue
        kinds = values.value_counts()
        mine = [str(one) for one in kinds.index if _PSYCHIATRIC_ROW.search(str(one))]
        if mine and len(mine) < len(kinds) <= _MOST_KINDS:
            found.append(Offer(name, tuple(sorted(mine)), int(kinds[mine].sum()), len(table.body)))
    return tuple(found)


def spotted(table: Table, columns: Columns, counted: dict[str, Counted]) -> list[Spotted]:
    """Return what has to be asked about what is counted, one question a kind for the whole file."""
    found: list[Spotted] = []
    is_register = columns.shape == "register"
    figures = [name for name in RESOURCES if name in columns.positions and not (is_register and name == "facilities")]
    named: dict[str, str] = {name: table.names[columns.positions[name]] for name in figures}
    if not figures and not is_register:
        unread = ", ".join(name for name, _n in unread_figures(table, columns)) or ", ".join(filter(None, table.names))
        found.append(_whole("figures_none", unread))
    for scope, code in (("everything", "scope_general"), ("unknown", "scope_unknown")):
        names = [named.get(name, "") for name, one in counted.items() if one.scope == scope]
        if names and (scope == "everything" or not any(one.scope == "everything" for one in counted.values())):
            found.append(_whole(code, _with_offers(table, [name for name in names if name])))
    is_yes_no = [named[name] for name in figures if counted[name].kind == "yes_no"]
    if is_yes_no:
        found.append(_whole("yes_no", ", ".join(is_yes_no)))
    rate = title_of_rates(table)
    chosen = all(columns.guesses[columns.positions[name]].why == "choice" for name in figures)
    if rate and figures and not chosen:
        found.append(_whole("title_rate", rate[:80]))
    return found


def _with_offers(table: Table, names: Sequence[str]) -> str:
    rows = f"{len(table.body):,}"
    said = [", ".join(names) or rows]
    said += [f"{one.column}: {', '.join(one.kept[:5])} ({one.rows:,} / {one.of:,})" for one in offers(table)]
    return "; ".join(said)


def _whole(code: str, found: str) -> Spotted:
    return Spotted(code, None, pd.Series([found], index=[WHOLE]))


def unread_figures(table: Table, columns: Columns) -> list[tuple[str, int]]:
    """Return the columns of numbers that are not used, by name or letter, and how many numbers each has."""
    used = set(columns.positions.values())
    found = []
    for guess in columns.guesses:
        if (
            guess.position in used
            or guess.why in {"running", "blank", "inside", "rate", "other"}
            or guess.name.startswith("[")
        ):
            continue
        values = table.body[guess.position].dropna()
        numbers = int(values.str.fullmatch(_NUMBER).sum())
        if numbers and numbers >= _MOSTLY * len(values):
            found.append((guess.name or column_letter(guess.position), numbers))
    return found
