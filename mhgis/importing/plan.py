"""
The plan of an import: what a file would become, what is wrong with it, and what has to be decided first.

Pure: a file that was read, what somebody chose, and what is known of the country go in; a `Plan` comes out, and nothing
is written. Every row of the sheet is accounted for: loaded, faulty, asked about, or left out with the reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from mhgis.errors import Fault, SchemaError
from mhgis.i18n import LANGUAGES, N_, Language, ngettext, translator
from mhgis.importing import aggregate, checks, columns, counted, layout, library, places, shapes, together, values
from mhgis.importing.checks import WHOLE, Spotted
from mhgis.importing.coordinates import SYSTEMS, System, to_wgs84
from mhgis.importing.counted import Counted, Offer
from mhgis.importing.gazetteer import Place
from mhgis.importing.header_words import SOME_AREA
from mhgis.importing.reference import Reference
from mhgis.importing.types import FIELDS, Columns, Field, Shape, Sheet, Table, Workbook, column_letter, no_findings
from mhgis.indicators import LEVELS, RESOURCES, Level

Progress = Callable[[float, str], None]
Fate = Literal["loaded", "faulty", "question", "left_out"]

#: headings of the two columns that a corrected file brings back; they are never part of the table
PROBLEM: Final = ("问题", "Problem")
#: the sheet on which `mhgis.importing.faults` lists the faults of a copy it has marked
FAULTS_SHEET: Final = N_("Faults")

#: fields that say where a row is
_WORDS: Final[tuple[Field, ...]] = ("code", "province", "prefecture", "county", "address")
_TEXTS: Final[tuple[Field, ...]] = ("facility_id", "name", "kind", "sponsor", "grade")
#: files whose points come with a coordinate system of their own
_WITH_SYSTEM: Final = frozenset({"geojson", "gpkg", "shapefile"})
#: a county's name of so many characters tells it from its neighbours within another text
_TELLING: Final = 2
#: shares of the work that are done after each step
_READ, _MATCHED, _CHECKED = 0.25, 0.75, 0.9

#: questions that are answered by a choice or by mending the file, never by saying that all is right
_NEEDS_ANSWER: Final = frozenset({"column_ambiguous", "system", *values.READINGS})


@dataclass(frozen=True)
class Choices:
    """
    What somebody decided about one file; plain values, so that they can be kept as JSON.

    Attributes
    ----------
    sheet, header_row
        Where the table is; empty or None for the likeliest.
    shape
        `plain` to read the table as it stands; empty to have it put in shape.
    filters
        (name of a column, values): only rows with one of these values are loaded.
    columns
        (position, field): what a column is, None to leave it out.
    year
        Of the figures, where rows have none.
    system
        The coordinate system of the points, as confirmed; empty while it is not.
    places
        (key, level, code) by the key of a question; level and code empty to leave those rows out.
    confirmed
        Codes of questions about figures that are right as they stand.
    without_faulty
        Whether to load what is right: a faulty cell is then not known, a row without a place is left out.
    complete, complete_resources
        Areas, as (level, code), of which the importer states that the file leaves nothing out; resources empty for all
        that the file has.
    threshold
        Counts below it are suppressed; 0 for none.
    title_zh, title_en, note, note_zh, publisher
        What the dataset is called, what to know of it, and whose figures these are.
    """

    sheet: str = ""
    header_row: int | None = None
    shape: str = ""
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    columns: tuple[tuple[int, Field | None], ...] = ()
    year: int | None = None
    system: System | Literal[""] = ""
    places: tuple[tuple[str, str, str], ...] = ()
    confirmed: tuple[str, ...] = ()
    without_faulty: bool = False
    complete: tuple[tuple[str, str], ...] = ()
    complete_resources: tuple[str, ...] = ()
    threshold: int = 0
    title_zh: str = ""
    title_en: str = ""
    note: str = ""
    note_zh: str = ""
    publisher: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the choices as JSON has them."""
        return {name: _listed(value) for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Choices":
        """
        Read choices back.

        Raises
        ------
        SchemaError
            If something is not a choice; all faults at once.
        """
        plain = {one.name: one.default for one in fields(cls)}
        faults = [_no_choice(name, value) for name, value in said.items() if not _fits(name, value, plain)]
        if faults:
            raise SchemaError(faults)
        return cls(**{name: _tupled(value) for name, value in said.items()})


def _is_filter(value: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
    match value:
        case [str(), [*kept]] | (str(), [*kept]):
            return all(isinstance(text, str) for text in kept)
    return False


def _listed(value: object) -> object:
    return [_listed(one) for one in value] if isinstance(value, tuple) else value


def _tupled(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    return tuple(_tupled(one) for one in value) if isinstance(value, list | tuple) else value


def _no_choice(name: str, value: object) -> Fault:
    return Fault("choices", None, name, repr(value)[:80], "a choice as this app keeps them")


def _fits(name: str, value: Any, plain: Mapping[str, object]) -> bool:  # noqa: ANN401 - whatever JSON holds
    rules: dict[str, Callable[[Any], bool]] = {
        "columns": lambda v: all(len(o) == 2 and isinstance(o[0], int) and o[1] in (None, *FIELDS) for o in v),  # noqa: PLR2004
        "places": lambda v: all(len(o) == 3 and o[1] in ("", *LEVELS) and isinstance(o[2], str) for o in v),  # noqa: PLR2004
        "complete": lambda v: all(len(o) == 2 and o[0] in LEVELS and isinstance(o[1], str) for o in v),  # noqa: PLR2004
        "complete_resources": lambda v: set(v) <= set(RESOURCES),
        "system": lambda v: v in ("", *SYSTEMS),
        "shape": lambda v: v in ("", "plain"),
        "filters": lambda v: all(map(_is_filter, v)),
    }
    if name not in plain:
        return False
    default = plain[name]
    if default is None:
        return value is None or (isinstance(value, int) and not isinstance(value, bool))
    if isinstance(default, tuple):
        shaped = isinstance(value, list | tuple) and (
            name in {"confirmed", "complete_resources"} or all(isinstance(one, list | tuple) for one in value)
        )
        return shaped and rules.get(name, lambda _v: True)(value)
    return type(value) is type(default) and rules.get(name, lambda _v: True)(value)


@dataclass(frozen=True, eq=False)
class Plan:
    """
    What a file would become.

    Attributes
    ----------
    workbook, choices, shape, table, columns
        What was read, decided and recognised; `shape` is `register` or `counts`.
    rows
        A row for each row of the table, by the row number of the sheet: `fate`, `area_code`, `level`, `method`,
        `confidence`, `year`, `province_code`, the texts of a facility, `lon`, `lat` (degrees, EPSG:4326) and for each
        resource the file has its value (Int64; NA = not known) and `<resource>_status`.
    findings
        Every fault as a row; see `mhgis.importing.types`. Questions that were confirmed are warnings.
    questions
        What one answer settles: `key`, `kind` (`place` or `system`), `text`, `n` rows, `first_row`, `level` and
        `candidates` (codes, or coordinate systems; the likeliest first), `why`.
    counts, facilities
        What would be loaded, as `library.Draft` has it.
    missing
        Counties of the provinces in the file that it does not name: `level`, `area_code`, `name_zh`.
    totals
        See `_totals`.
    tally
        Rows by fate, and `rows`, their sum.
    ready, why_not
        Whether it can be loaded, and if not the reason, one sentence.
    marked
        The findings by the row numbers of `table`, which are not those of the file where it was put in shape.
    steps, unread
        How the table was put in shape, and sheets that are not in it; see `shapes.Shaped`.
    counts_of
        What each column of figures counts, by resource; see `mhgis.importing.counted`.
    offers
        Columns by which a general register can be cut down to psychiatry.
    filtered
        Column, values, rows before and after, for each filter.
    alike
        Rows whose county may be a slip for another, by row number: `key` of an answer, `text`, `area_code`, `other`
        (codes, a blank between them).
    """

    workbook: Workbook
    choices: Choices
    shape: Shape
    table: Table
    columns: Columns
    rows: pd.DataFrame
    findings: pd.DataFrame
    questions: pd.DataFrame
    counts: pd.DataFrame
    facilities: pd.DataFrame
    missing: pd.DataFrame
    totals: pd.DataFrame
    tally: Mapping[str, int]
    why_not: str = ""
    alike: pd.DataFrame = field(default_factory=lambda: no_alike())  # noqa: PLW0108 - defined below
    marked: pd.DataFrame = field(default_factory=no_findings)
    steps: tuple[str, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    counts_of: Mapping[str, Counted] = field(default_factory=dict)
    offers: tuple[Offer, ...] = ()
    filtered: tuple[tuple[str, tuple[str, ...], int, int], ...] = ()

    @property
    def ready(self) -> bool:
        """Whether nothing is left to mend or to decide."""
        return not self.why_not

    @property
    def year(self) -> int | None:
        """The latest year of the figures."""
        return None if self.rows["year"].isna().all() else int(self.rows["year"].max())

    def to_unread(self) -> dict[str, Any]:
        """Return what of the file is not used, as plain values: sheets, columns, rows by reason, and filters."""
        return {
            "sheets": [{"name": name, "why": why} for name, why in self.unread],
            "columns": [
                guess.name or column_letter(guess.position)
                for guess in self.columns.guesses
                if guess.field is None and guess.why != "blank"
            ],
            "rows": {str(why): int(n) for why, n in self.table.left_out["why"].value_counts().items()}
            | ({"total": len(self.table.totals)} if len(self.table.totals) else {}),
            "filters": [
                {"column": column, "values": list(kept), "before": before, "after": after}
                for column, kept, before, after in self.filtered
            ],
        }

    def to_draft(self, original: bytes, created_on: str) -> library.Draft:
        """
        Return what the library keeps.

        Raises
        ------
        SchemaError
            If the plan is not ready.
        """
        if not self.ready or self.year is None:
            raise SchemaError([Fault(self.workbook.file, None, None, self.why_not, "an import that is ready")])
        chosen = self.choices
        stem = self.workbook.file.rpartition(".")[0] or self.workbook.file
        return library.Draft(
            title_zh=chosen.title_zh or chosen.title_en or stem,
            title_en=chosen.title_en or chosen.title_zh or stem,
            publisher=chosen.publisher,
            created_on=created_on,
            year=self.year,
            file=self.workbook.file,
            original=original,
            counts=self.counts,
            facilities=self.facilities,
            complete=aggregate.Complete(chosen.complete, chosen.complete_resources),
            threshold=chosen.threshold,
            note=chosen.note,
            note_zh=chosen.note_zh,
            decisions=chosen.to_json(),
            columns=self.table.names,
            unread=self.to_unread(),
        )


def prepare(
    workbook: Workbook,
    choices: Choices,
    reference: Reference,
    *,
    lang: Language,
    today: date,
    progress: Progress | None = None,
) -> Plan:
    """
    Say what a file would become.

    Parameters
    ----------
    workbook
        As `read.read` gives it.
    choices
        What was decided so far; none at first.
    reference
        What is known of the country.
    lang
        Of the sentences.
    today
        The day of the import: figures of a later year are refused.
    progress
        Called with the share that is done, from 0 to 1, and what is being done.

    Returns
    -------
    plan
        Nothing is written, and nothing in `workbook` is changed.

    Raises
    ------
    UnreadableError
        If the file has no sheet with a table, or the chosen sheet has none.
    """
    _ = translator(lang)
    tell = progress or (lambda _share, _message: None)
    tell(0.0, _("Finding the table"))
    table = _without_problem(layout.find_table(_sheet(workbook, choices, lang), choices.header_row, lang=lang))
    shaped = shapes.tidy(
        table, workbook, _area_field(reference), all_sheets=not choices.sheet, plain=choices.shape == "plain"
    )
    offers = counted.offers(shaped.table)
    table, filtered = _filtered(shaped.table, choices.filters)
    found = columns.recognise(table, dict(choices.columns))
    tell(_READ, _("Matching places"))
    work = _Work(workbook, choices, reference, lang, today, table, found, shaped, filtered)
    rows, alike, spotted, said_of_points = work.located(
        lambda share: tell(_READ + (_MATCHED - _READ) * share, _("Matching places"))
    )
    tell(_MATCHED, _("Checking figures"))
    rows, cells = work.measured(rows)
    cells += said_of_points
    spotted += work.checked(rows)
    tell(_CHECKED, _("Adding up"))
    plan = replace(
        work.planned(rows, spotted, cells), alike=alike, steps=shaped.steps, unread=shaped.unread, filtered=filtered,
        offers=offers, counts_of=counted.describe(table, found),
    )  # fmt: skip
    tell(1.0, _("The plan is ready"))
    return plan


def names_of(workbook: Workbook, choices: Choices, reference: Reference, *, lang: Language) -> tuple[str, ...]:
    """Return the names of the columns of the table in shape, by which the columns of an earlier file are found."""
    table = _without_problem(layout.find_table(_sheet(workbook, choices, lang), choices.header_row, lang=lang))
    return shapes.tidy(
        table, workbook, _area_field(reference), all_sheets=not choices.sheet, plain=choices.shape == "plain"
    ).table.names


def _sheet(workbook: Workbook, choices: Choices, lang: Language) -> Sheet:
    named = [sheet for sheet in workbook.sheets if sheet.name == choices.sheet]
    if not named and len(workbook.sheets) == 1 and not workbook.sheets[0].cells.empty:
        return workbook.sheets[0]
    return named[0] if named else layout.best_sheet(workbook, lang=lang)


def _area_field(reference: Reference) -> Callable[[str], Field | None]:
    known = reference.gazetteer

    def field_of_area(text: str) -> Field | None:
        key = known.folded(text)
        levels = [level for level in known.levels if key and known.by_name[level].get(key)]
        return _field_of_level(levels[0]) if levels else None

    return field_of_area


def _field_of_level(level: Level) -> Field:
    return next(one for one in columns.AREAS if one == level)


def _filtered(
    table: Table, filters: tuple[tuple[str, tuple[str, ...]], ...]
) -> tuple[Table, tuple[tuple[str, tuple[str, ...], int, int], ...]]:
    """Return the table with the rows that were chosen, and how many each filter took and left."""
    done = []
    for name, kept in filters:
        if name not in table.names:
            continue
        chosen = table.body[table.names.index(name)].isin(list(kept))
        done.append((name, tuple(kept), len(table.body), int(chosen.sum())))
        out = table.body[~chosen]
        texts = [" ".join(str(one) for one in row if not pd.isna(one)) for row in out.itertuples(index=False)]
        left = pd.DataFrame({"row": out.index.to_numpy(), "why": "filter", "text": texts})
        rest = pd.concat([table.left_out, left.astype(table.left_out.dtypes.to_dict())], ignore_index=True)
        table = replace(table, body=table.body[chosen], left_out=rest)
    return table, tuple(done)


def _is_marked_copy(table: Table) -> bool:
    """Say whether a table is a copy on which `faults` has marked what is wrong."""
    heads = table.sheet.cells.loc[table.sheet.cells.index.isin(table.header_rows)]
    return bool((heads == " / ".join(PROBLEM)).any(axis=None))


def _without_problem(table: Table) -> Table:
    """Return a table without the column that `faults` added to it."""
    both = " / ".join(PROBLEM)
    # under a header of several rows a remark on the header itself is joined to the name
    added = [at for at, name in enumerate(table.names) if name.strip() in PROBLEM or name.strip().startswith(both)]
    if not added:
        return table
    kept = [at for at in range(len(table.names)) if at not in added]
    order = dict(zip(kept, range(len(kept)), strict=True))
    return Table(
        table.sheet,
        table.header_rows,
        tuple(table.names[at] for at in kept),
        table.body[kept].rename(columns=order),
        table.totals[kept].rename(columns=order),
        table.left_out,
    )


@dataclass(frozen=True, eq=False)
class _Work:
    """One import at work: what goes in, and the steps in their order."""

    workbook: Workbook
    choices: Choices
    reference: Reference
    lang: Language
    today: date
    table: Table
    columns: Columns
    shaped: shapes.Shaped
    filtered: tuple[tuple[str, tuple[str, ...], int, int], ...]

    @property
    def is_register(self) -> bool:
        return self.columns.shape == "register"

    @property
    def resources(self) -> list[str]:
        """The resources the file has a column of; a register counts its facilities by itself."""
        skipped = {"facilities"} if self.is_register else set()
        return [one for one in RESOURCES if one in self.columns.positions and one not in skipped]

    def text(self, name: Field) -> pd.Series:
        return self.table.body[self.columns.positions[name]]

    def located(
        self, tell: Callable[[float], None]
    ) -> tuple[pd.DataFrame, pd.DataFrame, list[Spotted], list[pd.DataFrame]]:
        """Say where each row is; return the rows, those that may be slips, what was spotted, what was said of cells."""
        given = [one for one in _WORDS if one in self.columns.positions]
        where = pd.DataFrame({one: self.text(one) for one in given}, index=self.table.body.index)
        where = self._levelled(where)
        cells: list[pd.DataFrame] = []
        has_points = {"lon", "lat"} <= set(self.columns.positions)
        if has_points:
            for axis in ("lon", "lat"):
                parsed = values.parse_coordinates(self.text(axis), axis)
                cells.append(self._said_of(axis, parsed))
                where[axis] = parsed["value"].to_numpy(dtype="float64", na_value=np.nan)
        system, spotted = self._system(where) if has_points else ("WGS-84", [])
        match = together.settled(self.reference.gazetteer, self._matched(where, system, tell), self._region())
        rows = match.drop(columns="candidates").assign(
            said=self._said(where), key="", fate="loaded", code=where.get("code"), **self._points(where, system)
        )
        rows["candidates"] = match["candidates"]
        rows = self._answered(rows, where)
        parents = self.reference.areas.set_index(["level", "area_code"])
        provinces = self.reference.areas.loc[~self.reference.areas["is_applicable"].astype(bool)]
        outside = pd.MultiIndex.from_frame(provinces[["level", "area_code"]])
        groups, pairs = _pairs(rows)
        province = parents["province_code"].reindex(pairs).to_numpy()
        rows["province_code"] = pd.Series(province, dtype="str").take(groups).set_axis(rows.index)
        rows["outside"] = np.asarray(pairs.isin(outside))[groups]
        out = rows["fate"].eq("left_out")
        kept = rows[~out] if out.any() else rows
        spotted += checks.places(kept, set(self.columns.positions))
        if "code" in where:
            spotted.append(checks.mended_codes(kept))
        if "province" in where:
            spotted.append(self._decided_elsewhere(kept[kept["method"].eq("decision")], where["province"]))
        alike = self._alike(kept, where)
        labels = {place.code: said for place, said in self.reference.gazetteer.label.items() if place.level == "county"}
        others = [" / ".join(labels.get(code, code) for code in codes.split()) for codes in alike["other"]]
        spotted.append(checks.alike(alike.assign(other=pd.Series(others, alike.index, dtype="str"))))
        return rows, alike, spotted, cells

    def _levelled(self, where: pd.DataFrame) -> pd.DataFrame:
        """Put the names of a file's only column of areas under the levels they are of."""
        given = [one for one in columns.AREAS if one in where]
        region = None if len(where.columns) or self.is_register else self._region()
        if region is not None:
            # a table of one area says in its title of which
            return where.assign(**{region.level: self.reference.gazetteer.label[region]})
        if len(given) != 1:
            return where
        guess = self.columns.guesses[self.columns.positions[given[0]]]
        some_area = SOME_AREA.fullmatch(columns.normal_name(guess.name)) is not None and guess.why != "choice"
        texts = where[given[0]]
        levels = together.levels_of(self.reference.gazetteer, texts, None if some_area else _level(given[0]))
        parts = {str(level): texts.where(levels.eq(level)) for level in sorted(levels.dropna().unique())}
        return where.drop(columns=given).assign(**parts)

    def _region(self) -> Place | None:
        titles = self.table.left_out.loc[self.table.left_out["why"].eq("title"), "text"].astype("str").tolist()
        stem = self.workbook.file.rpartition(".")[0]
        names = [one for one in (*titles, self.table.sheet.name, stem) if one]
        return together.region_of(self.reference.gazetteer, names)

    def _decided_elsewhere(self, decided: pd.DataFrame, named: pd.Series) -> Spotted:
        texts = named.loc[decided.index]
        found = places.match(self.reference.gazetteer, pd.DataFrame({"province": texts}), level="province")
        return checks.decided_elsewhere(decided.assign(text=texts, named=found["area_code"]), "province")

    def _alike(self, rows: pd.DataFrame, where: pd.DataFrame) -> pd.DataFrame:
        """
        Return the rows whose county may be a slip for another of the same parent that the file does not name.

        A code, a point, an address or a facility's name that says the same county settles it; so does an answer.
        """
        named = rows["method"].isin(["name", "former_name"]) & rows["level"].eq("county")
        if "county" not in where or not named.any():
            return no_alike()
        known = self.reference.gazetteer
        texts = where["county"].reindex(rows.index).where(named)
        counties = rows["area_code"].where(rows["level"].eq("county"))
        other = places.alike(known, texts, counties, "county").dropna()
        found = pd.DataFrame({"text": texts[other.index], "area_code": counties[other.index], "other": other})
        found = found[~self._backed(found, where) & ~self._has_neighbour(found, rows)]
        return found.assign(key=places.keys_of(known, where.loc[found.index]))[list(no_alike().columns)]

    def _has_neighbour(self, found: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
        """Say of which rows the file has another county of the same parent: the list is of there, as it is written."""
        parents = self.reference.areas.set_index(["level", "area_code"])["parent_code"]
        counties = rows.loc[rows["level"].eq("county"), "area_code"].dropna().unique()
        held = parents.reindex(pd.MultiIndex.from_product([["county"], counties])).value_counts()
        mine = parents.reindex(pd.MultiIndex.from_product([["county"], found["area_code"]]))
        return pd.Series(held.reindex(mine.to_numpy()).fillna(0).gt(1).to_numpy(dtype=bool), index=found.index)

    def _backed(self, found: pd.DataFrame, where: pd.DataFrame) -> pd.Series:
        """Say of which rows another column names the county, too."""
        backed = pd.Series(data=False, index=found.index)
        if "lon" in where:
            # a point elsewhere would have been a contradiction
            backed |= where.loc[found.index, ["lon", "lat"]].notna().all(axis=1)
        texts: tuple[Field, ...] = ("address", "name")
        for one in [one for one in texts if one in self.columns.positions]:
            pairs = zip(found["text"], self.text(one).loc[found.index].fillna(""), strict=True)
            says = [len(county) >= _TELLING and county in text for county, text in pairs]
            backed |= pd.Series(says, found.index, dtype="bool")
        return backed

    def _system(self, where: pd.DataFrame) -> tuple[System, list[Spotted]]:
        systems = self.reference.gazetteer.rules.systems
        if self.choices.system or len(systems) < 2:  # noqa: PLR2004 - nothing to choose between
            return self.choices.system or systems[0], []
        words = [one for one in _WORDS if one in where]
        if words:
            named = places.match(self.reference.gazetteer, where[words], level="county")["area_code"]
            detected = places.detect_system(self.reference.gazetteer, where["lon"], where["lat"], named).system
        else:
            detected = None
        stated = self.workbook.kind in _WITH_SYSTEM
        if stated and detected in {None, "WGS-84"}:
            return "WGS-84", []
        asked = pd.Series([detected or ""], index=[WHOLE])
        return detected or "WGS-84", [Spotted("system", "lon", asked)]

    def _matched(self, where: pd.DataFrame, system: System, tell: Callable[[float], None]) -> pd.DataFrame:
        decided = {key: Place(_level(level), code) for key, level, code in self.choices.places if code}
        words = {key: place for key, place in decided.items() if not key.startswith("@")}
        level: Level | None = "county" if self.is_register else None
        return places.match(
            self.reference.gazetteer, where, system=system, level=level, decided=words or None,
            progress=lambda done, of: tell(done / max(of, 1)),
        )  # fmt: skip

    def _points(self, where: pd.DataFrame, system: System) -> dict[str, Any]:
        if "lon" not in where:
            return {}
        lon, lat = to_wgs84(where["lon"].to_numpy(), where["lat"].to_numpy(), system)
        return {"lon": lon, "lat": lat}

    def _said(self, where: pd.DataFrame) -> pd.Series:
        # put together for few rows only: see `_answered`
        return pd.Series("", index=where.index, dtype="str")

    def _answered(self, rows: pd.DataFrame, where: pd.DataFrame) -> pd.DataFrame:
        """Give the rows that have no place the key of their question, and the answers that go by row."""
        open_ = rows.index[rows["area_code"].isna()]
        if open_.empty:
            return rows
        mine = where.loc[open_]
        words = [one for one in _WORDS if one in mine]
        rows.loc[open_, "said"] = _joined(mine)
        key = places.keys_of(self.reference.gazetteer, mine) if words else pd.Series("||||", open_, dtype="str")
        by_row = "@" + pd.Series(open_.astype("str"), index=open_, dtype="str")
        # a row that says nothing in words is a question of its own
        rows.loc[open_, "key"] = key.where(key.str.strip("|").ne(""), by_row)
        answers = {key: (level, code) for key, level, code in self.choices.places}
        mine_key = rows.loc[open_, "key"]
        if "address" in mine:
            # answers that were kept before have the whole of an address in their key
            full = places.full_keys_of(self.reference.gazetteer, mine)
            mine_key = mine_key.mask(~mine_key.isin(list(answers)) & full.isin(list(answers)), full)
        for row in mine_key.index[mine_key.isin(list(answers))]:
            level, code = answers[mine_key[row]]
            if not code:
                rows.loc[row, "fate"] = "left_out"
            elif Place(_level(level), code) in self.reference.gazetteer.places:
                rows.loc[row, ["area_code", "level", "method", "confidence", "question"]] = (
                    code, level, "decision", 1.0, pd.NA,
                )  # fmt: skip
        return rows

    def measured(self, rows: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
        """Read years and counts; return the rows and what was said of cells."""
        cells: list[pd.DataFrame] = []
        more: dict[str, Any] = {}
        year = pd.Series(pd.NA, index=rows.index, dtype="Int64")
        if "year" in self.columns.positions:
            parsed = values.parse_years(self.text("year"))
            cells.append(self._said_of("year", parsed))
            year = parsed["value"]
            unread = parsed["code"].notna()
        else:
            unread = pd.Series(data=False, index=rows.index)
        more["year"] = year if self.choices.year is None else year.mask(year.isna() & ~unread, self.choices.year)
        more["unread"] = unread & year.isna()
        for resource in self.resources:
            guess = self.columns.guesses[self.columns.positions[_field(resource)]]
            text = self.text(_field(resource))
            says_whether = guess.kind == "yes_no"
            parsed = values.parse_whether(text) if says_whether else values.parse_counts(text, guess.factor)
            cells.append(self._said_of(_field(resource), parsed))
            more[resource], more[f"{resource}_status"] = parsed["value"], parsed["status"]
        for name in _TEXTS:
            if name in self.columns.positions:
                more[name] = self.text(name)
        return rows.assign(**more), cells

    def _said_of(self, name: Field, parsed: pd.DataFrame) -> pd.DataFrame:
        sheet = self.table.sheet
        return values.findings(
            self.text(name), parsed, file=sheet.file, sheet=sheet.name,
            column=self.table.names[self.columns.positions[name]], lang=self.lang,
        )  # fmt: skip

    def checked(self, rows: pd.DataFrame) -> list[Spotted]:
        """Run the checks on rows that are not left out."""
        kept = rows if rows["fate"].eq("loaded").all() else rows[rows["fate"].eq("loaded")]
        spotted = checks.years(kept[~kept["unread"]], self.today.year, register=self.is_register)
        counties, known = kept[kept["level"].eq("county")], self.reference.gazetteer
        grown, ceded = (
            {place.code: said for place, said in changed.items() if place.level == "county"}
            for changed in (known.grown, known.ceded)
        )
        spotted += [checks.grown(counties, grown), checks.ceded(counties, ceded)]
        spotted += checks.repeated(kept, register=self.is_register)
        spotted += checks.sizes(kept, self.resources, self._province_totals(kept))
        spotted += checks.holdings(kept, register=self.is_register)
        if not self.is_register:
            areas = self.reference.areas
            holders = areas.rename(columns={"parent_level": "holder_level", "parent_code": "holder_code"})
            holders = holders[["level", "area_code", "holder_level", "holder_code"]].dropna()
            spotted += checks.parts(kept, self.resources, holders)
        has_totals = len(self.table.totals) > 0 and not {"years", "sheets"} & set(self.shaped.steps)
        for resource in self.resources if has_totals else []:
            position = self.columns.positions[_field(resource)]
            total = values.parse_counts(self.table.totals[position], self.columns.guesses[position].factor)["value"]
            spotted.append(checks.totals(rows[resource], total, resource))
        named = [one for one in _TEXTS if one in self.columns.positions]
        spotted += counted.spotted(self.table, self.columns, counted.describe(self.table, self.columns))
        spotted += self._told_of_shape(kept)
        if (
            not self.is_register
            and not {*_WORDS, "lon"} & set(self.columns.positions)
            and kept["area_code"].notna().any()
        ):
            first = kept.loc[kept["area_code"].notna()].iloc[0]
            label = self.reference.gazetteer.label.get(Place(_level(str(first["level"])), str(first["area_code"])), "")
            told = pd.Series([label], index=[WHOLE])
            spotted.append(Spotted("area_of_title", None, told))
        spotted += [checks.unread(counted.unread_figures(self.table, self.columns), self.lang)]
        spotted += checks.digits_lost(kept, [one for one in named if one == "facility_id"])
        return [*spotted, *checks.texts(kept, named)]

    def _province_totals(self, rows: pd.DataFrame) -> pd.DataFrame:
        totals = self.reference.published[self.reference.published["level"].eq("province")]
        year = rows["year"].median() if rows["year"].notna().any() else self.today.year
        away = (totals["year"] - int(year)).abs()
        nearest = totals.assign(away=away).sort_values(["away", "year"]).drop_duplicates(["area_code", "resource"])
        return nearest.rename(columns={"area_code": "province_code"})[["province_code", "resource", "value"]]

    def planned(self, rows: pd.DataFrame, spotted: list[Spotted], cells: list[pd.DataFrame]) -> Plan:
        """Put everything together."""
        names = {name: self.table.names[at] for name, at in self.columns.positions.items()}
        sheet = self.table.sheet
        absent = self._missing(rows)
        if self.is_register:
            placed = rows[rows["area_code"].notna() & rows["year"].notna() & rows["fate"].eq("loaded")]
            facilities = self._facilities(placed, has_own_ids=False)
            spotted = [*spotted, checks.published(self._totals(library.no_counts(), facilities))]
        stated = absent["area_code"].isin(aggregate.within(self.choices.complete, self.reference.areas))
        spotted = [
            *spotted,
            checks.missing("areas_missing", absent.loc[~stated, f"name_{self.lang}"], self.lang),
            checks.missing("areas_zero", absent.loc[stated, f"name_{self.lang}"], self.lang),
        ]
        findings = pd.concat(
            [
                columns.relevant(self._of_reading(), self.table, self.columns),
                columns.findings(self.table, self.columns, self.lang),
                *cells,
                checks.report(spotted, file=sheet.file, sheet=sheet.name, names=names, lang=self.lang),
            ],
            ignore_index=True,
        )
        confirmed = set(self.choices.confirmed) - _NEEDS_ANSWER
        settled = findings["severity"].eq("question") & findings["code"].isin(sorted(confirmed))
        findings["severity"] = findings["severity"].mask(settled, "warning")
        rows = self._fated(rows, findings)
        marked = findings = _sorted(findings)
        loaded = rows[rows["fate"].eq("loaded")]
        twice = any(one.code == "id_twice" and len(one.found) for one in spotted)
        counts, facilities = self._counts(loaded), self._facilities(loaded, has_own_ids=not twice)
        if loaded.empty and not findings["severity"].isin(["error", "question"]).any():
            nothing = [Spotted("nothing", None, pd.Series([""], index=[WHOLE]))]
            said = checks.report(nothing, file=sheet.file, sheet=sheet.name, names=names, lang=self.lang)
            marked = findings = _sorted(pd.concat([findings, said], ignore_index=True))
        findings, questions = self._of_file(findings), self._questions(rows, spotted)
        tally = {"rows": len(rows) + len(self.table.totals) + len(self.table.left_out)}
        fates = rows["fate"].value_counts()
        tally |= {fate: int(fates.get(fate, 0)) for fate in ("loaded", "faulty", "question", "left_out")}
        tally["left_out"] += len(self.table.totals) + len(self.table.left_out)
        return Plan(
            self.workbook, self.choices, self.columns.shape, self.table, self.columns,
            rows.drop(columns=["said", "key", "candidates", "code", "unread", "outside"]), findings,
            questions, counts, facilities, absent, self._totals(counts, facilities), tally,
            self._why_not(rows, findings), marked=marked,
        )  # fmt: skip

    def _of_reading(self) -> pd.DataFrame:
        """Return what was said of cells as the file was read, at the rows of the table in shape."""
        said, origin = self.workbook.findings, self.shaped.origin
        if origin is None:
            return said
        name = self.table.sheet.name
        whole = said["row"].isna() & (said["sheet"].isna() | said["sheet"].isin([name, *origin["sheet"].unique()]))
        at = origin.rename_axis("_at").reset_index().astype({"row": "Int64"})
        here = said[said["row"].notna()].merge(at, on=["sheet", "row"], how="inner")
        here = here.assign(row=here["_at"].astype("Int64"), sheet=name, column=None).drop(columns="_at")
        return pd.concat([said[whole].assign(sheet=name), here.astype(said.dtypes.to_dict())], ignore_index=True)

    def _of_file(self, findings: pd.DataFrame) -> pd.DataFrame:
        """Return findings at the sheets and rows of the file."""
        origin = self.shaped.origin
        if origin is None:
            return findings
        rows = findings["row"].map(origin["row"]).astype("Int64")
        sheets = findings["row"].map(origin["sheet"]).fillna(findings["sheet"]).astype("str")
        return findings.assign(row=rows, sheet=sheets).drop_duplicates(ignore_index=True)

    def _told_of_shape(self, rows: pd.DataFrame) -> list[Spotted]:
        def whole(code: str, texts: list[str]) -> Spotted:
            comma = "、" if self.lang == "zh" else ", "
            index, held = ([WHOLE], [comma.join(texts)]) if texts else ([], [])
            return Spotted(code, None, pd.Series(held, index=index, dtype="str"))

        said = []
        if set(self.shaped.steps) - {"parts", "points"}:
            _ = translator(self.lang)
            figures = len(self.resources)
            areas, years = rows["area_code"].nunique(), max(1, rows["year"].nunique())
            form = _("{areas} areas x {years} years x {figures} figures")
            said = [form.format(areas=areas, years=years, figures=figures)]
        same = [name for name, why in self.shaped.unread if why == "same"]
        own = {translator(lang)(FAULTS_SHEET) for lang in LANGUAGES} if _is_marked_copy(self.table) else set()
        other = [name for name, why in self.shaped.unread if why == "other" and name not in own]
        chosen = [] if self.choices.sheet else same
        left = [
            f"{name}: {', '.join(kept[:5])} ({after:,} / {before:,})" for name, kept, before, after in self.filtered
        ]
        rest = [*other, *(name for name in same if name not in chosen)]
        kinds = {"shaped": said, "sheets_same": chosen, "sheets_unread": rest, "filtered": left}
        return [whole(code, texts) for code, texts in kinds.items()]

    def _fated(self, rows: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
        """Say of each row what becomes of it."""
        here = findings[findings["row"].notna()]
        asked = here.loc[here["severity"].eq("question"), "row"].astype("int64")
        wrong = here[here["severity"].eq("error")]
        if self.choices.without_faulty:
            # a cell nobody can read is not known; without place or year there is no row
            wrong = wrong[~wrong["code"].isin(list(values.READINGS))]
            asked = asked[~asked.index.isin(here.index[here["code"].isin(list(values.READINGS))])]
        fate = rows["fate"].copy()
        is_loaded = fate.eq("loaded")
        fate = fate.mask(is_loaded & rows.index.isin(asked), "question")
        bad = rows.index.isin(wrong["row"].astype("int64")) | rows["area_code"].isna() | rows["year"].isna()
        open_place = (
            rows["area_code"].isna() & ~rows["question"].isin(["unknown", "outside"]) & rows["question"].notna()
        )
        fate = fate.mask(is_loaded & bad & ~open_place, "faulty")
        fate = fate.mask(is_loaded & open_place, "question")
        if self.choices.without_faulty:
            fate = fate.mask(fate.eq("faulty"), "left_out")
            for resource in self.resources:
                status = rows[f"{resource}_status"]
                rows[f"{resource}_status"] = status.mask(status.isna(), "not_reported")
        rows["fate"] = fate
        return rows

    def _why_not(self, rows: pd.DataFrame, findings: pd.DataFrame) -> str:
        _ = translator(self.lang)
        asked = findings["severity"].eq("question")
        wrong = findings["severity"].eq("error")
        if self.choices.without_faulty:
            readings = findings["code"].isin(list(values.READINGS))
            asked &= ~readings
            wrong &= findings["row"].isna()
        if n := int(wrong.sum()):
            said = ngettext(self.lang, "{n} fault has to be mended first.", "{n} faults have to be mended first.", n)
            return said.format(n=f"{n:,}")
        if n := int(asked.sum()):
            said = ngettext(
                self.lang, "{n} question has to be answered first.", "{n} questions have to be answered first.", n
            )
            return said.format(n=f"{n:,}")
        if not rows["fate"].eq("loaded").any():
            return _("No row can be loaded.")
        if self.choices.complete and rows["fate"].eq("left_out").any():
            return _("Rows are left out, so the file cannot be stated to be complete.")
        return ""

    def _questions(self, rows: pd.DataFrame, spotted: list[Spotted]) -> pd.DataFrame:
        names = ["key", "kind", "text", "n", "first_row", "level", "candidates", "why"]
        open_ = rows[rows["area_code"].isna() & rows["fate"].isin(["question", "faulty"]) & rows["question"].notna()]
        open_ = self._with_counties(open_)
        found = open_.assign(row=open_.index).groupby("key", sort=False).agg(
            text=("said", "first"), n=("said", "size"), first_row=("row", "first"), level=("level", "first"),
            candidates=("candidates", "first"), why=("question", "first"),
        ).reset_index().assign(kind="place")  # fmt: skip
        for one in spotted:
            if one.code == "system":
                likely = one.found.iloc[0]
                systems = sorted(self.reference.gazetteer.rules.systems, key=lambda system: system != likely)
                asked = {"key": "system", "kind": "system", "text": likely, "n": len(rows), "first_row": pd.NA,
                         "level": pd.NA, "candidates": tuple(systems), "why": "system"}  # fmt: skip
                found = pd.concat([pd.DataFrame([asked]), found], ignore_index=True)
        return found[names].astype({"n": "int64", "first_row": "Int64"})

    def _with_counties(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Offer, for a place above the counties and for a county of no known name, the counties of what is known."""
        words = [one for one in _WORDS if one in self.columns.positions]
        is_unknown = rows["question"].eq("unknown") & ~rows["candidates"].map(bool).astype(bool)
        is_open = rows["question"].eq("too_coarse") | (is_unknown if LEVELS[-1] in words else False)
        different = rows[is_open].drop_duplicates("key")
        if different.empty or not words:
            return rows
        texts = {one: self.text(one).loc[different.index] for one in words}
        hidden = is_unknown.loc[different.index]
        own = {"code", LEVELS[-1]}
        where = pd.DataFrame({one: said.mask(hidden) if one in own else said for one, said in texts.items()})
        above = places.match(self.reference.gazetteer, where)
        areas = self.reference.areas[self.reference.areas["level"].eq("county")]
        offered = {}
        for key, level, code in zip(different["key"], above["level"], above["area_code"], strict=True):
            holder = "province_code" if level == "province" else "parent_code"
            offered[key] = () if pd.isna(code) else tuple(areas.loc[areas[holder].eq(code), "area_code"])
        rows = rows.copy()
        rows.loc[is_open, "candidates"] = rows.loc[is_open, "key"].map(offered)
        rows.loc[is_open & rows["candidates"].map(bool).astype(bool), "level"] = LEVELS[-1]
        return rows

    def _counts(self, loaded: pd.DataFrame) -> pd.DataFrame:
        if self.is_register or loaded.empty:
            return library.no_counts()
        parts = [
            loaded[["area_code", "level", "year"]].assign(
                resource=resource, value=loaded[resource], status=loaded[f"{resource}_status"]
            )
            for resource in self.resources
        ]
        if not parts:
            return library.no_counts()
        return pd.concat(parts, ignore_index=True).astype(library.no_counts().dtypes.to_dict())

    def _facilities(self, loaded: pd.DataFrame, *, has_own_ids: bool) -> pd.DataFrame:
        """Return the facilities; with `has_own_ids`, no identifier comes twice in a year."""
        empty = library.no_facilities()
        if not self.is_register or loaded.empty:
            return empty
        given = {
            name: loaded[name] if name in loaded else pd.Series(None, index=loaded.index, dtype=empty[name].dtype)
            for name in empty.columns
        }
        table = pd.DataFrame(given, index=loaded.index)
        own_ids = has_own_ids and "facility_id" in loaded and loaded["facility_id"].notna().all()
        if own_ids and loaded["year"].eq(loaded["year"].iloc[0]).all():
            return table.astype(empty.dtypes.to_dict()).reset_index(drop=True)
        own = "row-" + pd.Series(loaded.index.astype("str"), index=loaded.index, dtype="str")
        ids = loaded["facility_id"] if "facility_id" in loaded else pd.Series(pd.NA, loaded.index, dtype="str")
        years = loaded["year"].astype("str")
        # one facility in two years is two rows of the dataset
        ids = ids.where(~(ids.notna() & ids.duplicated(keep=False)), ids + "@" + years)
        table["facility_id"] = ids.where(ids.notna(), own)
        return table.astype(empty.dtypes.to_dict()).reset_index(drop=True)

    def _missing(self, rows: pd.DataFrame) -> pd.DataFrame:
        areas = self.reference.areas
        named = rows.loc[rows["level"].eq("county"), "area_code"].dropna().unique()
        provinces = list(rows["province_code"].dropna().unique()) if len(named) else []
        wanted = areas["level"].eq("county") & areas["is_applicable"].astype(bool)
        wanted &= areas["province_code"].isin(provinces) & ~areas["area_code"].isin(list(named))
        return areas.loc[wanted, ["level", "area_code", "name_zh", "name_en"]].reset_index(drop=True)

    def _totals(self, counts: pd.DataFrame, facilities: pd.DataFrame) -> pd.DataFrame:
        """
        Hold what the file says of provinces and the country against what is published.

        Returns
        -------
        totals
            `level`, `area_code`, `name_zh`, `year`, `resource`, `value` (sum of what the file says, of the finest
            level it has within the area; NA where it says nothing), `n` figures known of `of`, `published` and
            `published_year` (nearest; NA where none), `ratio`, `people`, `people_year`.
        """
        if len(facilities):
            counts = aggregate.counts_of_register(facilities).drop(columns="at_least")
        areas = self.reference.areas
        keyed = counts.merge(areas[["level", "area_code", "province_code"]], on=["level", "area_code"])
        rank = keyed["level"].map({level: at for at, level in enumerate(LEVELS)}).astype("int64")
        parts = []
        for level, code in (("province", "province_code"), ("country", None)):
            key = keyed[code] if code else pd.Series(self._country(), keyed.index, dtype="str")
            scoped = keyed.assign(area_code=key, level=level, rank=rank)[key.notna()]
            finest = scoped.groupby(["area_code", "year", "resource"])["rank"].transform("max")
            groups = scoped[scoped["rank"].eq(finest)].groupby(["level", "area_code", "year", "resource"])
            known = groups["value"]
            parts.append(pd.DataFrame({"value": known.sum(min_count=1), "n": known.count(), "of": groups.size()}))
        table = pd.concat(parts).reset_index() if parts else pd.DataFrame()
        table = _nearest(table, self.reference.published, ["level", "area_code", "resource"], "value", "published")
        table = _nearest(table, self.reference.people, ["level", "area_code"], "people", "people")
        table["ratio"] = table["value"] / table["published"]
        return table.merge(areas[["level", "area_code", "name_zh"]], on=["level", "area_code"], how="left")

    def _country(self) -> str:
        areas = self.reference.areas
        return str(areas.loc[areas["level"].eq("country"), "area_code"].iloc[0])


def no_alike() -> pd.DataFrame:
    """Return the slips of a plan that has none."""
    return pd.DataFrame({name: pd.Series(dtype="str") for name in ("key", "text", "area_code", "other")})


def _field(resource: str) -> Field:
    return next(one for one in FIELDS if one == resource)


def _level(name: str) -> Level:
    return next(one for one in LEVELS if one == name)


def _pairs(rows: pd.DataFrame) -> tuple[np.ndarray, pd.MultiIndex]:
    """Return, for rows of many and areas of few, the number of each row's area, and the areas."""
    codes, code_values = pd.factorize(rows["area_code"], use_na_sentinel=False)
    levels, level_values = pd.factorize(rows["level"], use_na_sentinel=False)
    numbers, uniques = pd.factorize(codes * len(level_values) + levels)
    code_at, level_at = np.divmod(uniques, max(len(level_values), 1))
    found = pd.MultiIndex.from_arrays(
        [np.asarray(level_values, dtype=object)[level_at], np.asarray(code_values, dtype=object)[code_at]]
    )
    return numbers, found


def _joined(where: pd.DataFrame) -> pd.Series:
    said = pd.Series("", index=where.index, dtype="str")
    for name in where.columns:
        text = where[name].astype("str").fillna("").replace("nan", "")
        gap = np.where(said.ne("") & text.ne(""), " ", "")
        said = said + pd.Series(gap, index=where.index, dtype="str") + text
    return said


def _sorted(findings: pd.DataFrame) -> pd.DataFrame:
    order = findings["severity"].map({"error": 0, "question": 1, "warning": 2})
    keyed = findings.assign(_order=order, _row=findings["row"].fillna(0))
    return keyed.sort_values(["_order", "_row", "code"], kind="stable", ignore_index=True).drop(
        columns=["_order", "_row"]
    )


def _nearest(table: pd.DataFrame, other: pd.DataFrame, on: list[str], column: str, name: str) -> pd.DataFrame:
    """Give each row the value of another table that is nearest in time, and its year as `<name>_year`."""
    if table.empty:
        return table.assign(**{name: pd.Series(dtype="Float64"), f"{name}_year": pd.Series(dtype="Int64")})
    wide = table.merge(
        other.rename(columns={"year": f"{name}_year", column: name})[[*on, f"{name}_year", name]], on=on, how="left"
    )
    wide["_away"] = (wide[f"{name}_year"] - wide["year"]).abs()
    kept = wide.sort_values([*on, "year", "_away"]).drop_duplicates([*on, "year", *({"resource"} & set(wide.columns))])
    return kept.drop(columns="_away").astype({name: "Float64", f"{name}_year": "Int64"}).reset_index(drop=True)


#: messages of `why` in questions, for whoever shows them
WHY: Final[dict[str, str]] = {
    "unknown": N_("No place of that code or name"),
    "near": N_("One character differs from a known name"),
    "ambiguous": N_("Several places fit"),
    "divided": N_("The former unit was divided"),
    "parent_unknown": N_("What it lies in does not fit"),
    "contradiction": N_("What the row says does not agree"),
    "too_coarse": N_("The county is not said"),
    "border": N_("Too near a border"),
    "outside": N_("In no area"),
    "swapped": N_("Longitude and latitude seem swapped"),
    "system": N_("Which coordinate system the points are in"),
}
