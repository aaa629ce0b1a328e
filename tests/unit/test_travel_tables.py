"""Tables of travel and points of people that a user supplies: clear faults, whole or none, the same under its id."""

import io

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from mhgis.errors import SchemaError, StorageError, UnknownChoiceError
from mhgis.importing import travel_tables

ORIGINS, SITES = {"620102", "620103"}, {"620102", "620103", "H1"}
WAYS = '起点,终点,时间(分钟)\n620102,H1,0\n620102,620103,\n620103,H1,"1,045.5"\n'
#: two areas side by side, each a degree wide
SHAPES = gpd.GeoDataFrame(
    {"area_code": ["620102", "620103"]}, geometry=[shapely.box(103, 36, 104, 37), shapely.box(104, 36, 105, 37)],
    crs="EPSG:4326",
)  # fmt: skip
POINTS = "code,lon,lat,people\np1,103.5,36.5,1200\np2,104.5,36.5,\n"


@pytest.fixture
def kept_here(tmp_path, monkeypatch):
    monkeypatch.setenv("MHGIS_DATA", str(tmp_path))
    return tmp_path / "local" / "travel"


def ways(text=WAYS, lang="en"):
    return travel_tables.read_matrix(text.encode(), "ways.csv", ORIGINS, SITES, lang)


def faults(read, text):
    with pytest.raises(SchemaError) as caught:
        read(text)
    return [(fault.row, fault.column, fault.found) for fault in caught.value.faults]


def points(text=POINTS):
    return travel_tables.read_points(text.encode(), "points.csv", SHAPES, "en")


def test_a_table_of_travel_is_read_and_a_pair_without_a_number_is_left_out_not_zero():
    draft = ways()
    assert draft.unit == "min"
    assert draft.table.to_numpy().tolist() == [["620102", "H1", 0.0], ["620103", "H1", 1045.5]]
    assert draft.blank == 1


@pytest.mark.parametrize(
    ("heading", "unit"),
    [("minutes", "min"), ("Travel time (min)", "min"), ("km", "km"), ("distance_km", "km"), ("距离（公里）", "km"),
     ("分钟", "min")],
)  # fmt: skip
def test_the_heading_says_the_unit(heading, unit):
    assert ways(f"origin,destination,{heading}\n620102,H1,7\n620103,H1,8\n").unit == unit


@pytest.mark.parametrize("heading", ["travel time (h)", "时间（小时）", "duration (s)", "距离（米）", "distance (m)"])
def test_hours_seconds_and_metres_are_refused_not_taken_for_minutes_and_km(heading):
    found = faults(ways, f"origin,destination,{heading}\n620102,H1,7\n620103,H1,8\n")
    assert found == [(1, "C", f"a column “{heading}”")]


def test_all_faults_are_told_at_once_with_their_rows():
    rows = ["620102,H1,5", "629999,H1,5", "620103,H2,5", "620102,H1,6", "620103,H1,-1", "620103,620102,far"]
    text = "\n".join(["origin,destination,minutes", *rows])
    assert faults(ways, text) == [
        (3, "A", "'629999'"), (4, "B", "'H2'"), (5, "B", "'H1'"), (6, "C", "'-1'"), (7, "C", "'far'")
    ]  # fmt: skip


def test_a_table_without_its_columns_says_which():
    found = faults(ways, "origin,facility,cost\n620102,H1,5\n620103,H1,5\n")
    assert found == [(1, None, "no column “minutes”")]


def test_a_workbook_with_nothing_in_it_is_refused():
    empty = io.BytesIO()
    openpyxl.Workbook().save(empty)
    with pytest.raises(SchemaError, match="found nothing"):
        travel_tables.read_matrix(empty.getvalue(), "ways.xlsx", ORIGINS, SITES, "en")


def test_points_lie_in_the_area_whose_shape_holds_them_and_unknown_people_stay_unknown():
    table = points().table
    assert table["area_code"].tolist() == ["620102", "620103"]
    assert table["people"].tolist() == [1200, pd.NA]


def test_points_that_cannot_be_are_refused_together():
    text = (
        "code,lon,lat,people\np1,36.5,103.5,5\np2,103.5,36.5,-2\np2,103.5,36.5,2\np3,99,36.5,1\n620103,103.5,36.5,1\n"
    )
    assert faults(points, text) == [
        (2, "C", "'103.5'"), (3, "D", "'-2'"), (4, "A", "'p2'"), (5, "B", "'99'"), (6, "A", "'620103'")
    ]  # fmt: skip


def test_what_is_kept_is_found_again_under_its_id_with_its_checksum(kept_here):
    one = travel_tables.keep(ways(), "Road times", "Made-up office", "2026-11-22", left_out="beyond", limit=120)
    assert travel_tables.load(one.kept_id) == one
    assert travel_tables.kept("matrix") == (one,)
    assert travel_tables.kept("points") == ()
    assert travel_tables.table(one.kept_id).equals(ways().table)
    assert (kept_here / one.kept_id / travel_tables.ORIGINAL).read_text("utf-8") == WAYS
    assert one.sha256[:12] in one.origin("en").cite("en")
    # the same said again is the same; another statement about ways left out is another
    assert travel_tables.keep(ways(), "Road times", "Made-up office", "2027-01-01", left_out="beyond", limit=120) == one
    assert travel_tables.keep(ways(), "Road times", "Made-up office", "2026-11-22").kept_id != one.kept_id


def test_what_is_removed_is_gone_and_a_foreign_id_is_no_path(kept_here):
    one = travel_tables.keep(points(), "Townships", "", "2026-11-22")
    travel_tables.remove(one.kept_id)
    assert travel_tables.kept("points") == ()
    for gone in (one.kept_id, "../../cn"):
        with pytest.raises(UnknownChoiceError, match="no travel table"):
            travel_tables.load(gone)
    assert [path.name for path in kept_here.iterdir() if not path.name.startswith(".")] == []


def test_a_write_that_fails_leaves_nothing(kept_here, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mhgis.files.put_folder", full)
    with pytest.raises(StorageError, match="No space"):
        travel_tables.keep(ways(), "Road times", "", "2026-11-22")
    assert travel_tables.kept("matrix") == ()
    assert list((kept_here / ".parts").iterdir()) == []
