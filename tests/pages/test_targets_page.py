"""Targets: what it takes against what was seen, every number worked out again from the published values."""

import pytest

from mhgis import store
from mhgis.i18n import LANGUAGES
from mhgis.planning.targets import TargetQuestion
from mhgis.ui.page import targets
from mhgis.view.view import View
from tests.markdown import read
from tests.pages.conftest import link, written
from tests.rules.text import untranslated

each_language = pytest.mark.parametrize("lang", LANGUAGES)
FACILITIES = {"data": "cn-published", "level": "province", "ind": "facilities_per_100k", "year": "2015"}


@each_language
def test_half_a_facility_by_2030_takes_so_much_and_so_much_was_seen(open_page, lang):
    app = open_page("targets", lang=lang, goal="aim-50", **FACILITIES)
    values = store.query(
        "SELECT area_code, year, value FROM indicator_value WHERE dataset_id = 'cn-published' "
        "AND indicator = 'facilities_per_100k' AND level IN ('country', 'province') AND value IS NOT NULL"
    )
    china = values[values["area_code"].eq("100000")].set_index("year")["value"]
    seen, needed = (china[2020] / china[2015]) ** (1 / 5), (0.5 / china[2020]) ** (1 / 10)
    said = [f"{100 * (growth - 1):.1f}" for growth in (needed, seen)]
    assert all(f"{one} %" in read(app.title[0].value) or f"{one}%" in read(app.title[0].value) for one in said)
    table = app.dataframe[0].value
    code, standing = table.columns[-1], table.columns[1]
    # by hand, province by province: carry the growth of 2010 to 2015 on for 15 years
    expected = {}
    for area, part in values[values["area_code"].ne("100000")].groupby("area_code"):
        by_year = part.set_index("year")["value"]
        if by_year[2015] >= 0.5:
            expected[area] = 3
        elif 2010 not in by_year or by_year[2010] == 0:
            expected[area] = 1
        else:
            expected[area] = 2 if by_year[2015] * (by_year[2015] / by_year[2010]) ** 3 >= 0.5 else 0
    words = {
        "en": ["Does not make it at today's pace", "Cannot be told: no pace was seen", "Makes it at today's pace",
               "Met already"],
        "zh": ["按目前速度达不到", "无法判断：没有可用的增速", "按目前速度可达到", "已达到"],
    }[lang]  # fmt: skip
    shown = dict(zip(table[code], table[standing], strict=True))
    assert shown.pop("100000") == words[2]
    assert shown == {area: words[at] for area, at in expected.items()}
    assert untranslated(written(app), lang) == []


def test_nothing_is_carried_on_over_a_change_of_what_is_counted(open_page):
    app = open_page("targets", lang="en", **(FACILITIES | {"ind": "psychiatrists_per_100k", "level": "province"}))
    assert "What is counted changed in" in read(" ".join(one.value for one in app.caption))
    view = View(dataset="cn-published", indicator="psychiatrists_per_100k", year=2015, goal=TargetQuestion(aim=500))
    judged = targets.answer(view, targets.target_of(view)).judged
    assert judged.loc["100000", "verdict"] == "cannot_tell"


def test_the_target_is_in_the_link_and_replayed_from_it(open_page):
    app = open_page("targets", lang="en", **FACILITIES)
    assert "Set a target" in read(app.title[0].value)
    app.number_input(key="targets_aim").set_value(0.4).run()
    app.number_input(key="targets_by").set_value(2025).run()
    assert link(app)["goal"] == "by-2025,aim-40"
    again = open_page("targets", **link(app))
    assert read(again.title[0].value) == read(app.title[0].value)
    assert "has met 0.40 already" in read(app.title[0].value)
