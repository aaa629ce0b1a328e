"""Access on an imported register with gaps in reporting: ranges near the unknown, own travel times, catchments."""

import io

import numpy as np
import pandas as pd
import pytest

from mhgis import store
from mhgis.importing import travel_tables
from mhgis.measures.access import AccessQuestion
from mhgis.measures.neighbours import arc_km, unit_vectors
from mhgis.ui.page import access
from mhgis.ui.part import list_files
from mhgis.view.view import View
from tests.data.made_import import PROVINCE, counties
from tests.markdown import read
from tests.pages.conftest import link, written
from tests.rules.text import untranslated


@pytest.fixture
def asked(dataset):
    return {"data": dataset, "level": "county", "in": PROVINCE, "year": "2023", "ind": "beds_per_100k"}


def view_of(dataset, **more):
    return View(dataset=dataset, level="county", within=PROVINCE, year=2023, benchmark="none", **more)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_says_imported_and_gives_both_ends(open_page, asked, lang):
    app = open_page("access", lang=lang, **asked)
    said, title = written(app), read(app.title[0].value)
    assert {"zh": "至少", "en": "At least"}[lang] in title
    assert {"zh": "导入数据 · 自有数据", "en": "Imported · our own figures"}[lang] in said
    assert {"zh": "模型", "en": "odel"}[lang] not in title
    view = view_of(asked["data"], lang=lang)
    assert access.about(view, access.answer(view), title).is_imported
    made = list_files.listed(view, access.sheet(view), "http://host/access")
    assert {"zh": "导入", "en": "mported"}[lang] in " ".join(f"{one}" for one in made.head())
    assert untranslated(said, lang) == []


@pytest.mark.parametrize("measure", ["", "measure-two_step,catchment-60"])
def test_ranges_widen_only_where_unknown_places_are_near(dataset, measure):
    got = access.answer(view_of(dataset, reach=AccessQuestion.parse(measure)))
    origins, sites = got.ground.origins, got.ground.sites
    km = arc_km(np.linalg.norm(
        unit_vectors(origins["lon"], origins["lat"])[:, None] - unit_vectors(sites["lon"], sites["lat"])[None], axis=2
    ))  # fmt: skip
    unknown = sites["amount"].isna().to_numpy(bool)
    has_care = sites["amount"].gt(0).fillna(value=False).to_numpy(bool)
    near = (km[:, unknown] <= 60).any(axis=1) if measure else km[:, unknown].min(axis=1) < km[:, has_care].min(axis=1)
    table = got.found.table
    wide = table["lower"] < table["upper"]
    here = origins["province_code"].eq(PROVINCE).to_numpy()
    assert 0 < near[here].sum() < here.sum()
    assert not wide[~near].any()
    assert got.found.status[near].eq("not_reported").all()
    assert wide[near & (here if measure else True)].mean() > 0.9


def test_nothing_known_at_all_is_not_called_unpublished(open_page, asked):
    # the register holds no nurses
    app = open_page("access", lang="en", **(asked | {"ind": "nurses_per_100k"}))
    said = written(app)
    assert "The imported figures do not say" in said
    assert "never published" not in said


def test_the_catchment_of_a_facility_is_in_the_link(open_page, asked):
    app = open_page("access", lang="en", **asked)
    app.selectbox(key="access_site").set_value("t004").run()
    assert link(app)["reach"] == "site-t004"
    again = open_page("access", **link(app))
    said = next(one.value for one in again.markdown if "live within" in one.value)
    assert "100 km of **测试机构4**" in said
    got = access.answer(view_of(asked["data"], reach=AccessQuestion(site="t004")))
    at, origins = got.ground.sites.loc["t004"], got.ground.origins
    far = arc_km(np.linalg.norm(
        unit_vectors(origins["lon"], origins["lat"])
        - unit_vectors(pd.Series([at["lon"]]), pd.Series([at["lat"]])), axis=1
    ))  # fmt: skip
    assert f" in {(far <= 100).sum()} areas live" in said


def test_a_travel_table_is_checked_kept_and_replayed_from_the_link(open_page, asked):
    codes = counties()
    app = open_page("access", lang="en", **asked)
    app.toggle(key="travel_adding").set_value(True).run()
    wrong = f"origin,destination,minutes\n{codes[0]},t001,5\n{codes[1]},t999,5\n{codes[2]},t001,\n"
    app.file_uploader(key="travel_file_matrix").upload("road.csv", wrong.encode(), "text/csv").run()
    assert "1 faults; nothing was kept" in written(app)
    assert travel_tables.kept("matrix") == ()
    rows = "\n".join(f"{code},t001,{at}" for at, code in enumerate(codes[:60]))
    good = f"origin,destination,minutes\n{rows}\n{codes[60]},t001,\n"
    app.file_uploader(key="travel_file_matrix").upload("road.csv", good.encode(), "text/csv").run()
    assert "60 pairs in minutes, from 60 origins to 1 destinations; 1 rows have no number" in written(app)
    app.button(key="travel_keep_matrix").click().run()
    (kept,) = travel_tables.kept("matrix")
    assert link(app)["reach"] == f"matrix-{kept.kept_id}"
    assert "100 minutes" in read(app.title[0].value)
    assert "from where " in written(app)
    view = view_of(asked["data"], reach=AccessQuestion(matrix=kept.kept_id))
    made = list_files.listed(view, access.sheet(view), "http://host/access")
    assert kept.sha256[:12] in " ".join(f"{one}" for one in made.head())
    got = access.answer(view)
    # a way that is in the table is an upper end, a county that is not in it has none
    most = dict(zip(got.ground.origins.index, got.found.most[0], strict=True))
    assert most[codes[59]] == 59
    assert np.isinf(most[codes[60]])
    travel_tables.remove(kept.kept_id)
    lost = open_page("access", **link(app))
    assert f"{kept.kept_id} of this link is not kept here" in written(lost)
    assert "100 km" in lost.title[0].value


def test_finer_points_are_counted_with_their_own_people(dataset):
    areas = store.areas("county").set_index("area_code").loc[counties()[:3]]
    table = areas[["lon", "lat"]].assign(people=[10, 20, 30]).rename_axis("code").add_suffix("")
    table.index = ["p1", "p2", "p3"]
    text = io.StringIO()
    table.rename_axis("code").to_csv(text)
    draft_ = travel_tables.read_points(text.getvalue().encode(), "towns.csv", store.shapes("county", 0.0), "en")
    kept = travel_tables.keep(draft_, "Towns", "Test office", "2026-11-22")
    got = access.answer(view_of(dataset, reach=AccessQuestion(points=kept.kept_id)))
    people = got.ground.origins["people"]
    assert people[["p1", "p2", "p3"]].tolist() == [10, 20, 30]
    assert not people.index.isin(areas.index).any()
    warnings = " ".join(access.about(view_of(dataset), got, "x").warnings)
    assert "People are at 3 points" in warnings
    assert got.kept == (kept,)
