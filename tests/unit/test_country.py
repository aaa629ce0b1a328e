"""A country's facts and words: a pack is read back as it was said, and levels are called what it calls them."""

import pytest

from etl import pack, review
from mhgis import country, i18n, paths, vocabulary
from mhgis.country import Country, say
from tests.rules import text

CN = paths.ROOT / "data" / "cn"
TESTLAND = paths.ROOT / "tests" / "packs" / "testland"
DISTRICTS = {"province": ("region", "regions"), "county": ("district", "districts")}


@pytest.mark.parametrize("folder", [CN, TESTLAND], ids=lambda folder: folder.name)
def test_what_a_pack_says_is_read_back_from_the_published_rows(folder):
    said = pack.read(folder).country
    assert vars(country.of(country.rows_of(said))) == vars(said)


@pytest.mark.parametrize("folder", [CN, TESTLAND], ids=lambda folder: folder.name)
def test_the_packs_of_the_project_have_no_fault(folder):
    assert review.faults(folder) == []


def test_a_text_that_is_not_in_the_readers_language_is_said_in_the_one_there_is():
    assert say({"en": "Testland"}, "zh") == "Testland"
    assert say({}, "zh") == ""


def test_a_reader_is_warned_in_his_language():
    said = Country(warnings={"beds": ({"en": "Invented.", "zh": "虚构。"},)})
    assert said.warn("beds", "zh") == ("虚构。",)
    assert said.warn("nurses", "zh") == ()


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("{n} counties of {scope}", "{n} districts of {scope}"),
        ("Of {counties} in {year}", "Of {counties} in {year}"),  # a placeholder is no word
        ("County-level units of the same year", "Districts of the same year"),
        ("Counties in the province {province}", "Districts in the region {province}"),
        ("The country has prefectures", "The country has prefectures"),  # a level that keeps its name
        ("Accounts", "Accounts"),
    ],
)
def test_levels_are_called_by_their_own_names_in_english(message, expected):
    assert vocabulary.reword("en", DISTRICTS)(message) == expected


def test_no_message_keeps_a_word_for_a_level_that_is_called_otherwise():
    called = dict.fromkeys(("province", "prefecture", "county"), ("□", "□"))
    reword = vocabulary.reword("zh", called)
    with i18n.CATALOGUE.open("rb") as file:
        said = [entry.string for entry in text.read_po(file) if isinstance(entry.string, str)]
    kept = [one for one in map(reword, said) if any(word in one for word in ("省", "地级", "县"))]
    assert kept == []


def test_the_levels_are_called_so_wherever_a_message_is_said():
    try:
        i18n.call_levels({"en": DISTRICTS})
        assert i18n.translator("en")("Counties without a facility") == "Districts without a facility"
        assert i18n.ngettext("en", "{n} county", "{n} counties", 2) == "{n} districts"
        assert i18n.translator("zh")("Province") == "省级"
    finally:
        i18n.call_levels({})
    assert i18n.translator("en")("Counties without a facility") == "Counties without a facility"
