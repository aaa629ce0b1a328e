"""The drawer without a browser: a published, a modelled and an imported figure, each down to its rows."""

import hashlib

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from mhgis import paths
from mhgis.importing import library
from tests.data.made_import import PROVINCE, TITLE, counties, draft
from tests.markdown import read
from tests.pages.conftest import TIMEOUT_S

GANSU = {"data": "cn-published", "level": "province", "ind": "beds_per_100k", "year": "2015", "area": "620000"}


def open_drawer(app: AppTest) -> str:
    """Open the first drawer of a page and return what then is written, on the page and in it."""
    control = next(one for one in app.button if str(one.key).startswith("origin_"))
    control.click().run()
    assert [error.message for error in app.exception] == []
    return read("\n".join(str(one.value) for one in (*app.markdown, *app.code, *app.caption, *app.warning)))


def rows_of(app: AppTest, heading: str) -> pd.DataFrame:
    """Return the table of the drawer that has a column."""
    return next(table.value for table in app.dataframe if heading in table.value.columns)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_published_rate_leads_to_the_cells_it_was_entered_in(open_page, lang):
    app = open_page("map", lang=lang, **GANSU)
    said = open_drawer(app)
    table, entered, row = {"en": ("Table", "As entered", "Row"), "zh": ("数据表", "录入值", "行")}[lang]
    found = rows_of(app, entered)
    beds = found[found[table].eq("province_resources.csv")]
    assert beds[entered].tolist() == ["3596"]
    lines = (paths.ROOT / "data" / "cn" / "province_resources.csv").read_text("utf-8").splitlines()
    assert lines[beds[row].iloc[0] - 1] == "620000,甘肃省,beds,2015,3596,shi2019"
    # the people of the middle of 2015 lie between two censuses
    assert sorted(found.loc[found[table].eq("province_population.csv"), entered]) == ["25019831", "25575263"]
    assert "@misc{shi2019," in said
    assert "@misc{mundt2022," in said


def test_a_slip_of_the_source_is_shown_beside_what_was_used(open_page):
    app = open_page("overview", lang="en")
    control = [one for one in app.button if str(one.key).startswith("origin_")][1]
    control.click().run()
    found = rows_of(app, "Used instead")
    slip = found[found["Used instead"].notna()]
    assert slip[["As entered", "Used instead"]].to_numpy().tolist() == [["218100", "228100"]]
    assert "109.34" in slip["Why corrected"].iloc[0]


def test_a_derived_median_leads_on_to_the_values_of_its_countries(open_page):
    asked = {"ind": "psychiatrists_per_100k", "year": "2015", "bench": "who2017-uppermiddle-psychiatrists"}
    app = open_page("overview", lang="en", data="cn-published", **asked)
    control = [one for one in app.button if str(one.key).startswith("origin_")][3]
    control.click().run()
    said = read("\n".join(str(one.value) for one in app.caption))
    assert "41 values of countries stand behind the medians" in said
    rows, parts = (table.value for table in app.dataframe if "As entered" in table.value.columns)
    assert rows["Table"].eq("benchmarks.csv").sum() == 1
    assert set(parts["Table"]) == {"who_country_values.csv"}
    # the middle one of 41 is the 21st
    assert f"{sorted(parts['As entered'].astype(float))[20]:.3f}" == "2.134"


def test_the_country_against_each_benchmark_leads_to_its_own_count(open_page):
    app = open_page("benchmarks", lang="en", data="cn-published", level="province", ind="psychiatrists_per_100k")
    said = open_drawer(app)
    found = rows_of(app, "As entered")
    assert found.loc[found["What"].eq("Psychiatrists"), ["Area", "As entered"]].to_numpy().tolist() == [
        ["China", "27733"]
    ]  # fmt: skip
    # no source of another figure than its own
    assert "@misc{pmc5980243," in said
    assert "@misc{xie2018," not in said


def test_a_modelled_county_leads_to_the_totals_of_its_province(open_page):
    app = open_page("map", lang="en", data="cn-modelled-2015", level="county", ind="beds", year="2015", area="620102")
    said = open_drawer(app)
    found = rows_of(app, "As entered")
    entered = dict(zip(found["What"] + ", " + found["Area"], found["As entered"], strict=True))
    assert entered["Psychiatric beds, Gansu"] == "3596"
    assert entered["Counties without a facility, Gansu"] == "61"
    assert "many times by chance" in said
    assert "Modelled · says nothing certain about any one county" in said


def test_what_nobody_published_has_no_row_and_says_so(open_page):
    app = open_page("map", lang="en", data="cn-published", level="county", ind="beds", year="2015", area="620102")
    assert "No row: nobody has published this figure" in open_drawer(app)


def test_an_imported_figure_leads_to_its_file_and_decisions(published, tmp_path, monkeypatch):
    (tmp_path / "published").symlink_to(published.file.parent.resolve())
    monkeypatch.setenv("MHGIS_DATA", str(tmp_path))
    dataset = library.save(draft()).dataset_id
    app = AppTest.from_file(paths.ROOT / "app.py", default_timeout=TIMEOUT_S)
    asked = {"data": dataset, "level": "county", "ind": "beds", "year": "2023", "lang": "en", "in": PROVINCE,
             "area": counties()[1]}  # fmt: skip
    for key, value in asked.items():
        app.query_params[key] = value
    app.run()
    app.switch_page("pages/map.py").run()
    said = open_drawer(app)
    for text in ("register.csv", hashlib.sha256(b"made up").hexdigest(), "Test office", "2026-11-22", TITLE):
        assert text in said
    assert "Imported · our own figures" in said
    # the four facilities of the county, by the identifiers of the file
    assert rows_of(app, "Identifier")["Identifier"].tolist() == ["t004", "t005", "t006", "t007"]
