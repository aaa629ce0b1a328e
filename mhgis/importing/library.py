"""
The library of imported datasets: immutable versions, one of them shown, none ever half there.

A version is a folder with a DuckDB file of the contract's tables, a manifest and the original file. It is written
beside its place and put there by one rename; a small pointer beside the versions says which one is shown. Published
files are never touched, and a build never touches these. Holds no matching and no checks: see `mhgis.importing.plan`.
"""

import hashlib
import io
import json
import logging
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd

from mhgis import __version__, files, paths, store
from mhgis.errors import Fault, SchemaError, StorageError, UnknownChoiceError
from mhgis.exports import csv_json
from mhgis.importing import aggregate
from mhgis.importing.aggregate import COUNT_KEY, Complete
from mhgis.indicators import COUNTED, HELD, LEVELS, RESOURCES
from mhgis.measures import tables as measures
from mhgis.store import FILE, SAYS, Damaged

_log: Final = logging.getLogger(__name__)

MANIFEST: Final = "manifest.json"
ORIGINAL: Final = "original"

#: what every reader of a manifest relies on
_MANIFEST_HOLDS: Final = {
    "created_on": str, "decisions": dict, "facilities": int, "file": str, "rows": int, "shape": str, "statuses": dict,
    "version": int, "years": list,
}  # fmt: skip
_MANIFESTS_KEPT: Final = 256

#: the folders beside the datasets; their names are no ids
_PARTS: Final = ".parts"
_BASKET: Final = ".wastebasket"
_LOCK: Final = ".lock"

_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_LONGEST_ID: Final = 40
#: the date of every entry of an archive, so that one version is always the same bytes
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)

FACILITY_COLUMNS: Final = (
    "facility_id", "name", "kind", "sponsor", "grade", "area_code", "lon", "lat", *HELD, "year",
)  # fmt: skip


#: what the manifest of an export says of the file that is not in it
_STAYS: Final = "not exported: the original file stays on the server; nothing in it is suppressed"


@dataclass(frozen=True, eq=False)
class Draft:
    """
    What is to become a version: the checked rows of a file, and what its importer says of it.

    Attributes
    ----------
    title_zh, title_en
        Of the dataset; one of them may be empty.
    publisher
        The office whose figures these are.
    created_on
        Day of the import, ISO 8601; passed in, so that the same draft makes the same version.
    year
        Main year of the figures.
    file, original
        Name of the original file, and its content.
    counts
        Of areas: `area_code`, `level`, `year`, `resource`, `value` (NA = not known), `status`; empty for a register.
    facilities
        With `FACILITY_COLUMNS`, each in a county, `facility_id` unique; empty for counts of areas.
    complete
        Areas and resources of which the importer states that the file leaves nothing out.
    threshold
        Counts below it are suppressed; 0 for none.
    note, note_zh
        What a user has to know.
    decisions
        What a person decided about columns, places and values; plain JSON, kept as it is.
    columns
        Names of the columns of the table, as printed: by them decisions are found again, see
        `mhgis.importing.precedents`.
    unread
        What of the file was not used: sheets, columns, rows by reason, filters.
    """

    title_zh: str
    title_en: str
    publisher: str
    created_on: str
    year: int
    file: str
    original: bytes
    counts: pd.DataFrame
    facilities: pd.DataFrame
    complete: Complete = field(default_factory=Complete)
    threshold: int = 0
    note: str = ""
    note_zh: str = ""
    decisions: Mapping[str, Any] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    unread: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Measured:
    """The tables of a draft, as they will be shown: by name as in the contract; `people_years` by year."""

    tables: Mapping[str, pd.DataFrame]
    compared: pd.DataFrame
    people_years: Mapping[int, int]


@dataclass(frozen=True)
class Version:
    """A version of a dataset that is on disk; `manifest` is what `MANIFEST` says."""

    dataset_id: str
    number: int
    is_active: bool
    folder: Path
    manifest: Mapping[str, Any] = field(hash=False, compare=False, repr=False, default_factory=dict)


