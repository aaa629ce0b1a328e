"""The 1,000 draws of the build, counted again by hand against the tables as printed."""

import csv

import numpy as np
import pytest

from etl import model
from mhgis import indicators, paths, store

QINGHAI, TIBET, CHONGQING = "630000", "540000", "500000"
CHAOYANG, PUDONG = "110105", "310115"
#: facilities of 2015 by kind, as printed in the text of Xie et al. 2018
KINDS = {
    "psychiatric_hospitals": 1_235, "general_hospital_departments": 1_268, "grass_roots_institutions": 293,
    "general_clinics": 53, "mental_health_clinics": 44, "rehabilitation_centres": 43,
}  # fmt: skip
NONE_WITHOUT = ("110000", "120000", "310000")


@pytest.fixture(scope="module")
def draws(published):
    codes, _ = store.ensemble("cn-modelled-2015", "beds", 2015)
    province = store.areas("county").set_index("area_code")["province_code"]
    counts = {resource: store.ensemble("cn-modelled-2015", resource, 2015)[1] for resource in indicators.RESOURCES}
    return counts | {"area_code": codes.to_numpy(), "province_code": province[codes].to_numpy(dtype=object)}


@pytest.fixture(scope="module")
def printed():
    with (paths.tables() / "province_resources.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] == "2015"]
    return {(row["area_code"], row["resource"]): int(row["value"]) for row in rows}


def test_1000_draws_break_no_published_total(draws, printed):
    violations = 0
    for code in sorted({code for code, _ in printed}):
        here = draws["province_code"] == code
        without = (draws["facilities"][:, here] == 0).sum(axis=1)
        # today's Qinghai: 45 counties and 2 facilities leave 43 without, 2 more than printed
        expected = 45 - 2 if code == QINGHAI else printed[code, "counties_without_facility"]
        violations += int((without != expected).sum())
        for resource in ("facilities", "beds"):
            violations += int((draws[resource][:, here].sum(axis=1) != printed[code, resource]).sum())
    assert draws["facilities"].shape == (1_000, 2_852)
    assert violations == 0


def test_staff_keeps_the_national_totals_and_the_eastern_shares(draws):
    east = set(store.query("SELECT area_code FROM area WHERE level = 'province' AND region = 'east'")["area_code"])
    in_east = np.isin(draws["province_code"], sorted(east))
    for resource, total, share in (("psychiatrists", 27_733, 0.4865), ("nurses", 57_591, 0.4525)):
        assert set(draws[resource].sum(axis=1)) == {total}
        assert set(draws[resource][:, in_east].sum(axis=1)) == {round(total * share)}


def test_a_county_without_a_facility_has_nothing_else(draws):
    none = draws["facilities"] == 0
    for resource in ("beds", "psychiatrists", "nurses"):
        assert draws[resource][none].sum() == 0


def test_1182_counties_are_without_in_each_draw(draws):
    assert set((draws["facilities"] == 0).sum(axis=1)) == {1_180 - 41 + 43}


def probabilities(province):
    rows = store.indicator_values("cn-modelled-2015", "county", 2015, "probability_no_facility", province)
    return rows[["value", "lower", "upper"]].to_numpy()


def test_certain_provinces_are_certain(published):
    assert probabilities(TIBET).tolist() == [[100, 100, 100]] * 74
    for code in NONE_WITHOUT:
        assert set(probabilities(code).ravel()) == {0}


def test_probabilities_sum_to_the_number_without(published):
    # in each draw of Gansu exactly 61 counties are without, so the probabilities sum to 61
    assert probabilities("620000")[:, 0].sum() / 100 == pytest.approx(61)


def test_no_modelled_value_lacks_its_status(published):
    rows = store.query(
        "SELECT status, count(*) AS n FROM indicator_value WHERE dataset_id = 'cn-modelled-2015' AND value IS NOT NULL "
        "GROUP BY status UNION ALL SELECT status, count(*) FROM resource "
        "WHERE dataset_id = 'cn-modelled-2015' AND value IS NOT NULL GROUP BY status"
    )
    assert set(rows["status"]) == {"modelled"}
    assert rows["n"].sum() > 40_000


def test_the_adjustment_is_listed(published):
    row = store.query("SELECT * FROM model_adjustment").iloc[0]
    assert row.to_dict() == {
        "area_code": QINGHAI, "counties": 45, "published_without": 41, "facilities": 2, "modelled_without": 43,
    }  # fmt: skip


def share_of_province(draws, code):
    """Return the mean over the draws of a county's share of its province's beds."""
    here = draws["province_code"] == draws["province_code"][draws["area_code"] == code]
    return (draws["beds"][:, draws["area_code"] == code].sum(axis=1) / draws["beds"][:, here].sum(axis=1)).mean()


def test_no_district_of_a_municipality_holds_most_of_its_beds(draws):
    assert 0.05 < share_of_province(draws, CHAOYANG) < 0.25
    assert 0.05 < share_of_province(draws, PUDONG) < 0.30


def test_only_proper_prefectures_have_a_seat(published):
    areas = store.query("SELECT * FROM area")
    people = store.query("SELECT level, area_code, people FROM population WHERE year = 2015")
    counties = model.counties(areas, people)
    seats = counties[counties["is_prefecture_seat"]]
    assert len(seats) == seats["prefecture_code"].nunique() == 333
    assert not set(seats["province_code"]) & {*NONE_WITHOUT, CHONGQING}
    # county-level units directly below a province, such as those of Hainan
    assert not seats["area_code"].str[2:4].eq("90").any()


def counted(draws):
    """Count areas by what the draws give them, by hand: quantity -> number in each draw."""
    prefectures = store.areas("prefecture").set_index("area_code")
    holder = store.areas("county").set_index("area_code")["parent_code"][draws["area_code"]].to_numpy(dtype=object)
    has_facility, has_beds = draws["facilities"] > 0, draws["beds"] > 0
    without = np.zeros(len(has_beds), dtype=int)
    for code in prefectures.index[prefectures["is_proper_prefecture"]]:
        without += ~has_beds[:, holder == code].any(axis=1)
    return {
        "counties_with_beds": has_beds.sum(axis=1),
        "counties_with_facility_without_beds": (has_facility & ~has_beds).sum(axis=1),
        "counties_without_beds": (~has_beds).sum(axis=1),
        "prefectures_without_beds": without,
    }


def test_the_draws_lie_on_average_within_the_bounds_of_other_years(draws):
    # in 2015 at most 2,856 - 1,180 = 1,676 counties with a facility; in 2020 533 of 2,506 such had no bed
    having, lacking = 2_856 - 1_180, (883 - 350) / (2_856 - 350)
    # halfway between 970 counties with beds in 2010 and 2,856 - 883 in 2020
    most = (970 + 2_856 - 883) / 2
    fewest = having * (1 - lacking)
    bounds = {
        "counties_with_beds": (fewest, most), "counties_without_beds": (2_856 - most, 2_856 - fewest),
        "counties_with_facility_without_beds": (having - most, having - fewest), "prefectures_without_beds": (0, 28),
    }  # fmt: skip
    told = store.query("SELECT * FROM model_calibration").set_index("quantity")
    assert set(told.index) == set(bounds)
    for quantity, numbers in counted(draws).items():
        assert bounds[quantity][0] < numbers.mean() < bounds[quantity][1]
        assert told.loc[quantity, ["lowest", "highest"]].tolist() == [round(bound) for bound in bounds[quantity]]
        ordered = sorted(numbers.tolist())
        assert told.loc[quantity, ["value", "lower", "upper"]].tolist() == [numbers.mean(), ordered[49], ordered[949]]


def test_kinds_of_facility_add_up_to_the_printed_facilities(printed):
    with (paths.tables() / "national_resources.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] == "2015"]
    figures = {row["measure"]: int(row["value"]) for row in rows if row["measure"] in KINDS}
    assert figures == KINDS
    assert sum(KINDS.values()) == 2_936 == sum(n for (_, resource), n in printed.items() if resource == "facilities")
