"""The 2015 ensemble: every draw keeps every published total, and the draws follow the stated weights."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mhgis import paths
from mhgis.errors import ConservationError
from mhgis.measures import downscale
from mhgis.measures.facility_kinds import WITH_BEDS, Kind
from mhgis.measures.weightings import SPANS, WEIGHTINGS, Span, Weighting

#: kind of facility: facilities and beds of 2015 as printed
PRINTED = {
    "psychiatric_hospitals": (1_235, 337_900), "general_hospital_departments": (1_268, 72_900),
    "grass_roots_institutions": (293, 16_300), "rehabilitation_centres": (43, 6_129), "general_clinics": (53, 717),
    "mental_health_clinics": (44, 125),
}  # fmt: skip
NATIONAL = downscale.National(
    psychiatrists=27_733, nurses=57_591, share_psychiatrists=0.4865, share_nurses=0.4525, region="east",
    kinds=tuple(Kind(name, *numbers, WITH_BEDS[name]) for name, numbers in PRINTED.items()),
)  # fmt: skip
NO_EAST = downscale.National(psychiatrists=40, nurses=90, share_psychiatrists=0.0, share_nurses=0.0, region="east")
CENTRAL = WEIGHTINGS["central"]
PLAIN = Weighting("plain", population_exponent=1.0, urban_log_odds=0.0, seat_log_odds=0.0)


def read(name):
    return pd.read_csv(paths.tables() / f"{name}.csv", dtype={"area_code": str})


def country():
    """Build the counties and provinces of 2015 from the project's tables; the first county stands in for a seat."""
    regions = read("province_names").set_index("area_code")["region"].dropna()
    figures = read("province_resources").query("year == 2015")
    provinces = figures.pivot_table(index="area_code", columns="resource", values="value").astype("int64").reset_index()
    table = read("county_population")
    table["province_code"] = table["area_code"].str[:2] + "0000"
    table = table[table["province_code"].isin(regions.index)]
    counties = pd.DataFrame(
        {
            "area_code": table["area_code"],
            "province_code": table["province_code"],
            "people": table["people"].astype("Int64"),
            "is_urban_district": table["name_zh"].str.endswith("区"),
            "is_prefecture_seat": ~table["area_code"].str[:4].duplicated(),
        }
    )
    return counties, provinces.assign(region=provinces["area_code"].map(regions))


def town(people, *, without, facilities, beds=0, region="west", urban=(), seats=()):
    """Build one province of so many counties: A0, A1, ..."""
    codes = [f"6100{n:02d}" for n in range(1, len(people) + 1)]
    counties = pd.DataFrame(
        {
            "area_code": codes,
            "province_code": "610000",
            "people": pd.array(people, dtype="Int64"),
            "is_urban_district": [n in urban for n in range(len(people))],
            "is_prefecture_seat": [n in seats for n in range(len(people))],
        }
    )
    province = {"area_code": "610000", "region": region, "facilities": facilities, "beds": beds}
    return counties, pd.DataFrame([province | {"counties_without_facility": without}])


@pytest.fixture(scope="module")
def published():
    return country()


@pytest.fixture(scope="module")
def ensemble(published):
    return downscale.draw(*published, NATIONAL, CENTRAL)


def test_all_1000_draws_keep_all_published_totals(ensemble, published):
    assert ensemble.n_draws == 1_000
    assert ensemble.facilities.shape == (1_000, 2852)
    assert len(downscale.violations(ensemble, published[1], NATIONAL)) == 0