@dataclass(frozen=True)
class Dataset:
    """An imported dataset: what it is called now, its versions, and the one shown (None where it is laid aside)."""

    dataset_id: str
    title_zh: str
    title_en: str
    note: str
    note_zh: str
    active: int | None
    versions: tuple[int, ...]

    @property
    def latest(self) -> int:
        """The version shown, where its manifest can be read; else the last one that can."""
        return self.active if self.active in self.versions and self.active else self.versions[-1]

    def title(self, lang: str) -> str:
        """Return the title in a language."""
        return self.title_zh if lang == "zh" else self.title_en


@dataclass(frozen=True)
class Thrown:
    """A dataset in the wastebasket; `token` names it there."""

    token: str
    dataset: Dataset


@dataclass(frozen=True)
class Leftover:
    """What a killed import left behind: never shown, and safe to remove."""

    name: str
    size: int


def no_counts() -> pd.DataFrame:
    """Return the counts of a draft that has none: a register."""
    columns = {
        "area_code": "str",
        "level": "str",
        "year": "int64",
        "resource": "str",
        "value": "Float64",
        "status": "str",
    }
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})


def no_facilities() -> pd.DataFrame:
    """Return the facilities of a draft that has none: counts of areas."""
    kinds = dict.fromkeys(HELD, "Float64") | dict.fromkeys(("lon", "lat"), "float64") | {"year": "int64"}
    return pd.DataFrame({name: pd.Series(dtype=kinds.get(name, "str")) for name in FACILITY_COLUMNS})


def measure(draft: Draft, dataset_id: str = "draft", version: int = 1) -> Measured:
    """
    Compute all a draft comes to at every level, without writing anything: for a preview, and for `save`.

    Raises
    ------
    SchemaError
        If the rows contradict each other: see `mhgis.importing.aggregate.filled`.
    """
    areas = store.areas()
    given = _given(draft)
    complete = draft.complete if draft.complete.resources else replace(draft.complete, resources=_resources(given))
    filled = aggregate.filled(given, areas, complete)
    whole = aggregate.rolled_up(filled, areas)
    shown, facilities = aggregate.suppressed(whole, draft.facilities, areas, draft.threshold)
    years = sorted(int(year) for year in shown["year"].unique())
    people, people_years = people_of(years, store.query("SELECT * FROM population"))
    origin_id = f"{dataset_id}-v{version}"
    counts = pd.concat([shown, aggregate.counties_without(whole, areas)], ignore_index=True)
    counts = counts.assign(origin_id=origin_id).astype({"origin_id": "str"})
    expanded = measures.expand(areas, counts, years, COUNTED)
    expanded["value"] = expanded["value"].mask(expanded["status"].eq("not_applicable"))
    values = measures.indicators_of(expanded, people)
    resource = measures.with_dataset(
        expanded[expanded["resource"].isin(RESOURCES)], dataset_id, measures.RESOURCE_COLUMNS
    )
    indicator_value = measures.with_dataset(values, dataset_id, measures.INDICATOR_COLUMNS)
    origin, parts = _origins(draft, origin_id, indicator_value["origin_id"])
    county_people = people[people["level"].eq("county") & people["year"].eq(years[-1])]
    tables = {
        "dataset": _dataset_row(draft, dataset_id),
        "resource": resource,
        "indicator_value": indicator_value,
        "indicator_offer": measures.offer(indicator_value),
        "facility": facilities.assign(dataset_id=dataset_id, origin_id=origin_id),
        "origin": origin,
        "origin_part": parts,
        "dataset_year": pd.DataFrame(
            {"dataset_id": dataset_id, "year": list(people_years), "people_year": list(people_years.values())}
        ),
        "dataset_coverage": aggregate.coverage(shown, areas, county_people).assign(dataset_id=dataset_id),
    }
    return Measured(tables, aggregate.compared_with_parts(filled, areas), people_years)


