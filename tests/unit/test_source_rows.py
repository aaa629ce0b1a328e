"""Can a figure be followed to the cell it was entered in?"""

import pandas as pd
import pytest

from etl import tables
from etl.source_rows import COLUMNS, source_rows
from mhgis import paths

CHINA = "100000"


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """The rows of the project's own tables."""
    return source_rows(tables.read_all(paths.ROOT / "data" / "cn"), CHINA)


def test_a_row_says_where_it_stands_and_what_was_entered(rows):
    found = rows[rows["area_code"].eq("620000") & rows["quantity"].eq("beds")]
    assert found[["file", "area_level", "year", "entered"]].to_numpy().tolist() == [
        ["province_resources", "province", 2015, "3596"]
    ]
    line = int(found["line"].iloc[0])
    # the headings are row 1 of the file
    cells = (paths.ROOT / "data" / "cn" / "province_resources.csv").read_text("utf-8").splitlines()[line - 1].split(",")
    assert (cells[0], cells[2], cells[3], cells[4]) == ("620000", "beds", "2015", "3596")
    assert found["row_key"].iloc[0] == "area_code=620000;resource=beds;year=2015"
    assert found["origin_id"].iloc[0] == "shi2019"


def test_a_corrected_cell_keeps_what_was_entered_beside_what_is_used(rows):
    found = rows[rows["used"].notna() & rows["quantity"].eq("beds")].iloc[0]
    assert (found["entered"], found["used"]) == ("218100", "228100")
    assert "109.34 %" in found["reason"]


def test_an_empty_cell_stays_empty_and_every_row_is_told_once(rows):
    assert tuple(rows.columns) == COLUMNS
    assert not rows.duplicated(["file", "line"]).any()
    without = rows[rows["file"].eq("county_population") & rows["entered"].isna()]
    assert without["note_en"].unique().tolist() == ["missing"]


def test_the_value_of_a_country_names_the_medians_it_goes_into(rows):
    found = rows[rows["file"].eq("who_country_values")].set_index("row_key")
    assert len(found) == 1327
    china = found.loc["iso3=CHN;measure=psychiatrists", "part_of"].split(";")
    assert china == ["who2017-world-psychiatrists", "who2017-uppermiddle-psychiatrists", "who2017-wpr-psychiatrists"]
    # Angola has no income group, and a sum takes each country's own parts
    assert found.loc["iso3=AGO;measure=psychiatrists", "part_of"].split(";") == [
        "who2017-world-psychiatrists", "who2017-afr-psychiatrists"
    ]  # fmt: skip
    of_all = found.index[found["part_of"].str.contains("high-all-beds", na=False)]
    # 19 countries that report both kinds of hospital beds, which are entered as one sum, and community beds
    assert len(of_all) == 2 * 19
    # n=41 countries with a value, says the note of the benchmark
    of_middle = found["part_of"].str.split(";").map(lambda ids: "who2017-uppermiddle-psychiatrists" in ids)
    values = sorted(found.loc[of_middle, "entered"].astype(float))
    assert (len(values), round(values[20], 3)) == (41, 2.134)
    assert found.loc["iso3=JPN;measure=mental_hospitals", ["entered", "used"]].tolist() == ["8.3141", "0.83141"]


def test_a_pack_with_plain_tables_has_rows_too():
    found = source_rows(tables.read_all(paths.ROOT / "tests" / "packs" / "testland"), "TL")
    assert set(found["file"]) == {"population", "resources", "benchmarks"}
    assert found.loc[found["file"].eq("population"), "quantity"].unique().tolist() == ["people"]
    assert found["origin_id"].notna().all()
