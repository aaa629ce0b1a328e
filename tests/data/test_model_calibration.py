"""What the method page of the model says of figures that were withheld from it, computed again in plain numpy."""

import re
from typing import NamedTuple

import numpy as np
import pytest

from etl import model
from mhgis import paths, store
from mhgis.i18n import LANGUAGES
from mhgis.measures import downscale
from mhgis.measures.weightings import WEIGHTINGS, Weighting

#: the only weighting of the model before, which had a seat in every row of prefecture level
BEFORE = Weighting("before", 1.0, float(np.log(2)), float(np.log(4)))
DRAWS = 4_000


class Score(NamedTuple):
    covered: int
    brier: float


@pytest.fixture(scope="module")
def provinces(published):
    return store.query(
        "SELECT area_code, max(value) FILTER (resource = 'facilities') AS facilities FROM resource "
        "WHERE dataset_id = 'cn-published' AND level = 'province' AND year = 2015 AND status <> 'not_applicable' "
        "GROUP BY area_code ORDER BY area_code"
    ).merge(
        store.query(
            "SELECT area_code, counties_without_facility AS without FROM province_published "
            "WHERE year = 2015 AND level = 'province'"
        )
    )


def score(provinces, weighting, *, everywhere=False):
    """Let all facilities of a province fall on its counties by weight, and compare how many counties stay without."""
    areas = store.query("SELECT * FROM area")
    people = store.query("SELECT level, area_code, people FROM population WHERE year = 2015")
    if everywhere:
        areas = areas.assign(is_proper_prefecture=True)
    counties = model.counties(areas, people)
    drawn = weighting.drawn(np.random.default_rng(5), DRAWS)
    stream = np.random.default_rng(1)
    covered, squares = 0, []
    for row in provinces.itertuples():
        here = counties[counties["province_code"].eq(row.area_code)]
        log_weight = np.broadcast_to(downscale.log_weights(here, drawn), (DRAWS, len(here)))
        weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
        facilities = stream.multinomial(int(row.facilities), weight / weight.sum(axis=1, keepdims=True))
        without = np.sort((facilities == 0).sum(axis=1))
        covered += without[DRAWS * 5 // 100 - 1] <= row.without <= without[DRAWS * 95 // 100 - 1]
        squares.append(((without > len(here) / 2).mean() - (row.without > len(here) / 2)) ** 2)
    return Score(int(covered), float(np.mean(squares)))


def numbers_of(lang, sign):
    """Return the numbers of the row of the page's table that begins with a sign, without its first cell."""
    text = (paths.ROOT / "docs" / "methods" / f"downscale-2015.{lang}.md").read_text("utf-8")
    (row,) = [line for line in text.splitlines() if line.startswith(f"| {sign}")]
    cells = row.strip("| ").split("|")[1:]
    return [[float(number.replace(",", "")) for number in re.findall(r"[\d,.]+", cell)] for cell in cells]


SIGNS = {
    "coverage": {"en": "provinces whose number", "zh": "不给出无机构县数时"},
    "brier": {"en": "Brier score", "zh": "“全省半数以上"},
    "counties_with_facility_without_beds": {"en": "counties with a facility but", "zh": "有机构而无床位"},
    "counties_with_beds": {"en": "counties with beds", "zh": "有床位的县级单位"},
    "prefectures_without_beds": {"en": "prefectures without beds", "zh": "没有床位的地级单位"},
}


def test_the_scores_of_the_withheld_numbers_are_those_on_the_page(provinces):
    assert len(provinces) == 31
    before = score(provinces, BEFORE, everywhere=True)
    now, flat = (score(provinces, WEIGHTINGS[name]) for name in ("central", "flat"))
    for lang in LANGUAGES:
        assert numbers_of(lang, SIGNS["coverage"][lang]) == [[31], [before.covered], [now.covered]]
        assert numbers_of(lang, SIGNS["brier"][lang])[1:] == [[round(before.brier, 2)], [round(now.brier, 2)]]
    assert (flat.covered, round(flat.brier, 2)) == (17, 0.01)


@pytest.mark.usefixtures("published")
def test_the_numbers_of_areas_on_the_page_are_those_of_the_build():
    for row in store.query("SELECT * FROM model_calibration").itertuples():
        if row.quantity == "counties_without_beds":
            continue
        for lang in LANGUAGES:
            bounds, _before, now = numbers_of(lang, SIGNS[row.quantity][lang])
            assert bounds == [row.lowest, row.highest][-len(bounds) :]
            assert now == [round(row.value), row.lower, row.upper]