def test_totals_again_by_plain_sums(ensemble, published):
    # an oracle that shares nothing with `violations`
    counties, provinces = published
    assert (ensemble.facilities.sum(axis=1) == 2936).all()
    assert (ensemble.beds.sum(axis=1) == 433_090).all()
    assert (ensemble.psychiatrists.sum(axis=1) == 27_733).all()
    assert (ensemble.nurses.sum(axis=1) == 57_591).all()
    assert ((ensemble.facilities == 0).sum(axis=1) == 1182).all()  # 1180 published + 2 of Qinghai
    for row in provinces.itertuples():
        here = np.isin(ensemble.area_code, counties.loc[counties["province_code"] == row.area_code, "area_code"])
        assert (ensemble.facilities[:, here].sum(axis=1) == row.facilities).all()
        assert (ensemble.beds[:, here].sum(axis=1) == row.beds).all()
        expected = 43 if row.area_code == "630000" else row.counties_without_facility
        assert ((ensemble.facilities[:, here] == 0).sum(axis=1) == expected).all()


def test_staff_of_the_east_keeps_its_published_share(ensemble, published):
    eastern = published[1].query("region == 'east'")["area_code"]
    here = np.isin(ensemble.province_code, eastern)
    assert (ensemble.psychiatrists[:, here].sum(axis=1) == 13_492).all()  # 0.4865 x 27,733 = 13,492.1
    assert (ensemble.nurses[:, here].sum(axis=1) == 26_060).all()  # 0.4525 x 57,591 = 26,059.9


def test_nothing_is_held_where_there_is_no_facility(ensemble):
    none = ensemble.facilities == 0
    for resource in ("beds", "psychiatrists", "nurses"):
        assert ensemble.counts(resource)[none].sum() == 0
        assert ensemble.counts(resource).min() == 0


def test_qinghai_is_the_one_adjustment(ensemble):
    # 45 counties now, 41 published without, 2 facilities: 45 - 41 = 4 > 2, so 45 - 2 = 43 are without
    assert ensemble.adjustments.to_dict("records") == [
        {
            "province_code": "630000",
            "counties": 45,
            "facilities": 2,
            "beds": 218,
            "published_without": 41,
            "used_without": 43,
            "excess": 2,
        }
    ]


def test_tibet_is_certain_and_so_are_the_municipalities(ensemble):
    probability = downscale.probability_without(ensemble).set_index("area_code")["probability"]
    tibet = probability[probability.index.str.startswith("54")]
    assert len(tibet) == 74
    assert (tibet == 1).all()
    for municipality in ("11", "12", "31"):
        assert (probability[probability.index.str.startswith(municipality)] == 0).all()
    assert probability.sum() == pytest.approx(1182)


def test_same_seed_same_bytes_and_another_seed_others(published):
    one, two = (downscale.draw(*published, NATIONAL, CENTRAL, n_draws=20) for _ in range(2))
    other = downscale.draw(*published, NATIONAL, CENTRAL, n_draws=20, seed=2016)
    for resource in downscale.RESOURCES:
        assert one.counts(resource).tobytes() == two.counts(resource).tobytes()
        assert one.counts(resource).tobytes() != other.counts(resource).tobytes()
        assert one.counts(resource).dtype == np.int32
        assert not one.counts(resource).flags.writeable


def test_the_order_of_rows_does_not_matter(published):
    counties, provinces = published
    shuffled = (counties.sample(frac=1, random_state=1), provinces.sample(frac=1, random_state=2))
    one = downscale.draw(counties, provinces, NATIONAL, CENTRAL, n_draws=20)
    two = downscale.draw(*shuffled, NATIONAL, CENTRAL, n_draws=20)
    assert (one.area_code == two.area_code).all()
    for resource in downscale.RESOURCES:
        assert one.counts(resource).tobytes() == two.counts(resource).tobytes()


def test_a_province_more_does_not_shift_the_others(published):
    counties, provinces = published
    some = counties[counties["province_code"] != "150000"], provinces[provinces["area_code"] != "150000"]
    any_kind = replace(NATIONAL, kinds=())  # kinds are the country's, and so are beds
    whole = downscale.draw(counties, provinces, any_kind, CENTRAL, n_draws=20)
    part = downscale.draw(*some, any_kind, CENTRAL, n_draws=20)
    kept = whole.province_code != "150000"
    assert (whole.facilities[:, kept] == part.facilities).all()


