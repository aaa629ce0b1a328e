"""Where figures come from: every source, its licence, its names, and the sources behind a figure."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import pandas as pd

from mhgis import formats, store
from mhgis.i18n import Language
from mhgis.queries.tables import kept, table
from mhgis.words import provenance
from mhgis.words.provenance import Origin

#: sets of sources kept in memory, one for each figure that was drawn
_SOURCES_KEPT: Final = 512
#: joins the ids of origins that a computed figure unites
_AND: Final = "+"

_SHELVED: Final = """
WITH used AS (SELECT DISTINCT unnest(string_split(origin_id, '+')) AS id FROM indicator_value),
     behind AS (SELECT id FROM used UNION SELECT part_id FROM origin_part WHERE origin_id IN (SELECT id FROM used))
SELECT o.*, CASE WHEN o.publisher = 'computed by this project' THEN 'computed'
                 WHEN o.origin_id IN (SELECT id FROM behind) THEN 'figures' ELSE 'benchmarks' END AS shelf
FROM origin o WHERE o.origin_id NOT LIKE '%+%' ORDER BY o.title
"""
#: where resources were counted comes before where people were
_PEOPLE_LAST: Final = """
SELECT * FROM origin ORDER BY origin_id IN (SELECT origin_id FROM population WHERE people IS NOT NULL), origin_id
"""
_PARTS: Final = "SELECT origin_id, part_id FROM origin_part ORDER BY origin_id, part_id"
_OF_DATASET: Final = "SELECT DISTINCT origin_id FROM indicator_value WHERE dataset_id = ? ORDER BY origin_id"
_OF_IMPORT: Final = "SELECT origin_id FROM origin WHERE starts_with(origin_id, ?) ORDER BY origin_id"
_OF_PACK: Final = "SELECT origin_id FROM origin WHERE NOT contains(origin_id, ?) ORDER BY origin_id"


def works() -> pd.DataFrame:
    """
    Return every origin by id, those that unite others among them.

    Returns
    -------
    works
        The columns of `origin`: texts in both languages, `year`, `identifier`, `licence`; NA where there is none.
    """
    return kept(store.origins)


def shelved() -> pd.DataFrame:
    """Return every source by title, those united for a computed figure left out: the columns of `origin`, `shelf`."""
    return table(_SHELVED)


def short_names(lang: Language) -> dict[str, str]:
    """Return the short name of each origin by its id, as a caption cites it."""
    rows = works()
    return dict(zip(rows["origin_id"], rows[f"short_{lang}"], strict=True))


def licences(lang: Language) -> dict[str, str]:
    """Return the licence of each origin in a language; those imported before licences had a Chinese one as they are."""
    rows = works()
    terms = rows[provenance.column("licence", lang)].fillna(rows["licence"])
    return dict(zip(rows["origin_id"], terms, strict=True))


def of_dataset(dataset: str) -> list[str]:
    """Return the ids of the sources of a dataset; where it knows nothing, of what was searched in vain."""
    rows = table(_OF_DATASET, dataset)
    if rows["origin_id"].isna().all():
        # an import of which nothing is known is still its importer's
        rows = table(_OF_IMPORT, f"{dataset}-v")
    if rows.empty:
        # a pack without a count still has its sources
        rows = table(_OF_PACK, _AND)
    return [str(origin_id) for origin_id in rows["origin_id"].dropna()]


def origins(ids: Sequence[str], lang: Language) -> tuple[Origin, ...]:
    """Return the sources behind origin ids, united ones taken apart; what was computed by name has its parts in it."""
    return _origins(store.fingerprint(), tuple(ids), lang)


@lru_cache(maxsize=_SOURCES_KEPT)
def _origins(build: str, ids: tuple[str, ...], lang: Language) -> tuple[Origin, ...]:
    del build  # part of the key only
    rows = table(_PEOPLE_LAST).set_index("origin_id")
    pairs = table(_PARTS)
    wanted = {name for origin_id in ids for name in origin_id.split(_AND)}
    sources = []
    for name in rows.index[rows.index.isin(wanted)]:
        inner = pairs.loc[pairs["origin_id"].eq(name), "part_id"]
        parts = tuple(_origin(part, rows.loc[part], lang) for part in inner)
        sources.append(_origin(name, rows.loc[name], lang, parts))
    return tuple(sources)


def _origin(origin_id: str, row: Mapping[str, Any], lang: Language, parts: tuple[Origin, ...] = ()) -> Origin:
    year = row["year"]
    return Origin(
        origin_id,
        str(row[provenance.column("title", lang)]),
        str(row[provenance.column("publisher", lang)]),
        None if formats.is_missing(year) else int(str(year)[:4]),
        str(row[f"short_{lang}"]),
        parts,
    )
