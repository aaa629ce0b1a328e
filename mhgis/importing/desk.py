"""
One import at the desk: what a screen shows of it, step by step, and the last step, which loads it.

Runs beside the server, in a process of `mhgis.importing.work`; what a page is handed is small, however long the file
is. A file that was read and a plan that was made are kept, so that a change of mind reads nothing twice. Nothing is
written but by `load`.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import pandas as pd

from mhgis import cage, store
from mhgis.i18n import Language, translator
from mhgis.importing import faults, library, places, plan, precedents, reference, values
from mhgis.importing.counted import Offer
from mhgis.importing.plan import Choices, Plan
from mhgis.importing.read import read
from mhgis.importing.types import Field, Guess, Sheet, Table, Workbook
from mhgis.indicators import LEVELS, OF_PREVIEW, RESOURCES

#: what a page shows of a long file
ROWS_SHOWN: Final = 14
COLUMNS_SHOWN: Final = 60
CELLS_SHOWN: Final = 26
QUESTIONS_SHOWN: Final = 200
FINDINGS_SHOWN: Final = 2_000
ROWS_LISTED: Final = 1_000
_EXAMPLES: Final = 3
_LONGEST: Final = 60

#: questions that a choice of its own answers, or the file itself
_ELSEWHERE: Final = frozenset({"system", "column_ambiguous", *values.READINGS})

#: what says where a row is in words, and as a point; rows of a file whose points are compared with their words
_WORDS: Final[tuple[Field, ...]] = ("code", "province", "prefecture", "county", "address")
_AXES: Final[tuple[Literal["lon"], Literal["lat"]]] = ("lon", "lat")
_COMPARED: Final = 20_000

Tell = Callable[[float, str], None]
Kept = TypeVar("Kept")

#: shares of the whole at which its parts begin
_READ, _PLANNED = 0.45, 0.9

#: files and plans kept by this process; a large one is a quarter of a gigabyte
_KEPT: Final = 2
_books: "OrderedDict[Hashable, Workbook]" = OrderedDict()
_plans: "OrderedDict[Hashable, Plan]" = OrderedDict()


@dataclass(frozen=True)
class Case:
    """
    One file and what was decided about it so far.

    `path` is where it lies, `name` what its owner calls it, `choices` as of `plan.Choices.to_json`, `lang` the language
    of sentences, `today` the ISO day of the import.
    """

    path: str
    name: str
    choices: Mapping[str, Any]
    lang: Language
    today: str

    @property
    def key(self) -> tuple[str, ...]:
        """What the plan of this case depends on, as plain text."""
        chosen = json.dumps(self.choices, sort_keys=True)
        return (self.path, self.name, self.lang, self.today, chosen, store.current().build)


@dataclass(frozen=True, eq=False)
class Asked:
    """
    A question about places: what the file says, how many rows one answer covers, and the places it could be.

    `key` names it in the choices; `candidates` are level, code and the name with those above it; of a question about
    the coordinate system, systems stand for codes and names. `first_row` is 0 where it is about no row.
    """

    key: str
    kind: str
    text: str
    why: str
    n: int
    first_row: int
    candidates: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Confirmable:
    """A question about figures that may be right as they stand: how often it is asked, an example, what to see to."""

    code: str
    n: int
    found: str
    todo: str
    is_confirmed: bool


@dataclass(frozen=True, eq=False)
class Mapped:
    """The map as it will look: which indicator, level, year and province, and the rows of `indicator_value` for it."""

    indicator: str
    level: str
    year: int
    within: str
    rows: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Shown:
    """
    What a page shows of an import that is being prepared; frames are cut to what a reader looks at.

    Attributes
    ----------
    file, kind, size
        As of `Workbook`.
    sheets
        Name, rows, columns and whether it is hidden.
    sheet, header_rows, names
        The table that was found.
    head
        The first rows of the sheet, by the row numbers of an editor.
    left_out
        Rows around the table, totals among them: `row`, `why`, `text`.
    n_around
        How many rows those are.
    guesses, examples
        What each column is, and its first values.
    shape, tally
        As of `Plan`.
    methods
        How many rows have their place, by each method.
    questions, n_questions
        Those shown, and how many there are about places.
    evidence
        By coordinate system, how many of the points compared lie in the area their row names, and how many were
        compared; empty where nothing is asked or nothing can be compared.
    alike
        Names that may be a slip for another: key, text, code of the county it was taken for, codes of the others.
    findings, severities
        Those shown, and how many there are of each severity.
    confirmable
        Questions that are settled by saying that all is right, those that are settled among them.
    years, n_areas, sums
        Of what will be loaded: years, named areas, and the sum of each resource that has one.
    totals, missing
        As of `Plan`; `n_missing` counts all.
    mapped
        None until it is ready.
    provinces
        Areas a statement of completeness may name: (level, code), the provinces and prefectures of the file.
    ready, why_not
        As of `Plan`.
    steps, unread, offers, filtered
        As of `Plan`.
    """

    file: str
    kind: str
    size: int
    sheets: tuple[tuple[str, int, int, bool], ...]
    sheet: str
    header_rows: tuple[int, ...]
    names: tuple[str, ...]
    head: pd.DataFrame
    left_out: pd.DataFrame
    n_around: int
    guesses: tuple[Guess, ...]
    examples: Mapping[int, str]
    shape: str
    tally: Mapping[str, int]
    methods: Mapping[str, int]
    questions: tuple[Asked, ...]
    n_questions: int
    evidence: tuple[tuple[str, int, int], ...]
    alike: tuple[tuple[str, str, str, str], ...]
    findings: pd.DataFrame
    severities: Mapping[str, int]
    confirmable: tuple[Confirmable, ...]
    years: tuple[int, ...]
    n_areas: int
    sums: Mapping[str, float]
    totals: pd.DataFrame
    missing: pd.DataFrame
    n_missing: int
    mapped: Mapped | None
    provinces: tuple[tuple[str, str], ...]
    ready: bool
    why_not: str
    steps: tuple[str, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    offers: tuple[Offer, ...] = ()
    filtered: tuple[tuple[str, tuple[str, ...], int, int], ...] = ()


def warm(tell: Tell) -> None:
    """Read what is known of the country, so that the first file is not kept waiting."""
    tell(0.0, "")
    cage.warm(read.__module__)
    _reference(store.current().build)


def look(case: Case, tell: Tell) -> Shown:
    """
    Prepare a file as far as it goes, and return what a page shows of it.

    Parameters
    ----------
    case
        The file and the choices.
    tell
        Called with a share and what is being done.

    Raises
    ------
    MhgisError
        If the file cannot be read, or has no table.
    """
    _ = translator(case.lang)
    book, made = _book(case, tell), _plan(case, tell)
    tell(_PLANNED, _("Drawing the preview"))
    known = made.rows[made.rows["fate"].eq("loaded")]
    placed = made.rows[made.rows["area_code"].notna()]
    asked = made.questions
    return Shown(
        file=book.file,
        kind=book.kind,
        size=book.size,
        sheets=tuple((one.name, len(one.cells), one.cells.shape[1], one.hidden) for one in book.sheets),
        sheet=made.table.sheet.name,
        header_rows=made.table.header_rows,
        names=made.table.names,
        head=_head(made.table.sheet),
        left_out=_around(made.table).head(ROWS_LISTED),
        n_around=len(made.table.left_out) + len(made.table.totals),
        guesses=made.columns.guesses,
        examples=_examples(made),
        shape=made.shape,
        tally=dict(made.tally),
        methods={str(method): int(n) for method, n in placed["method"].value_counts().items()},
        questions=tuple(_asked(row, case.lang) for row in asked.head(QUESTIONS_SHOWN).to_dict("records")),
        n_questions=int(asked["kind"].eq("place").sum()),
        evidence=_evidence(made) if asked["kind"].eq("system").any() else (),
        alike=tuple(made.alike.drop_duplicates("key").itertuples(index=False, name=None)),
        findings=made.findings.head(FINDINGS_SHOWN),
        severities={str(name): int(n) for name, n in made.findings["severity"].value_counts().items()},
        confirmable=_confirmable(made),
        years=tuple(sorted({int(year) for year in known["year"].dropna()})),
        n_areas=int(known["area_code"].nunique()),
        sums={name: float(known[name].sum()) for name in RESOURCES if name in known and known[name].notna().any()},
        totals=made.totals,
        missing=made.missing.head(ROWS_LISTED),
        n_missing=len(made.missing),
        mapped=_mapped(made, Path(case.path).read_bytes(), case.today) if made.ready else None,
        provinces=_holders(placed["area_code"]),
        ready=made.ready,
        why_not=made.why_not,
        steps=made.steps,
        unread=made.unread,
        offers=made.offers,
        filtered=made.filtered,
    )


def load(case: Case, dataset_id: str, tell: Tell) -> tuple[str, int]:
    """
    Load a prepared file as a new dataset or a new version, whole or not at all; return its id and number.

    Parameters
    ----------
    case, tell
        As for `look`.
    dataset_id
        The dataset to add a version to; empty for a new one.

    Raises
    ------
    MhgisError
        If it is not ready, or cannot be written; nothing is changed then.
    """
    _ = translator(case.lang)
    made = _plan(case, tell)
    tell(_PLANNED, _("Writing the dataset"))
    saved = library.save(made.to_draft(Path(case.path).read_bytes(), case.today), dataset_id)
    return saved.dataset_id, saved.number


def marked(case: Case, tell: Tell) -> bytes:
    """Return the file as XLSX with every fault marked where it is."""
    return faults.to_xlsx(_plan(case, tell), case.lang, date.fromisoformat(case.today))


def listed(case: Case, tell: Tell) -> bytes:
    """Return every finding as CSV."""
    return faults.to_csv(_plan(case, tell).findings, case.lang)


def taken_over(case: Case, dataset_id: str, tell: Tell) -> dict[str, Any]:
    """Return the choices made for the version of a dataset that is shown, as far as they fit another file."""
    names = plan.names_of(_book(case, tell), Choices(), _reference(store.current().build), lang=case.lang)
    return precedents.of_dataset(dataset_id, names).choices.to_json()


def _book(case: Case, tell: Tell) -> Workbook:
    key = (case.path, case.name, case.lang)
    return _kept(
        _books, key, lambda: read(Path(case.path), case.name, lang=case.lang, progress=_part(tell, 0.0, _READ))
    )


def _plan(case: Case, tell: Tell) -> Plan:
    book = _book(case, tell)
    return _kept(
        _plans,
        case.key,
        lambda: plan.prepare(
            book, Choices.from_json(case.choices), _reference(store.current().build), lang=case.lang,
            today=date.fromisoformat(case.today), progress=_part(tell, _READ, _PLANNED),
        ),
    )  # fmt: skip


@lru_cache(maxsize=1)
def _reference(build: str) -> reference.Reference:
    del build  # the key
    return reference.load()


def _kept(kept: "OrderedDict[Hashable, Kept]", key: Hashable, make: Callable[[], Kept]) -> Kept:
    if key not in kept:
        kept[key] = make()
    kept.move_to_end(key)
    while len(kept) > _KEPT:
        kept.popitem(last=False)
    return kept[key]


def _part(tell: Tell, begin: float, end: float) -> Tell:
    return lambda share, message: tell(begin + share * (end - begin), message)


def _evidence(made: Plan) -> tuple[tuple[str, int, int], ...]:
    # the sure places of a sample of rows, held against their points under each system
    at, body = made.columns.positions, made.table.body.iloc[:_COMPARED]
    words = pd.DataFrame({name: body[at[name]] for name in _WORDS if name in at}, index=body.index)
    if words.empty:
        return ()
    gazetteer = _reference(store.current().build).gazetteer
    named = places.match(gazetteer, words, level=LEVELS[-1])["area_code"]
    lon, lat = (values.parse_coordinates(body[at[axis]], axis)["value"].astype("float64") for axis in _AXES)
    found = places.detect_system(gazetteer, lon, lat, named).evidence
    counts = zip(found["system"].astype("str"), found["agree"].tolist(), found["n"].tolist(), strict=True)
    return tuple((system, int(agree), int(n)) for system, agree, n in counts if n)


def _confirmable(made: Plan) -> tuple[Confirmable, ...]:
    confirmed = set(made.choices.confirmed)
    found = made.findings
    asked = found["severity"].eq("question") & ~found["code"].isin(_ELSEWHERE) & ~found["code"].str.startswith("place_")
    kept = found[asked | found["code"].isin(sorted(confirmed))]
    return tuple(
        Confirmable(str(code), len(rows), str(rows["found"].iloc[0]), str(rows["todo"].iloc[0]), code in confirmed)
        for code, rows in kept.groupby("code", sort=True)
    )


def _around(table: Table) -> pd.DataFrame:
    # rows that add up others stand apart in a table; a reader looks for them here
    texts = [" ".join(str(one) for one in row if not pd.isna(one)) for row in table.totals.itertuples(index=False)]
    totals = pd.DataFrame({"row": table.totals.index.to_numpy(), "why": "total", "text": texts})
    return pd.concat([table.left_out, totals], ignore_index=True).sort_values("row", ignore_index=True)


def _head(sheet: Sheet) -> pd.DataFrame:
    return sheet.cells.iloc[:ROWS_SHOWN, :CELLS_SHOWN].map(_short)


def _short(text: object) -> object:
    return text if not isinstance(text, str) or len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _examples(made: Plan) -> dict[int, str]:
    body = made.table.body
    return {
        at: "、".join(str(_short(one)) for one in body[at].dropna().drop_duplicates().head(_EXAMPLES))
        for at in range(min(body.shape[1], COLUMNS_SHOWN))
    }


def _asked(row: Mapping[Hashable, Any], lang: Language) -> Asked:
    names, level = _labels(store.current().build, lang), str(row["level"])
    places = tuple((level, str(code), names.get((level, str(code)), str(code))) for code in row["candidates"])
    first = 0 if pd.isna(row["first_row"]) else int(row["first_row"])
    return Asked(str(row["key"]), str(row["kind"]), str(row["text"]), str(row["why"]), int(row["n"]), first, places)


@lru_cache(maxsize=2)
def _labels(build: str, lang: Language) -> dict[tuple[str, str], str]:
    del build  # the key
    return labels(store.areas(), lang)


def labels(areas: pd.DataFrame, lang: Language) -> dict[tuple[str, str], str]:
    """
    Return the name of each area with those of the areas that hold it, but for the country's.

    Parameters
    ----------
    areas
        As of `mhgis.store.areas`.
    lang
        Of the names.
    """
    columns = ("level", "area_code", "parent_level", "parent_code", f"name_{lang}")
    rows = {(row[0], row[1]): row[2:] for row in areas[list(columns)].itertuples(index=False, name=None)}

    def chain(place: tuple[str, str]) -> Iterable[str]:
        parent_level, parent, name = rows[place]
        above = (parent_level, parent)
        if parent_level != LEVELS[0] and above in rows and rows[above][2] != name:
            yield from chain(above)
        yield name

    joint = " · " if lang == "zh" else ", "
    return {place: joint.join(chain(place) if lang == "zh" else reversed(list(chain(place)))) for place in rows}


def _mapped(made: Plan, original: bytes, today: str) -> Mapped | None:
    values = library.measure(made.to_draft(original, today)).tables["indicator_value"]
    known = values[values["value"].notna() & values["level"].ne(LEVELS[0]) & values["indicator"].isin(OF_PREVIEW)]
    if known.empty:
        return None
    finest = max(known["level"], key=LEVELS.index)
    known = known[known["level"].eq(finest)]
    indicator = next(name for name in OF_PREVIEW if known["indicator"].eq(name).any())
    known = known[known["indicator"].eq(indicator)]
    year = int(known["year"].max())
    held = {code for level, code in _holders(known["area_code"]) if level == LEVELS[1]}
    shown = values[values["level"].eq(finest) & values["indicator"].eq(indicator) & values["year"].eq(year)]
    within = next(iter(held)) if len(held) == 1 and finest != LEVELS[1] else ""
    return Mapped(indicator, finest, year, within, shown)


def _holders(codes: pd.Series) -> tuple[tuple[str, str], ...]:
    # the provinces and prefectures in which the named areas lie
    areas = store.areas()
    parents = {
        (row.level, row.area_code): (row.parent_level, row.parent_code) for row in areas.itertuples() if row.parent_code
    }
    found: set[tuple[str, str]] = set()
    wanted = set(codes.dropna())
    for place in [place for place in parents if place[1] in wanted]:
        at = place
        while at[0] in LEVELS[1:]:
            if at[0] in LEVELS[1:-1]:
                found.add((str(at[0]), str(at[1])))
            at = parents.get(at, (LEVELS[0], ""))
    return tuple(sorted(found, key=lambda place: (LEVELS.index(place[0]), place[1])))