def test_weightings_have_streams_of_their_own():
    counties, provinces = town([100] * 30, without=15, facilities=15)
    named = [replace(PLAIN, name=name) for name in ("one", "two")]
    one, two = (downscale.draw(counties, provinces, NO_EAST, w, n_draws=20) for w in named)
    assert (one.facilities != two.facilities).any()


def successive_sampling(weights, k):
    """Enumerate ordered samples: each next unit with probability weight / weight left; sum by unit."""
    inclusion = np.zeros(len(weights))
    for order in itertools.permutations(range(len(weights)), k):
        left, probability = sum(weights), 1.0
        for unit in order:
            probability *= weights[unit] / left
            left -= weights[unit]
        inclusion[list(order)] += probability
    return inclusion


@pytest.mark.parametrize("having", [1, 2])
def test_inclusion_follows_successive_sampling(having):
    counties, provinces = town([100, 200, 500], without=3 - having, facilities=having)
    drawn = downscale.draw(counties, provinces, NO_EAST, PLAIN, n_draws=40_000)
    expected = successive_sampling([100, 200, 500], having)
    if having == 1:
        assert expected == pytest.approx([1 / 8, 2 / 8, 5 / 8])
    found = 1 - downscale.probability_without(drawn)["probability"].to_numpy()
    # five standard errors of a share: 5 x sqrt(0.25 / 40,000) = 0.0125
    assert found == pytest.approx(expected, abs=0.0125)


def test_weights_multiply_population_district_and_seat():
    counties, _ = town([100, 300, 100, 100], without=1, facilities=3, urban=(2, 3), seats=(3,))
    weighting = Weighting("odds", 0.5, np.log(2), np.log(5))
    weights = np.exp(downscale.log_weights(counties, weighting))
    assert weights == pytest.approx([10, np.sqrt(300), 10 * 2, 10 * 2 * 5])


def test_unknown_population_takes_the_smallest_known_weight():
    counties, _ = town([None, 300, 200], without=1, facilities=2, seats=(0,))
    assert np.exp(downscale.log_weights(counties, replace(PLAIN, seat_log_odds=np.log(4)))) == pytest.approx(
        [200, 300, 200]
    )
    nobody, _ = town([None, None], without=1, facilities=1)
    assert list(downscale.log_weights(nobody, PLAIN)) == [0, 0]
    empty, _ = town([0, 10], without=1, facilities=1)
    assert np.exp(downscale.log_weights(empty, PLAIN)) == pytest.approx([1, 10])


def test_further_facilities_fall_by_weight():
    # both counties have one; the 300 others fall 1 : 3
    counties, provinces = town([100, 300], without=0, facilities=302)
    drawn = downscale.draw(counties, provinces, NO_EAST, PLAIN, n_draws=4000)
    assert drawn.facilities.mean(axis=0) == pytest.approx([1 + 75, 1 + 225], abs=1)
    assert drawn.facilities.min() >= 1


def test_larger_sizes_draw_more_beds():
    counties, provinces = town([100, 100], without=0, facilities=2, beds=1000, seats=(0,))
    even = downscale.draw(counties, provinces, NO_EAST, replace(PLAIN, size_shape=50.0), n_draws=500)
    larger = downscale.draw(counties, provinces, NO_EAST, replace(PLAIN, size_shape=50.0, seat_size=3.0), n_draws=500)
    assert even.beds[:, 0].mean() == pytest.approx(500, abs=20)
    assert larger.beds[:, 0].mean() == pytest.approx(750, abs=20)


def test_one_county_holds_everything():
    drawn = downscale.draw(*town([500], without=0, facilities=4, beds=70), NO_EAST, CENTRAL, n_draws=3)
    for resource, total in {"facilities": 4, "beds": 70, "psychiatrists": 40, "nurses": 90}.items():
        assert drawn.counts(resource).tolist() == [[total]] * 3


