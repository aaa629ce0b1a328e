"""
What an import is held against: the areas, the people who live there, the published figures, and the gazetteer.

Read once from the published file and kept by whoever prepares imports; holds no rule and no check.
"""

from dataclasses import dataclass

import pandas as pd

from mhgis import store
from mhgis.importing import gazetteer
from mhgis.importing.gazetteer import Gazetteer


@dataclass(frozen=True, eq=False)
class Reference:
    """
    What is known of a country before a file is read.

    Attributes
    ----------
    areas
        Every area, as `store.areas` gives them.
    people
        `level`, `area_code`, `year`, `people`: residents, known ones only.
    published
        `level`, `area_code`, `year`, `resource`, `value`: published counts, known ones only.
    gazetteer
        Places, their names, codes and shapes.
    """

    areas: pd.DataFrame
    people: pd.DataFrame
    published: pd.DataFrame
    gazetteer: Gazetteer


def load() -> Reference:
    """
    Read the published file.

    Raises
    ------
    UnpublishedError
        If there is none.
    """
    file = store.current().file
    people = store.query(
        "SELECT level, area_code, year, people FROM population WHERE people IS NOT NULL ORDER BY ALL", file=file
    )
    published = store.query(
        "SELECT r.level, r.area_code, r.year, r.resource, r.value FROM resource r JOIN dataset d USING (dataset_id) "
        "WHERE d.kind = 'published' AND r.value IS NOT NULL ORDER BY ALL",
        file=file,
    )
    return Reference(store.areas(), people, published, gazetteer.load())
