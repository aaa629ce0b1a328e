"""The registry of indicators holds together: a resource has its words, its count and its rate."""

import pytest

from mhgis import indicators
from mhgis.indicators import HELD, RATE_OF, REGISTRY, RESOURCES, STAFF, WORDS, Measured, Rate, get, rate_of, resource_of
from tests.rules.resources import MAY_LIST, resources_listed


def test_each_resource_has_a_count_a_rate_and_words():
    assert set(WORDS) == set(RESOURCES)
    for resource in RESOURCES:
        assert get(resource).parts == get(RATE_OF[resource]).parts == resource
        assert get(RATE_OF[resource]).rule == Rate(resource)
        words = WORDS[resource]
        assert all("{n}" in form for form in words.one_many)
        assert all([words.short, words.within, words.nearest, words.share_of_east])
    assert (set(HELD), set(STAFF)) == (set(RESOURCES) - {"facilities"}, {"psychiatrists", "nurses"})


def test_what_counts_has_the_rate_or_share_made_of_it():
    assert RATE_OF == {
        "facilities": "facilities_per_100k", "beds": "beds_per_100k", "psychiatrists": "psychiatrists_per_100k",
        "nurses": "nurses_per_100k", "counties_without_facility": "share_counties_without_facility",
        "people_without_facility": "share_people_without_facility",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "rate", "resource"),
    [
        ("nurses", "nurses_per_100k", "nurses"),
        ("nurses_per_100k", "nurses_per_100k", "nurses"),
        ("beds_per_psychiatrist", "beds_per_psychiatrist", "beds"),
        # what counts no resource is asked of beds, as a first visit is
        ("counties_without_facility", "counties_without_facility", "beds"),
        ("probability_no_facility", "probability_no_facility", "beds"),
    ],
)
def test_an_indicator_leads_to_its_rate_and_its_resource(name, rate, resource):
    assert (rate_of(get(name)), resource_of(get(name))) == (rate, resource)


def test_bands_have_a_name_more_than_limits():
    banded = [indicator for indicator in REGISTRY.values() if indicator.bands]
    assert [indicator.id for indicator in banded] == ["beds_per_100k"]
    for indicator in banded:
        assert len(indicator.bands.names) - 1 == len(indicator.bands.edges) == len(indicator.bands.limits)


def test_what_stands_in_for_an_indicator_is_registered():
    assert [name for indicator in REGISTRY.values() for name in indicator.instead if name not in REGISTRY] == []


def test_what_only_a_model_tells_is_said_by_its_rule():
    modelled = {indicator.id for indicator in REGISTRY.values() if indicator.modelled_only}
    assert modelled == {"probability_no_facility", "people_without_facility", "share_people_without_facility"}
    assert not any(isinstance(indicator.rule, Measured) for indicator in REGISTRY.values())


def test_what_is_told_side_by_side_is_registered():
    for names in (
        indicators.OF_COUNTRY, indicators.OF_AREA, indicators.OF_NEIGHBOURS, indicators.OF_IMPORT,
        indicators.OF_PREVIEW,
    ):  # fmt: skip
        assert len(set(names)) == len(names) > 3
        assert set(names) <= set(REGISTRY)


def test_no_file_but_the_registry_lists_what_is_counted():
    assert resources_listed() == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("FIRST = ('beds', 'nurses')\n", "lists beds, nurses"),
        ("FIRST = ['beds_per_100k', 'nurses']\n", "lists beds_per_100k, nurses"),
        ("WORDS = {'beds': 'Beds', 'nurses': 'Nurses'}\n", "lists beds, nurses"),
        ("if {'beds', 'psychiatrists'} <= names:\n    pass\n", "lists beds, psychiatrists"),
        ("ask('resource', 'facilities', 'beds')\n", "lists beds, facilities"),
        ("SQL = 'select f.beds, f.nurses from facility f'\n", "lists beds, nurses"),
        ("SQL = 'select name, f.beds, f.nurses, c.name'\n", "lists beds, nurses"),
        ("rate = f'{resource}_per_100k'\n", "makes up the id of a rate"),
    ],
)
def test_a_file_that_lists_what_is_counted_is_found_out(tmp_path, text, fault):
    for name in ("mhgis/ui/page/gaps.py", *MAY_LIST):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (found,) = resources_listed(tmp_path)
    assert found.startswith("mhgis/ui/page/gaps.py:1: ")
    assert fault in found


@pytest.mark.parametrize(
    "text", ["one = 'beds'\n", '"""Of beds, nurses and more."""\n', "two = ('beds', 'people')\n", "x = f'{a}: beds'\n"]
)
def test_a_file_that_names_one_of_them_is_not(tmp_path, text):
    path = tmp_path / "mhgis" / "formats.py"
    path.parent.mkdir()
    path.write_text(text, "utf-8")
    assert resources_listed(tmp_path) == []
