"""Access: the answer first, as a range with its status; each question in the link; nothing unknown made a gap."""

import numpy as np
import pytest

from mhgis import formats, store
from mhgis.i18n import LANGUAGES
from mhgis.measures import access as outreach
from mhgis.measures.access import AccessQuestion
from mhgis.ui.page import access
from mhgis.ui.part import list_files
from mhgis.view.view import View
from tests.markdown import read
from tests.pages.conftest import link, written
from tests.rules.text import untranslated

each_language = pytest.mark.parametrize("lang", LANGUAGES)
MODEL = {"data": "cn-modelled-2015", "level": "county"}
QINGHAI = {"in": "630000"}


def beyond_by_hand(threshold, province):
    """People of a province beyond a threshold in each draw, by brute force over all pairs."""
    codes, draws = store.ensemble("cn-modelled-2015", "beds", 2015)
    areas = store.areas("county").set_index("area_code").loc[codes]
    people = store.query("SELECT area_code, people FROM population WHERE level = 'county' AND year = 2015")
    number = people.set_index("area_code")["people"].reindex(codes).fillna(0).to_numpy()
    here = areas["province_code"].eq(province).to_numpy()
    lon, lat = (np.radians(areas[name].to_numpy()) for name in ("lon", "lat"))
    cosine = np.sin(lat[here])[:, None] * np.sin(lat) + np.cos(lat[here])[:, None] * np.cos(lat) * np.cos(
        lon[here][:, None] - lon
    )
    far = 6371.0088 * np.arccos(np.clip(cosine, -1, 1)) > threshold
    return sorted(sum(number[here][(far | (draw == 0)).all(axis=1)]) for draw in draws)


@each_language
def test_who_of_qinghai_lives_further_than_100_km_from_a_bed_is_the_headline(open_page, lang):
    app = open_page("access", lang=lang, **MODEL, **QINGHAI)
    title = read(app.title[0].value)
    assert {"zh": "模型估计：青海省", "en": "Model estimate: about"}[lang] in title
    drawn = beyond_by_hand(100, "630000")
    view = View(dataset="cn-modelled-2015", level="county", within="630000", year=2015, lang=lang)
    total = access.answer(view).total
    assert [total["lower"], total["value"], total["upper"]] == [drawn[49], drawn[499], drawn[949]]
    assert untranslated(written(app), lang) == []
    # what is rounded to millions is rounded once: 3.645 million is 3.6, not 3.65 and so 3.7
    nearer = np.quantile(beyond_by_hand(25, "630000"), (0.05, 0.95), method="lower")
    least, most = (formats.people(int(end), lang, unit=False) for end in nearer)
    cells = app.table[0].value.iloc[0].tolist()
    assert {"zh": f"{least} 至 {most}", "en": f"{least} to {most}"}[lang] in cells


@each_language
def test_what_was_never_published_is_not_counted_and_the_model_is_offered_as_one(open_page, lang):
    app = open_page("access", lang=lang, data="cn-published", **QINGHAI)
    assert {"zh": "这组数据无法回答", "en": "Not known from these figures"}[lang] in read(app.title[0].value)
    assert len(app.dataframe) == 0
    assert untranslated(written(app), lang) == []
    app.button(key="access_to_cn-modelled-2015").click().run()
    assert link(app)["data"] == "cn-modelled-2015"
    assert {"zh": "模型估计", "en": "Model estimate"}[lang] in read(app.title[0].value)


def test_every_question_is_in_the_link_and_replayed_from_it(open_page):
    app = open_page("access", lang="en", **MODEL, **QINGHAI)
    app.number_input(key="access_threshold").set_value(60).run()
    app.selectbox(key="access_unit").set_value("min").run()
    app.number_input(key="access_detour").set_value(150).run()
    assert link(app)["reach"] == "threshold-60,unit-min,detour-150"
    again = open_page("access", **link(app))
    assert read(again.title[0].value) == read(app.title[0].value)
    assert "60 minutes" in read(again.title[0].value)
    assert "40.0 km in a straight line" in written(again)


@pytest.mark.parametrize("measure", ["two_step", "zones", "gaussian"])
def test_reach_has_a_range_in_each_row(open_page, measure):
    app = open_page("access", lang="en", reach=f"measure-{measure},catchment-150,borders-closed", **MODEL, **QINGHAI)
    rows = app.dataframe[-1].value
    assert len(rows) > 0
    assert (rows["5 %"].dropna() <= rows["95 %"].dropna()).all()


def test_a_file_says_what_was_asked_and_that_it_is_modelled(open_page):
    open_page("access", lang="en", **MODEL)
    view = View(dataset="cn-modelled-2015", level="county", within="630000", year=2015, benchmark="none",
                reach=AccessQuestion(threshold=50))  # fmt: skip
    made = list_files.listed(view, access.sheet(view), "http://host/access")
    assert "too far: more than 50 km" in made.says("filter")
    assert "reach=threshold-50" in made.says("link")
    assert made.watermark is not None
    often = made.rows["Beyond, of 100 draws"]
    assert often.between(0, 100).all()


def test_national_answer_adds_up_over_provinces_in_each_draw(published):
    assert published.file.is_file()
    got = access.answer(View(dataset="cn-modelled-2015", level="county", year=2015))
    group = got.rows.set_index("area_code")["province_code"].reindex(got.ground.origins.index)
    assert got.limit == 100
    parts = outreach.beyond(got.ground, got.found, 100, group)
    assert parts["people"].sum() == got.total["people"]
    assert parts["lower"].sum() <= got.total["value"] <= parts["upper"].sum()
    assert got.question == AccessQuestion()