def test_all_without_and_none_without():
    nobody = replace(NO_EAST, psychiatrists=0, nurses=0)
    empty = downscale.draw(*town([5, 6], without=2, facilities=0), nobody, CENTRAL, n_draws=3)
    assert downscale.probability_without(empty)["probability"].tolist() == [1, 1]
    full = downscale.draw(*town([5, 6], without=0, facilities=2), NO_EAST, CENTRAL, n_draws=3)
    assert downscale.probability_without(full)["probability"].tolist() == [0, 0]
    assert full.adjustments.empty


@pytest.mark.parametrize(
    ("without", "facilities", "beds", "said"),
    [
        (3, 1, 0, "3 without, of 2 counties"),
        (2, 1, 0, "every county is without"),
        (2, 0, 5, "no facility to hold them"),
        (0, -1, 0, "below zero"),
    ],
)
def test_what_cannot_be_met_is_said(without, facilities, beds, said):
    with pytest.raises(ConservationError, match=said):
        downscale.draw(*town([5, 6], without=without, facilities=facilities, beds=beds), NO_EAST, CENTRAL)


def test_staff_without_any_facility_cannot_be_met():
    half = replace(NO_EAST, share_nurses=0.5)
    with pytest.raises(ConservationError, match="45 nurses"):
        downscale.draw(*town([5, 6], without=1, facilities=1), half, CENTRAL, n_draws=2)


def test_missing_figures_and_unknown_provinces_are_refused():
    counties, provinces = town([5, 6], without=1, facilities=1)
    with pytest.raises(ConservationError, match="missing or given twice"):
        downscale.draw(counties, pd.concat([provinces, provinces]), NO_EAST, CENTRAL)
    with pytest.raises(ConservationError, match="990000"):
        downscale.draw(counties.assign(province_code="990000"), provinces, NO_EAST, CENTRAL)
    with pytest.raises(ConservationError, match="unique"):
        downscale.draw(pd.concat([counties, counties]), provinces, NO_EAST, CENTRAL)


def broken(ensemble, resource, change):
    counts = ensemble.counts(resource).copy()
    change(counts)
    return replace(ensemble, **{resource: counts})


def first_with_facility(ensemble, draw):
    return int(np.flatnonzero(ensemble.facilities[draw])[0])


def test_a_bed_too_many_is_reported(ensemble, published):
    def add_one(beds):
        beds[7, first_with_facility(ensemble, 7)] += 1

    found = downscale.violations(broken(ensemble, "beds", add_one), published[1], NATIONAL)
    assert found[["province_code", "rule", "draws", "first_draw", "found", "expected"]].to_numpy().tolist() == [
        ["110000", "beds", 1, 7, 10_561, 10_560]
    ]


def test_a_facility_moved_to_an_empty_county_is_reported(ensemble, published):
    hebei = np.flatnonzero(ensemble.province_code == "130000")
    empty = hebei[ensemble.facilities[3, hebei] == 0][0]
    several = hebei[ensemble.facilities[3, hebei] > 1][0]

    def move(facilities):
        facilities[3, several] -= 1
        facilities[3, empty] += 1

    found = downscale.violations(broken(ensemble, "facilities", move), published[1], NATIONAL)
    assert found["rule"].tolist() == ["counties without a facility"]
    assert found[["found", "expected"]].to_numpy().tolist() == [[58, 59]]


def test_staff_out_of_place_is_reported(ensemble, published):
    tibet = int(np.flatnonzero(ensemble.province_code == "540000")[0])
    beijing = first_with_facility(ensemble, 0)

    def move_west(nurses):
        nurses[:, beijing] -= 1
        nurses[:, tibet] += 1

    found = downscale.violations(broken(ensemble, "nurses", move_west), published[1], NATIONAL)
    assert set(found["rule"]) >= {"nurses of the region", "counties with nurses but no facility"}
    assert (found["draws"] > 0).all()