def _given(draft: Draft) -> pd.DataFrame:
    twice = sorted(set(draft.facilities.loc[draft.facilities["facility_id"].duplicated(), "facility_id"]))
    if twice:
        raise SchemaError([Fault(draft.file, None, "facility_id", f"{name} twice", "each once") for name in twice])
    counted = aggregate.counts_of_register(draft.facilities) if len(draft.facilities) else None
    return pd.concat([part for part in (draft.counts, counted) if part is not None], ignore_index=True)


def _resources(given: pd.DataFrame) -> tuple[str, ...]:
    known = set(given.loc[given["value"].notna(), "resource"])
    return tuple(resource for resource in RESOURCES if resource in known)


def people_of(years: list[int], population: pd.DataFrame) -> tuple[pd.DataFrame, dict[int, int]]:
    """
    Return the residents to divide by in each year: of the year itself, or of the nearest that has them.

    Parameters
    ----------
    years
        Of the figures.
    population
        The published table; a year counts where it has a figure of any area of the finest level.

    Returns
    -------
    people
        `level`, `area_code`, `year` (of the figures), `people`, `origin_id`.
    people_years
        By year of the figures, the year whose residents they are; the later one of two as near.
    """
    known = population[population["people"].notna()]
    finest = known[known["level"].eq("county")]
    have = sorted(int(year) for year in (finest if len(finest) else known)["year"].unique())
    nearest = {year: min((abs(other - year), -other, other) for other in have)[-1] for year in years}
    parts = [population[population["year"].eq(other)].assign(year=year) for year, other in nearest.items()]
    return pd.concat(parts, ignore_index=True), nearest


def _dataset_row(draft: Draft, dataset_id: str) -> pd.DataFrame:
    titles = _titles(draft)
    return pd.DataFrame(
        [{"dataset_id": dataset_id, "kind": "imported", "year": draft.year, "created_at": draft.created_on, **titles}]
    )


def _titles(draft: Draft) -> dict[str, str]:
    return {
        "title_zh": draft.title_zh or draft.title_en, "title_en": draft.title_en or draft.title_zh,
        "note": draft.note or draft.note_zh, "note_zh": draft.note_zh or draft.note,
    }  # fmt: skip


