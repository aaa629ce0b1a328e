"""
Write the published file, check it, and only then move the pointer to it.

The file appears under its name when it is complete and every check has found nothing; a live file is never edited.
"""

import csv
import itertools
import json
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from etl.contract import TABLES, Table
from etl.tables import CHECKSUMS
from mhgis import __version__, files, paths, store
from mhgis.errors import CheckError, UnpublishedError
from mhgis.indicators import Indicator, Level

#: published files kept beside the current one, for sessions in the middle of a page and for going back
KEPT_BUILDS: Final = 3
_ROWS_SHOWN: Final = 5


def write(file: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """
    Write the tables into a new DuckDB file, with types, order and comments as the contract has them.

    Raises
    ------
    CheckError
        If a table of the contract is missing, a column is, or a key repeats.
    """
    file.unlink(missing_ok=True)
    with store.create(file) as connection:
        for name, table in TABLES.items():
            _write_table(connection, name, table, tables)


def _write_table(connection: store.Connection, name: str, table: Table, tables: Mapping[str, pd.DataFrame]) -> None:
    frame = tables.get(name)
    absent = [name] if frame is None else [column for column in table.columns if column not in frame]
    if frame is None or absent:
        message = f"The published file lacks {', '.join(absent)} of table {name}; expected all the contract names."
        raise CheckError(message)
    repeated = frame[frame.duplicated(list(table.key))]
    if len(repeated):
        message = f"Table {name} has {len(repeated)} rows with a key that is there already, first: " + str(
            repeated[list(table.key)].iloc[0].to_dict()
        )
        raise CheckError(message)
    connection.register("incoming", frame[list(table.columns)])
    columns = ", ".join(f'CAST("{column}" AS {type_}) AS "{column}"' for column, (type_, _) in table.columns.items())
    order = ", ".join(f'"{column}"' for column in table.key)
    connection.execute(f'CREATE TABLE "{name}" AS SELECT {columns} FROM incoming ORDER BY {order}')
    connection.unregister("incoming")
    connection.execute(f'COMMENT ON TABLE "{name}" IS {_quoted(table.comment)}')
    for column, (_, meaning) in table.columns.items():
        connection.execute(f'COMMENT ON COLUMN "{name}"."{column}" IS {_quoted(meaning)}')


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def check(file: Path, row_counts: Path) -> int:
    """
    Run every data check and compare row counts with the reviewed ones; return how many checks ran.

    A check is an SQL file that selects offending rows; its first line, a comment, says what is expected.

    Raises
    ------
    CheckError
        If any check selects a row or a count differs: all of them at once.
    """
    failures: list[str] = []
    statements = check_texts(row_counts.parent)
    for name, sql in statements.items():
        offending = store.query(sql, file=file)
        if len(offending):
            expected = sql.splitlines()[0].removeprefix("--").strip()
            rows = offending.head(_ROWS_SHOWN).to_dict("records")
            failures.append(f"{name}: {len(offending)} offending rows; expected: {expected} First rows: {rows}")
    failures += _wrong_counts(file, row_counts)
    if failures:
        message = "The data checks failed, nothing was published.\n" + "\n".join(failures)
        raise CheckError(message)
    return len(statements)


def check_texts(folder: Path | None = None) -> dict[str, str]:
    """Return the SQL of every data check by file name: those of every file, and those of the pack in `folder`."""
    own = resources.files("etl").joinpath("checks")
    places = [own.iterdir(), [] if folder is None else (folder / "checks").glob("*.sql")]
    found = {entry.name: entry for place in places for entry in place if entry.name.endswith(".sql")}
    return {name: found[name].read_text("utf-8") for name in sorted(found)}


def as_csv(counts: Mapping[str, int]) -> str:
    """Write row counts in the form of the reviewed CSV."""
    return "table,rows\n" + "".join(f"{name},{rows}\n" for name, rows in sorted(counts.items()))


def count_rows(file: Path) -> dict[str, int]:
    """Count the rows of each table, and of those with levels by level, in the form of the reviewed CSV."""
    counts: dict[str, int] = {}
    for name, table in TABLES.items():
        counts[name] = int(store.query(f'SELECT count(*) AS n FROM "{name}"', file=file)["n"].iloc[0])
        if "level" in table.columns:
            by_level = store.query(
                f'SELECT level, count(*) AS n FROM "{name}" GROUP BY level ORDER BY level', file=file
            )
            counts |= {f"{name}/{level}": int(n) for level, n in by_level.set_index("level")["n"].items()}
    return counts


def _wrong_counts(file: Path, row_counts: Path) -> list[str]:
    if not row_counts.is_file() and not row_counts.with_name(CHECKSUMS).is_file():
        return []  # a pack that was never reviewed as a whole
    if not row_counts.is_file():
        return [f"{row_counts.name} is missing; expected the reviewed row counts (`mhgis accept-counts` writes them)."]
    with row_counts.open(encoding="utf-8", newline="") as handle:
        reviewed = {row["table"]: int(row["rows"]) for row in csv.DictReader(handle)}
    found = count_rows(file)
    names = sorted(found.keys() | reviewed.keys())
    return [
        f"{row_counts.name}: {name} has {found.get(name)} rows; expected {reviewed.get(name)}."
        for name in names
        if found.get(name) != reviewed.get(name)
    ]


def table_hashes(file: Path) -> dict[str, str]:
    """Return a checksum of the contents of each table, whatever the order of rows and the layout of the file."""
    hashes: dict[str, str] = {}
    for name in TABLES:
        rows = store.query(
            f"SELECT md5(string_agg(h, '' ORDER BY h)) AS h FROM (SELECT md5(t::VARCHAR) AS h FROM \"{name}\" t)",
            file=file,
        )
        hashes[name] = str(rows["h"].iloc[0])
    return hashes


def move_pointer(file: Path, build: str, sources: Mapping[str, str], static: Mapping[str, str]) -> None:
    """Make `file` the current one by a pointer that is written whole before it takes the place of the old one."""
    says: dict[str, Any] = {
        "file": file.name, "build": build, "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "sources": dict(sources), "static": dict(static),
    }  # fmt: skip
    files.write_whole(file.parent / store.POINTER, json.dumps(says, indent=1, ensure_ascii=False).encode(), mode=0o644)


def is_whole() -> bool:
    """Say whether the current file is there, and every file that the browser fetches with it."""
    try:
        found = store.current()
    except UnpublishedError:
        return False
    return all((paths.static() / name).is_file() for name in found.static.values())


def prune(folder: Path, current: Path) -> None:
    """Delete published files beyond the current one and the `KEPT_BUILDS` newest of the others."""
    others = sorted(
        (file for file in folder.glob("mhgis-*.duckdb") if file != current), key=lambda f: f.stat().st_mtime
    )
    for file in others[: -KEPT_BUILDS or None]:
        file.unlink()


def shapes(folder: Path, levels: Sequence[Level], tolerances: Sequence[float]) -> pd.DataFrame:
    """Gather the shapes of every level and tolerance from a folder, as WKB."""
    parts = []
    for level, tolerance in itertools.product(levels, tolerances):
        frame = gpd.read_parquet(folder / f"{level}-{tolerance}.parquet")
        part = pd.DataFrame({"area_code": frame["area_code"], "geometry": frame.geometry.to_wkb()})
        parts.append(part.assign(level=level, tolerance=tolerance))
    return pd.concat(parts, ignore_index=True)


def lines(file: Path) -> pd.DataFrame:
    """Gather the border lines that belong to no area, as WKB."""
    frame = gpd.read_parquet(file)
    return pd.DataFrame({"line_id": range(len(frame)), "geometry": frame.geometry.to_wkb()})


def settings(section: str, entries: Mapping[str, Any]) -> pd.DataFrame:
    """Write a section of the data pack as rows: `key` as `section.entry`, `value` as JSON."""
    rows = [{"key": f"{section}.{name}", "value": json.dumps(value)} for name, value in entries.items()]
    return pd.DataFrame(rows, columns=["key", "value"], dtype="str")


def registry(indicators: Mapping[str, Indicator], levels: Sequence[Level], *, is_modelled: bool) -> pd.DataFrame:
    """Write the registry of indicators as a table: those a pack can have at its levels, with or without a model."""
    own = {i: [level for level in i.levels if level in levels] for i in indicators.values()}
    rows = [
        {
            "indicator": i.id, "name": i.name, "unit": i.unit, "direction": i.direction, "levels": ";".join(at),
            "numerator": i.numerator, "denominator": i.denominator, "scale": i.scale, "definition": i.definition,
        }
        for i, at in own.items()
        if at and (is_modelled or not i.modelled_only)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def build_record(build: str) -> pd.DataFrame:
    """Say what the file is: checksum, version, and the commit it was built from with that commit's time."""
    commit, time = _git("%H"), _git("%cI")
    return pd.DataFrame([{"build": build, "built_at": time, "version": __version__, "git_commit": commit}], dtype="str")


def _git(form: str) -> str | None:
    # outside a checkout, or without git, there is no commit to name
    command = ["git", "-C", str(paths.ROOT), "log", "-1", f"--format={form}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed command
    except FileNotFoundError:
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