def test_summary_of_known_draws():
    base = downscale.draw(*town([10, 20, 30], without=0, facilities=3), NO_EAST, CENTRAL, n_draws=20)
    beds = np.tile(np.arange(1, 21, dtype=np.int32)[:, None], (1, 3))  # draws of 1, 2, ..., 20 in each county
    groups = pd.Series(["a", "a", None], index=base.area_code)
    table = downscale.summarise(replace(base, beds=beds), groups).set_index(["group", "resource"])
    # the two counties of `a` add up to 2, 4, ..., 40: the 10th, the 1st and the 19th of 20
    assert table.loc[("a", "beds")].tolist() == [20, 2, 38]
    assert table.index.get_level_values("group").unique().tolist() == ["a"]


def test_quantiles_agree_with_numpy(ensemble):
    groups = pd.Series(ensemble.province_code, index=ensemble.area_code)
    table = downscale.summarise(ensemble, groups).query("resource == 'psychiatrists'").set_index("group")
    gansu = ensemble.psychiatrists[:, ensemble.province_code == "620000"].sum(axis=1)
    oracle = np.quantile(gansu, [0.5, 0.05, 0.95], method="inverted_cdf")
    assert table.loc["620000", ["value", "lower", "upper"]].tolist() == oracle.tolist()


def test_summaries_of_published_totals_have_no_range(ensemble):
    groups = pd.Series(ensemble.province_code, index=ensemble.area_code)
    beds = downscale.summarise(ensemble, groups).query("resource == 'beds'")
    assert (beds["lower"] == beds["upper"]).all()
    assert beds["value"].sum() == 433_090


def test_people_without_a_facility():
    counties, provinces = town([10, 200, None], without=2, facilities=1)
    base = downscale.draw(counties, provinces, NO_EAST, CENTRAL, n_draws=4)
    facilities = np.array([[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]], dtype=np.int32)
    people = counties.set_index("area_code")["people"]
    groups = pd.Series(["a", "a", "b"], index=base.area_code)
    table = downscale.people_without(replace(base, facilities=facilities), people, groups).set_index("group")
    # without in the four draws: 200, 10, 10, 10 + 200
    assert table.loc["a", ["value", "lower", "upper"]].tolist() == [10, 10, 210]
    assert table.loc["a", "expected"] == (200 + 10 + 10 + 210) / 4
    assert table.loc["a", ["people", "counties_unknown"]].tolist() == [210, 0]
    assert table.loc["b", ["value", "lower", "upper", "expected", "people"]].isna().all()
    assert table.loc["b", "counties_unknown"] == 1


def test_people_without_add_up_to_the_expected_share(ensemble, published):
    people = published[0].set_index("area_code")["people"]
    country = pd.Series("all", index=ensemble.area_code)
    probability = downscale.probability_without(ensemble).set_index("area_code")["probability"]
    expected = (probability * people.astype("Float64")).sum()
    assert downscale.people_without(ensemble, people, country).loc[0, "expected"] == pytest.approx(expected)


def test_each_draw_has_a_weighting_of_its_own_within_the_stated_spans():
    drawn = CENTRAL.drawn(np.random.default_rng(1), 4_000)
    for part, span in SPANS.items():
        values = getattr(drawn, part)
        assert values.shape == (4_000, 1)
        assert span.lowest <= values.min() < values.max() <= span.highest
        # the mean of a triangular distribution
        assert values.mean() == pytest.approx((span.lowest + span.likeliest + span.highest) / 3, abs=0.05)
    assert PLAIN.drawn(np.random.default_rng(1), 4_000) is PLAIN


def test_the_spans_reach_from_flat_to_urban():
    for part, span in SPANS.items():
        if part == "size_shape":
            continue
        ends = [getattr(WEIGHTINGS[name], part) for name in ("flat", "urban")]
        assert [span.lowest, min(span.highest, 1.0 if part == "population_exponent" else np.inf)] == ends


