"""What the papers tell of medical alliances: those that exist, the models, forms abroad, policies, a survey."""

from typing import Final, Literal

import pandas as pd

from mhgis.queries.tables import table

#: the tables on alliances that a source can be asked of
Told = Literal["alliance", "alliance_survey", "alliance_model", "alliance_foreign", "alliance_policy"]

_ALLIANCES: Final = "SELECT * FROM alliance ORDER BY field DESC, alliance_id"
_DIMENSIONS: Final = """
SELECT alliance_id, dimension, value, basis FROM alliance_dimension ORDER BY alliance_id, dimension
"""
_PLACES: Final = """
SELECT p.alliance_id, p.area_code, p.basis, a.lon, a.lat, a.name_zh, a.name_en
FROM alliance_place p JOIN area a ON a.area_code = p.area_code AND a.level = p.level
ORDER BY p.area_code, p.alliance_id
"""
_NOTES: Final = "SELECT * FROM alliance_note WHERE topic = ? ORDER BY item"
_SURVEY: Final = "SELECT * FROM alliance_survey ORDER BY question_id, answer_no"
_MODELS: Final = "SELECT * FROM alliance_model WHERE ? IN ('', model_id) ORDER BY model_id, part, item"
_FOREIGN: Final = "SELECT * FROM alliance_foreign ORDER BY place"
_POLICIES: Final = "SELECT * FROM alliance_policy ORDER BY issued, policy_id"


def alliances() -> pd.DataFrame:
    """
    Return the alliances that are described, those of mental health first.

    Returns
    -------
    alliances
        The columns of `alliance`, one row an alliance: names, `field`, dates and members as printed, `origin_id`; a
        text that is missing is NA. Empty where the data pack tells of none.
    """
    return table(_ALLIANCES)


def dimensions() -> pd.DataFrame:
    """Return how each alliance is classed: `alliance_id`, `dimension`, `value` (joined by `;`), `basis`."""
    return table(_DIMENSIONS)


def places() -> pd.DataFrame:
    """
    Return where alliances are led from.

    Returns
    -------
    places
        `alliance_id`, `area_code`, `basis`, `lon`, `lat` (degrees, EPSG:4326) and the names of the area.
    """
    return table(_PLACES)


def notes(topic: str) -> pd.DataFrame:
    """Return what must be said beside a table on alliances, in order: `text_en`, `text_zh`."""
    return table(_NOTES, topic)


def survey() -> pd.DataFrame:
    """
    Return what residents answered when asked about alliances, by question and answer.

    Returns
    -------
    answers
        `question_id`, `answer_no`, the texts in both languages, `cases` (people), `percent` (as printed).
    """
    return table(_SURVEY)


def models(model: str = "") -> pd.DataFrame:
    """Return what is said of the recommended models, or of one: `model_id`, `part`, `item`, texts, `origin_id`."""
    return table(_MODELS, model)


def forms_abroad() -> pd.DataFrame:
    """Return the forms of alliances abroad, in the order of the source: the columns of `alliance_foreign`."""
    return table(_FOREIGN)


def policies() -> pd.DataFrame:
    """Return the documents of policy, the earliest first: the columns of `alliance_policy`."""
    return table(_POLICIES)


def origins_of(told: Told) -> list[str]:
    """Return the ids of the sources of a table on alliances, in order."""
    ids = table(f"SELECT DISTINCT origin_id FROM {told} ORDER BY origin_id")["origin_id"]
    return [str(origin_id) for origin_id in ids]
