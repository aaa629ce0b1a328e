"""The 500 draws of the build, counted again by hand against the tables as printed."""

import csv

import numpy as np
import pytest

from mhgis import indicators, paths, store

QINGHAI, TIBET = "630000", "540000"
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


def test_500_draws_break_no_published_total(draws, printed):
    violations = 0
    for code in sorted({code for code, _ in printed}):
        here = draws["province_code"] == code
        without = (draws["facilities"][:, here] == 0).sum(axis=1)
        # today's Qinghai: 45 counties and 2 facilities leave 43 without, 2 more than printed
        expected = 45 - 2 if code == QINGHAI else printed[code, "counties_without_facility"]
        violations += int((without != expected).sum())
        for resource in ("facilities", "beds"):
            violations += int((draws[resource][:, here].sum(axis=1) != printed[code, resource]).sum())
    assert draws["facilities"].shape == (500, 2_852)
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