def test_a_weighting_a_draw_weighs_each_draw_by_its_own():
    counties, _ = town([100, 300], without=0, facilities=2, seats=(1,))
    weighting = replace(PLAIN, population_exponent=np.array([[0.0], [1.0]]), seat_log_odds=np.log([[5.0], [1.0]]))
    assert np.exp(downscale.log_weights(counties, weighting)) == pytest.approx(np.array([[1, 5], [100, 300]]))


def test_the_range_carries_the_weighting():
    # one facility for 100 and 10,000 people: 1 : 100 or 1 : 1, or anything between
    counties, provinces = town([100, 10_000], without=1, facilities=1)
    mixed = replace(CENTRAL, spans=SPANS | {"population_exponent": Span(0.0, 0.0, 1.0)})
    share = (
        1
        - downscale.probability_without(downscale.draw(counties, provinces, NO_EAST, mixed, n_draws=20_000))[
            "probability"
        ].iloc[0]
    )
    exponent = np.linspace(0, 1, 10_001)
    odds = 100.0**exponent
    density = 2 * (1 - exponent)
    assert share == pytest.approx((density / (1 + odds)).mean(), abs=0.0175)  # five standard errors


def test_kinds_of_facility_are_the_published_ones_in_every_draw(ensemble):
    assert ensemble.facilities_of_kind.shape == (1_000, 6)
    assert (ensemble.facilities_of_kind == [facilities for facilities, _ in PRINTED.values()]).all()
    # printed beds add up to 434,071, so their proportions are kept
    expected = np.array([beds for _, beds in PRINTED.values()]) * 433_090 / 434_071
    assert ensemble.beds_of_kind.mean(axis=0) == pytest.approx(expected, rel=0.001, abs=11)
    assert (ensemble.beds_of_kind.sum(axis=1) == 433_090).all()


def test_a_kind_too_many_is_refused_and_reported(published, ensemble):
    more = replace(NATIONAL, kinds=(*NATIONAL.kinds, Kind("another", 1, 1, (1.0, 1.0))))
    with pytest.raises(ConservationError, match="2937 facilities are published by kind and 2936 by province"):
        downscale.draw(*published, more, CENTRAL, n_draws=2)
    counted = ensemble.facilities_of_kind.copy()
    counted[5, 3] += 1
    broken_rules = downscale.violations(replace(ensemble, facilities_of_kind=counted), published[1], NATIONAL)
    assert broken_rules[["rule", "draws", "first_draw", "found", "expected"]].to_numpy().tolist() == [
        ["rehabilitation_centres", 1, 5, 44, 43]
    ]


def test_facilities_without_beds_exist_and_a_province_with_beds_has_them_somewhere(ensemble, published):
    assert ((ensemble.facilities > 0) & (ensemble.beds == 0)).any(axis=1).all()
    qinghai = ensemble.province_code == "630000"
    assert (ensemble.beds[:, qinghai].sum(axis=1) == 218).all()


def test_hospitals_and_beds_go_to_the_seat_more_often():
    counties, provinces = town([100] * 10, without=0, facilities=10, beds=1_000, seats=(0,))
    kinds = (Kind("hospital", 2, 900, (1.0, 1.0)), Kind("clinic", 8, 100, (0.0, 0.0)))
    alike, towards = (
        downscale.draw(
            counties,
            provinces,
            replace(NO_EAST, kinds=kinds),
            replace(PLAIN, seat_hospital_log_odds=odds),
            n_draws=8_000,
        )
        for odds in (0.0, np.log(4))
    )
    # two of ten counties have a hospital, and of the clinics one, which is given a bed, in every draw
    assert (alike.beds[:, 0] > 0).mean() == pytest.approx(3 / 10, abs=0.026)
    # first drawn with 4 / 13, second with 4 / 12 of what is left without it; one clinic of eight has a bed
    hospital = 4 / 13 + 9 / 13 * 4 / 12
    assert (towards.beds[:, 0] > 0).mean() == pytest.approx(hospital + (1 - hospital) / 8, abs=0.028)
