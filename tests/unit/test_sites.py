"""Next sites: the sums by hand on a road of towns, draws against one draw at a time, the unknown left alone."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mhgis.measures import access
from mhgis.measures.access import AccessQuestion, Ground
from mhgis.planning import sites
from mhgis.planning.allocate import UnsolvableError
from mhgis.planning.sites import SitesQuestion
from tests.unit.test_distance import points

#: six towns of a meridian, three in each province; care, where there is any, is at a
KM = [0, 60, 200, 260, 400, 430]
TOWNS = points("abcdef", KM).assign(
    people=pd.array([9_000, 2_000, 4_000, 1_000, 3_000, 500], dtype="Int64"), province_code=list("NNNSSS")
)
INSIDE = pd.Series(data=True, index=TOWNS.index)
ONE = SitesQuestion(sites=1, reach=100)


def ground(amounts=(5, 0, 0, 0, 0, 0), draws=None, people=None):
    towns = TOWNS if people is None else TOWNS.assign(people=pd.array(people, dtype="Int64"))
    return Ground(towns, towns.assign(amount=pd.array(amounts, dtype="Int64"), area_code=towns.index), draws)


def proposed(on, question=ONE, inside=INSIDE, **more):
    return sites.propose(on, access.distances(on, AccessQuestion(borders=question.borders)), question, inside, **more)


def test_one_site_goes_where_most_people_are_out_of_reach():
    found = proposed(ground())
    # c and d are 60 km apart, e and f 30: 5,000 people against 3,500
    assert found.sites["people"].tolist() == [5_000]
    assert found.reached == sites.Span(5_000, 5_000, 5_000)
    assert found.left == sites.Span(3_500, 3_500, 3_500)
    assert found.answer.is_proven
    assert found.fate[["a", "b", "e", "f"]].tolist() == ["before", "before", "left", "left"]
    assert sorted(found.fate[["c", "d"]]) == ["new", "site"]
    assert found.sites["again"].isna().all()


def test_people_of_areas_below_the_benchmark_can_count_more():
    below = np.array([[False, False, False, False, True, True]])
    found = proposed(ground(), replace(ONE, weight=200), below=below)
    assert set(found.sites.index) <= {"e", "f"}
    assert found.reached.value == 3_500


def test_forced_forbidden_and_quotas_hold():
    assert set(proposed(ground(), replace(ONE, forced=("a",))).sites.index) == {"a"}
    assert set(proposed(ground(), replace(ONE, forbidden=("c", "d"))).sites.index) <= {"e", "f"}
    two = replace(ONE, sites=2, quota=1)
    assert sorted(TOWNS["province_code"][proposed(ground(), two).sites.index]) == ["N", "S"]
    with pytest.raises(UnsolvableError, match="3 new sites cannot be chosen"):
        proposed(ground(), replace(ONE, sites=3, quota=1))


def test_only_the_place_gets_sites_and_only_its_people_count():
    south = TOWNS["province_code"].eq("S")
    found = proposed(ground(), inside=south)
    assert set(found.sites.index) <= {"e", "f"}
    assert found.fate.index.tolist() == list("def")
    # d is out of reach and on its own
    assert (found.reached.value, found.left.value) == (3_500, 1_000)


def test_closed_borders_keep_a_site_to_its_province():
    found = proposed(ground(), replace(ONE, borders="closed"))
    # c alone has 4,000; d, e and f have no care in their province: e and f together 3,500
    assert found.sites["people"].to_dict() == {"c": 4_000}


def test_what_a_site_holds_limits_whom_it_serves():
    # 1 bed for 1,000 people at 100 per 100,000: 2 beds serve 2,000
    found = proposed(ground(), replace(ONE, beds=2), benchmark=100.0)
    assert found.answer.value == pytest.approx(2_000)
    enough = proposed(ground(), replace(ONE, beds=50), benchmark=100.0)
    assert enough.answer.value == pytest.approx(5_000)


def test_least_mean_and_least_worst_start_from_the_care_there_is():
    mean = proposed(ground(), replace(ONE, goal="mean"))
    # nobody counts as further than 400 km
    km_of_people = 60 * 2_000 + 200 * 4_000 + 260 * 1_000 + 400 * 3_500
    assert mean.answer.before == pytest.approx(km_of_people / 19_500)
    # at d: c 200 -> 60, d 260 -> 0, e 400 -> 140, f 400 -> 170
    assert mean.answer.sites == ("d",)
    saved = 140 * 4_000 + 260 * 1_000 + 260 * 3_000 + 230 * 500
    assert mean.answer.value == pytest.approx((km_of_people - saved) / 19_500)
    worst = proposed(ground(), replace(ONE, goal="worst"))
    # with d or e: c stays 200 km from a, or 60 from d, and f 170 from d; the least worst is d with 170
    assert worst.answer.value == pytest.approx(170, abs=1e-6)
    assert worst.answer.sites == ("d",)


def test_the_fewest_sites_for_a_share_count_who_is_reached_already():
    fewest = replace(ONE, goal="fewest")
    assert proposed(ground(), replace(fewest, share=56)).answer.sites == ()
    # 11,000 of 19,500 are within reach; 80 % are 15,600
    assert proposed(ground(), replace(fewest, share=80)).answer.value == 1
    assert proposed(ground(), replace(fewest, share=100)).answer.value == 2


def test_an_unknown_place_is_neither_a_gap_nor_a_site():
    found = proposed(ground(amounts=(5, 0, pd.NA, 0, 0, 0)))
    # c may have care: c and d may be within reach
    assert found.fate[["c", "d"]].tolist() == ["unknown", "unknown"]
    assert (found.areas_unknown, found.people_unknown) == (2, 5_000)
    assert found.need.table.loc["c", "weight"] == 0
    assert set(found.sites.index) <= {"e", "f"}
    assert (found.reached.value, found.left.value) == (3_500, 0)


def test_who_is_not_known_and_lies_near_a_new_site_is_surely_within_reach():
    found = proposed(ground(amounts=(5, 0, 0, pd.NA, 0, 0)), replace(ONE, sites=2, forced=("c",)))
    # d may have care, so that c and d may be within reach already; of c, 60 km away, it is known that it has none
    assert found.assured.tolist() == ["c", "d"]
    assert found.sites.loc["c", ["people", "assured"]].tolist() == [0, 2]
    assert found.sites["people"].sum() == found.reached.value == 3_500
    one = proposed(ground(amounts=(5, 0, 0, pd.NA, 0, 0)))
    assert (one.areas_unknown, one.assured.tolist()) == (2, [])
    assert one.sites["assured"].tolist() == [0]


def test_an_area_without_a_population_figure_counts_for_nobody():
    found = proposed(ground(people=[9_000, 2_000, 4_000, 1_000, pd.NA, 500]))
    assert found.fate["e"] == "unknown"
    assert (found.reached.value, found.left.value) == (5_000, 500)


def test_over_draws_the_worth_is_the_mean_and_the_result_has_a_range():
    draws = np.zeros((100, 6), dtype=np.int32)
    draws[:, :2] = 5
    draws[:80, 2] = 5
    short = replace(ONE, reach=25)
    found = proposed(ground(draws=draws), short)
    # out of reach: c with 4,000 in 20 of 100 draws, e with 3,000 in all
    assert found.need.table["weight"].tolist() == pytest.approx([0, 0, 800, 1_000, 3_000, 500])
    assert found.answer.sites == ("e",)
    assert found.reached == sites.Span(3_000, 3_000, 3_000)
    assert found.left == sites.Span(1_500, 1_500, 5_500)
    # in the draws without care at c it is c that is chosen
    assert found.sites["again"].tolist() == pytest.approx([80])
    for draw, best in ((0, "e"), (99, "c")):
        assert proposed(ground(draws=draws[[draw]]), short).answer.sites == (best,)


def test_the_same_question_has_the_same_answer():
    draws = np.random.default_rng(1).integers(0, 2, (60, 6)).astype(np.int32)
    one, two = (proposed(ground(draws=draws), replace(ONE, sites=2)) for _ in range(2))
    pd.testing.assert_frame_equal(one.sites, two.sites)
    assert one.answer == two.answer


def test_a_question_is_read_from_its_text_as_it_was_written():
    asked = SitesQuestion("fewest", 20, 50, 90, "closed", 200, 3, 60, "west", ("a", "b"), ("c",))
    assert SitesQuestion.parse(str(asked)) == asked
    assert str(SitesQuestion()) == ""
    for nonsense in ("forced-", "forced-a..b", "region-a.b", "forced-<b>", "sites-0", "forced-a,forced-b", "goal-all"):
        assert SitesQuestion.parse(nonsense) is None
