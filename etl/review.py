"""
Say everything that is wrong with a data pack at once: its description, tables, boundaries, and how they fit together.

Builds nothing. Each step of a build checks its own input; here the steps that can be tried are tried, and their faults
put together. What only a finished file can show, the build's data checks say.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pandas as pd

from etl import areas, boundaries, harmonise, pack, tables
from mhgis import cage
from mhgis.cage import SMALL, Answer
from mhgis.errors import Fault, SchemaError

T = TypeVar("T")


def faults(folder: Path) -> list[Fault]:
    """Return every fault of the pack in `folder`; none where it can be built."""
    found: list[Fault] = []

    def tried(step: Callable[[], T]) -> T | None:
        try:
            return step()
        except SchemaError as error:
            found.extend(error.faults)
            return None

    own = tried(lambda: pack.read(folder))
    if own is None:
        return found
    read = tried(lambda: tables.read_all(folder))
    shapes = tried(lambda: boundaries.read(own.borders, folder))
    tried(lambda: boundaries.read_lines(own.borders, folder))
    if read is not None:
        found += _unmatched(own, read)
        if not read["areas"].empty:
            tried(lambda: harmonise.plain_resources(read))
            tried(lambda: harmonise.require_years(read["population"], own.years_of_all_levels))
        if shapes is not None:
            tried(lambda: areas.place(shapes, read["areas"], own))
    return found


def _unmatched(own: pack.Pack, read: dict[str, pd.DataFrame]) -> Iterator[Fault]:
    """Yield what pack.toml names and the tables do not have, and codes that are not of the pack's form."""
    datasets, sources = set(read["datasets"]["dataset_id"]), set(read["sources"]["source_id"])
    wanted = [("published.dataset_id", own.country.published, datasets, "datasets.csv"),
              ("boundaries.source_id", own.borders.source_id, sources, "sources.csv")]  # fmt: skip
    if own.country.start.dataset:
        wanted.append(("start.dataset", own.country.start.dataset, datasets, "datasets.csv"))
    for entry, name, known, file in wanted:
        if name not in known:
            yield Fault(pack.FILE, None, entry, f'"{name}", which is not in {file}', f"an id of {file}",
                        f"Mend the entry, or add the row to {file}.")  # fmt: skip
    if read["areas"].empty and not own.borders.package:
        yield Fault("areas.csv", None, None, "no row", "a row for each area of each level", "Write the table.")
    codes = list(read["areas"]["area_code"])
    # a pattern of a stranger's may never come to an end
    misfits = cage.call(
        f"{__name__}:in_cage", own.code_pattern, codes, into=lambda answer: set(map(str, answer.plain)), limits=SMALL,
        file=pack.FILE,
    )  # fmt: skip
    for line, code in enumerate(codes, start=2):
        if code in misfits:
            yield Fault("areas.csv", line, "area_code", f'"{code}"', f"a code of the form {own.code_pattern}",
                        "Mend the code, or country.code_pattern in pack.toml.")  # fmt: skip


def in_cage(_data: bytes, pattern: str, codes: list[str], tell: object) -> Answer:
    """Return the codes that a pattern does not fit, in the cage."""
    del tell
    return Answer([code for code in codes if not re.fullmatch(pattern, code)])