def _origins(draft: Draft, origin_id: str, used: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    titles = _titles(draft)
    own = {
        "origin_id": origin_id, "title": titles["title_en"], "title_zh": titles["title_zh"],
        "publisher": draft.publisher, "publisher_zh": draft.publisher, "year": str(draft.year),
        "identifier": f"sha256:{hashlib.sha256(draft.original).hexdigest()}", "licence": "own data",
        "licence_zh": "自有数据",
        "how_read": f"imported from {_plain_name(draft.file)}", "how_read_zh": f"由{_plain_name(draft.file)}导入",
        "short_en": titles["title_en"], "short_zh": titles["title_zh"],
    }  # fmt: skip
    file = store.current().file
    published = store.query("SELECT * FROM origin", file=file)
    parts = store.query("SELECT origin_id, part_id FROM origin_part", file=file)
    origin, part = measures.origins(pd.concat([published, pd.DataFrame([own])], ignore_index=True), parts, [used])
    is_new = ~origin["origin_id"].isin(published["origin_id"])
    return origin[is_new], part[part["origin_id"].isin(origin.loc[is_new, "origin_id"])]


def _plain_name(file: str) -> str:
    # no folders, nothing that a terminal or a file system could take for more than letters
    last = re.split(r"[\\/]", file)[-1]
    kept = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*')
    return kept.strip(". ")[-120:] or ORIGINAL


def save(draft: Draft, dataset_id: str = "", *, activate: bool = True) -> Version:
    """
    Keep a draft as a new version of a dataset, or as a new dataset; whole or not at all.

    Parameters
    ----------
    draft
        What is to be kept.
    dataset_id
        An imported dataset, to add a version to it; empty for a new one, whose id is made from its title.
    activate
        Whether the version is shown from now on.

    Raises
    ------
    UnknownChoiceError
        If there is no imported dataset of that id.
    StorageError
        If there is no room; nothing is changed.
    SchemaError
        If the rows contradict each other.
    """
    with _changing() as folder:
        if dataset_id:
            _dataset(folder, dataset_id)
            number = max(_numbers(folder / dataset_id)) + 1
        else:
            dataset_id, number = new_id(draft.title_en or draft.title_zh), 1
        measured = measure(draft, dataset_id, number)
        part = Path(tempfile.mkdtemp(dir=folder / _PARTS, prefix=f"{dataset_id}-{number}-", suffix=files.PART))
        try:
            _fill(part / str(number), draft, measured, dataset_id, number)
            if number == 1:
                said = {**_titles(draft), "active": 1 if activate else None}
                (part / SAYS).write_text(_json(said), "utf-8")
                files.put_folder(part, folder / dataset_id)
            else:
                files.put_folder(part / str(number), folder / dataset_id / str(number))
                if activate:
                    _say(folder / dataset_id, active=number)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return version(dataset_id, number)


def _fill(at: Path, draft: Draft, measured: Measured, dataset_id: str, number: int) -> None:
    at.mkdir()
    store.write_like_published(at / FILE, measured.tables)
    (at / ORIGINAL).write_bytes(draft.original)
    (at / MANIFEST).write_text(_json(_manifest(draft, measured, dataset_id, number)), "utf-8")


def _manifest(draft: Draft, measured: Measured, dataset_id: str, number: int) -> dict[str, Any]:
    resource = measured.tables["resource"]
    by_status = resource.groupby(["level", "resource", "status"]).size()
    return {
        "dataset_id": dataset_id, "version": number, **_titles(draft), "publisher": draft.publisher,
        "created_on": draft.created_on, "year": draft.year,
        "years": sorted({int(year) for year in resource["year"]}),
        "file": _plain_name(draft.file), "sha256": hashlib.sha256(draft.original).hexdigest(),
        "size": len(draft.original), "complete": asdict(draft.complete), "threshold": draft.threshold,
        "decisions": dict(draft.decisions), "columns": list(draft.columns), "unread": dict(draft.unread),
        "people_years": {str(year): other for year, other in measured.people_years.items()},
        "build": store.current().build, "mhgis": __version__,
        "shape": "register" if len(draft.facilities) else "counts",
        "facilities": len(draft.facilities), "rows": len(draft.counts) + len(draft.facilities),
        "statuses": {" ".join(key): int(n) for key, n in zip(by_status.index, by_status, strict=True)},
    }  # fmt: skip


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


@contextmanager
def _changing() -> Iterator[Path]:
    # one import changes the library at a time; a full disk is said in a sentence
    folder = paths.datasets()
    try:
        for made in (folder, folder / _PARTS, folder / _BASKET):
            made.mkdir(parents=True, exist_ok=True)
        with files.alone(folder / _LOCK):
            yield folder
    except StorageError:
        raise
    except OSError as error:
        message = f"The library of datasets could not be changed ({error.strerror}); it is as it was before."
        raise StorageError(message) from error


def new_id(title: str) -> str:
    """Return an id for a new dataset, made of its title: small letters, digits and hyphens, never one that is taken."""
    letters = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    stem = "local-" + (letters[: _LONGEST_ID - 10].strip("-") or "data")
    taken = {path.name for path in paths.datasets().glob("*")} | set(store.datasets()["dataset_id"])
    taken |= {thrown.dataset.dataset_id for thrown in wastebasket()}
    numbers = range(2, len(taken) + 3)
    return next(name for name in (stem, *(f"{stem}-{n}" for n in numbers)) if name not in taken)


def datasets() -> tuple[Dataset, ...]:
    """Return the imported datasets that can be read, by id, those that are laid aside among them; see `damaged`."""
    return tuple(dataset for _path, dataset in _readable(paths.datasets()))


def _readable(folder: Path, pattern: str = "[!.]*") -> Iterator[tuple[Path, Dataset]]:
    for says in sorted(folder.glob(f"{pattern}/{SAYS}")):
        try:
            dataset = _read(says.parent)
        except StorageError:
            continue
        if dataset.versions:
            yield says.parent, dataset


def damaged() -> tuple[Damaged, ...]:
    """Return what of the library cannot be read: what no page shows, and versions of which nobody knows the making."""
    found = set(store.damaged())
    for says in paths.datasets().glob(f"[!.]*/{SAYS}"):
        for number in _numbers(says.parent):
            if _manifest_of(says.parent / str(number)) is None:
                found.add(Damaged(says.parent.name, number))
    return tuple(sorted(found))


def _read(folder: Path) -> Dataset:
    said = store.pointer(folder / SAYS)
    # a version without a manifest cannot be told; it stays where it is
    numbers = tuple(n for n in _numbers(folder) if _manifest_of(folder / str(n)) is not None)
    texts = {name: str(said[name]) for name in ("title_zh", "title_en", "note", "note_zh")}
    return Dataset(folder.name, active=said["active"], versions=numbers, **texts)


def _numbers(folder: Path) -> list[int]:
    return sorted(int(path.name) for path in folder.iterdir() if path.name.isdecimal() and path.name.isascii())


def _dataset(folder: Path, dataset_id: str) -> Dataset:
    if not _ID.fullmatch(dataset_id) or not (folder / dataset_id / SAYS).is_file():
        message = f"There is no imported dataset {dataset_id!r}; it may have been deleted meanwhile."
        raise UnknownChoiceError(message)
    return _read(folder / dataset_id)


def versions(dataset_id: str) -> tuple[Version, ...]:
    """Return the versions of a dataset, oldest first. Raises `UnknownChoiceError` where there is no such dataset."""
    found = _dataset(paths.datasets(), dataset_id)
    folder = paths.datasets() / dataset_id
    return tuple(
        Version(dataset_id, n, n == found.active, folder / str(n), _manifest_of(folder / str(n)) or {})
        for n in found.versions
    )  # fmt: skip


def _manifest_of(folder: Path) -> Mapping[str, Any] | None:
    # None where there is none that can be read
    at = folder / MANIFEST
    try:
        told = at.stat()
        return _manifest_at(at, (told.st_ino, told.st_mtime_ns)) if at.is_file() else None
    except (OSError, ValueError, RecursionError):
        return None


@lru_cache(maxsize=_MANIFESTS_KEPT)
def _manifest_at(file: Path, _stamp: tuple[int, int]) -> Mapping[str, Any]:
    said = json.loads(file.read_text("utf-8"))
    if not isinstance(said, dict) or any(type(said.get(name)) is not kind for name, kind in _MANIFEST_HOLDS.items()):
        raise ValueError(file.name)
    return said


def version(dataset_id: str, number: int) -> Version:
    """Return one version. Raises `UnknownChoiceError` where there is none of that number."""
    for one in versions(dataset_id):
        if one.number == number:
            return one
    message = f"Dataset {dataset_id!r} has no version {number}."
    raise UnknownChoiceError(message)


def activate(dataset_id: str, number: int | None) -> None:
    """Show a version from now on, an older one to roll back; None lays the dataset aside. Nothing is lost."""
    with _changing() as folder:
        if number is not None:
            version(dataset_id, number)
        _dataset(folder, dataset_id)
        _say(folder / dataset_id, active=number)


def annotate(
    dataset_id: str,
    *,
    title_zh: str | None = None,
    title_en: str | None = None,
    note: str | None = None,
    note_zh: str | None = None,
) -> Dataset:
    """Name a dataset anew or change its note; what is None stays. Versions keep what they were called at the time."""
    given = {"title_zh": title_zh, "title_en": title_en, "note": note, "note_zh": note_zh}
    with _changing() as folder:
        _dataset(folder, dataset_id)
        _say(folder / dataset_id, **{name: text for name, text in given.items() if text is not None})
        return _dataset(folder, dataset_id)


def _say(folder: Path, **said: str | int | None) -> None:
    files.write_whole(folder / SAYS, _json({**store.pointer(folder / SAYS), **said}).encode())


#: what became of a figure between two versions
Change = Literal["more", "fewer", "now_known", "no_longer_known", "status", "same"]


def compare(dataset_id: str, a: int, b: int, *, everything: bool = False) -> pd.DataFrame:
    """
    Return what differs between two versions, area by area.

    Parameters
    ----------
    dataset_id
        The dataset.
    a, b
        Numbers of the older and the newer version.
    everything
        Whether rows that are the same are returned, too.

    Returns
    -------
    differences
        `level`, `area_code`, `year`, `resource`, `name_zh`, `name_en`, `value_a`, `status_a`, `value_b`, `status_b`,
        `difference` (b less a; NA where either is not known), `change` (one of `Change`); a year that one of them does
        not have is `not_reported` there.
    """
    old, new = (_resource_of(version(dataset_id, number).folder / FILE) for number in (a, b))
    table = old.merge(new, on=COUNT_KEY, how="outer", suffixes=("_a", "_b"), validate="one_to_one")
    for side in ("a", "b"):
        table[f"status_{side}"] = table[f"status_{side}"].where(table[f"status_{side}"].notna(), "not_reported")
    difference = table["value_b"] - table["value_a"]
    known_a, known_b = table["value_a"].notna(), table["value_b"].notna()
    change = pd.Series("same", table.index, dtype="str").mask(table["status_a"].ne(table["status_b"]), "status")
    change = change.mask(known_b & ~known_a, "now_known").mask(known_a & ~known_b, "no_longer_known")
    change = change.mask(difference.gt(0).fillna(value=False), "more")
    change = change.mask(difference.lt(0).fillna(value=False), "fewer")
    table = table.assign(difference=difference, change=change)
    names = store.areas()[["level", "area_code", "name_zh", "name_en"]]
    table = table.merge(names, on=["level", "area_code"], how="left", validate="many_to_one")
    columns = [*COUNT_KEY, "name_zh", "name_en", "value_a", "status_a", "value_b", "status_b", "difference", "change"]
    found = table if everything else table[table["change"].ne("same")]
    return found[columns].sort_values(COUNT_KEY).reset_index(drop=True)


def _resource_of(file: Path) -> pd.DataFrame:
    rows = store.query("SELECT level, area_code, year, resource, value, status FROM resource", file=file)
    return rows.astype({"value": "Float64"})


def export(dataset_id: str, number: int) -> bytes:
    """
    Return a version as a ZIP archive; the same bytes whenever it is asked for.

    The original file is never in it: nothing in that is suppressed.

    Returns
    -------
    archive
        `resources.csv` and `facilities.csv` as shown (UTF-8 with a mark, for spreadsheets; no cell is read as a
        formula), and `manifest.json`, which says that the original stays. A total that is not known has what is known
        of it: `at_least`, from `counties_known` of `counties`.
    """
    one = version(dataset_id, number)
    resources = store.query(
        "SELECT level, area_code, year, resource, value, status FROM resource ORDER BY ALL", file=one.folder / FILE
    )
    facilities = store.query("SELECT * FROM facility ORDER BY facility_id", file=one.folder / FILE)
    names = store.areas()[["level", "area_code", "name_zh", "name_en"]]
    resources = resources.merge(names, on=["level", "area_code"], how="left", validate="many_to_one")
    resources = _with_coverage(resources, one.folder / FILE)
    contents = {
        "facilities.csv": csv_json.to_csv(facilities.drop(columns=["dataset_id", "origin_id"])),
        MANIFEST: _json({**one.manifest, "original": _STAYS}).encode(),
        "resources.csv": csv_json.to_csv(resources),
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in sorted(contents.items()):
            out.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def _with_coverage(resources: pd.DataFrame, file: Path) -> pd.DataFrame:
    # of a total that is not known, what is known of its counties
    known = store.query("SELECT * EXCLUDE dataset_id FROM dataset_coverage", file=file).rename(
        columns={"known": "at_least", "parts_known": "counties_known", "parts": "counties"}
    )
    is_open = resources["value"].isna() & resources["level"].ne(LEVELS[-1])
    table = resources.merge(known[[*COUNT_KEY, "at_least", "counties_known", "counties"]], on=COUNT_KEY, how="left")
    for column in ("at_least", "counties_known", "counties"):
        table[column] = table[column].astype("Float64").astype("Int64").where(is_open)
    return table


def original(dataset_id: str, number: int) -> tuple[str, bytes]:
    """Return the name and the content of the file a version was imported from."""
    one = version(dataset_id, number)
    return str(one.manifest["file"]), (one.folder / ORIGINAL).read_bytes()


def delete(dataset_id: str) -> Thrown:
    """Put a dataset with all its versions into the wastebasket, from where it can be restored."""
    with _changing() as folder:
        thrown = _dataset(folder, dataset_id)
        taken = {path.name for path in (folder / _BASKET).iterdir()}
        token = next(name for n in range(len(taken) + 1) if (name := f"{dataset_id}.{n}") not in taken)
        (folder / dataset_id).rename(folder / _BASKET / token)
        files.sync(folder)
        files.sync(folder / _BASKET)
    return Thrown(token, thrown)


def wastebasket() -> tuple[Thrown, ...]:
    """Return what is in the wastebasket, by name."""
    return tuple(
        Thrown(path.name, replace(dataset, dataset_id=path.name.rpartition(".")[0]))
        for path, dataset in _readable(paths.datasets() / _BASKET, "*")
    )


def restore(token: str) -> Dataset:
    """Bring a dataset back from the wastebasket. Raises `UnknownChoiceError` where it is gone."""
    with _changing() as folder:
        thrown = next((one for one in wastebasket() if one.token == token), None)
        if thrown is None:
            message = f"There is no {token!r} in the wastebasket; it may have been emptied meanwhile."
            raise UnknownChoiceError(message)
        (folder / _BASKET / token).rename(folder / thrown.dataset.dataset_id)
        files.sync(folder)
        return _dataset(folder, thrown.dataset.dataset_id)


def empty_wastebasket() -> int:
    """Remove for good what is in the wastebasket; return how many datasets that were."""
    with _changing() as folder:
        found = [path for path in sorted((folder / _BASKET).iterdir()) if path.is_dir()]
        for path in found:
            shutil.rmtree(path)
    return len(found)


def leftovers() -> tuple[Leftover, ...]:
    """Return what killed imports left behind; nothing while an import is at work, for its parts are its own."""
    folder = paths.datasets()
    if not (folder / _PARTS).is_dir() or files.is_held(folder / _LOCK):
        return ()
    return tuple(_leftover(path) for path in _left_in(folder))


def clean() -> tuple[Leftover, ...]:
    """Remove what killed imports left behind, say so in the log, and return it; waits for one that is at work."""
    with _changing() as folder:
        paths_left = _left_in(folder)
        found = tuple(_leftover(path) for path in paths_left)
        for path in paths_left:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    if found:
        said = "Imports that had been broken off: %s. What was written of them is removed; every dataset is whole."
        _log.warning(said, len(found))
    return found


def _left_in(folder: Path) -> list[Path]:
    # versions that were being written, and what was to say which version is shown
    return [*sorted((folder / _PARTS).iterdir()), *sorted(folder.glob(f"[!.]*/*{files.PART}"))]


def _leftover(path: Path) -> Leftover:
    held = [file for file in (path, *path.rglob("*")) if file.is_file()]
    return Leftover(path.name, sum(file.stat().st_size for file in held))
