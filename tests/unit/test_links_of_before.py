"""
Every link of before the house was rebuilt opens the same view, and tells the same parts that it cannot use.

Both files were written down by the code of 8021731 from its published file, and are not to be written anew: a row that
has to change is changed by hand, with the reason beside it in the change log. `offer_of_before.json` is what that file
had to choose from; of its areas all provinces, those that the links name, and what they lie in.
"""

import csv
import json
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pandas as pd
import pytest

from mhgis import paths
from mhgis.country import Country, Start
from mhgis.view import links

HERE = Path(__file__).parent
#: the parts of a link and the pages that there were; others may come, none of these may go
_KEYS = """
lang data level ind year bench area in cls f sort top near vs swipe show own reach even sure plan ally next goal cam
"""
_PAGES = """
overview map gaps area access equity benchmarks audit scenarios sites targets alliances present import_data coverage
sources
"""
KEYS, PAGES = _KEYS.split(), _PAGES.split()


def read(query: str) -> dict[str, str]:
    return dict(parse_qsl(query, keep_blank_values=True))


def written(view) -> str:
    return urlencode(links.to_query(view), safe=",/:;")


with (HERE / "links_of_before.csv").open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file))


@pytest.fixture(scope="module")
def offer() -> links.Offer:
    said = json.loads((HERE / "offer_of_before.json").read_text("utf-8"))
    country = said["country"]
    facts = Country(
        code=country["code"],
        languages=tuple(country["languages"]),
        start=Start(**country["start"]),
        regions={region: {} for region in country["regions"]},
    )
    return links.Offer.of(
        pd.DataFrame(said["years"], columns=["dataset_id", "indicator", "level", "year", "n_known"]),
        pd.DataFrame(said["benchmarks"], columns=["benchmark_id", "indicator"]),
        pd.DataFrame(said["areas"], columns=["level", "area_code", "parent_code", "parent_level"]),
        facts,
    )


@pytest.mark.parametrize("page", PAGES)
def test_a_link_of_before_opens_the_same_view_and_the_same_parts_are_left_out(offer, page):
    differ = {}
    for row in (row for row in ROWS if row["page"] == page):
        reading = links.parse(read(row["query"]), offer, row["language"])
        now = (written(reading.view), ",".join(reading.ignored))
        if now != (row["settled"], row["ignored"]):
            differ[row["query"]] = {"now": now, "before": (row["settled"], row["ignored"])}
    assert differ == {}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_the_app_wrote_into_the_address_of_before_opens_that_view_whatever_the_browsers_language(offer, lang):
    differ = {}
    for settled in sorted({row["settled"] for row in ROWS}):
        reading = links.parse(read(settled), offer, lang)
        if (written(reading.view), reading.ignored) != (settled, ()):
            differ[settled] = (written(reading.view), reading.ignored)
    assert differ == {}


def test_the_links_of_before_are_many_each_once_and_of_every_page():
    assert len(ROWS) >= 1_000
    assert len({(row["page"], row["query"], row["language"]) for row in ROWS}) == len(ROWS)
    assert {row["page"] for row in ROWS} == set(PAGES)
    assert {row["language"] for row in ROWS} == {"en", "zh"}


def test_every_page_of_before_is_still_there():
    assert set(PAGES) <= {page.stem for page in (paths.ROOT / "pages").glob("*.py")}


@pytest.mark.parametrize("key", KEYS)
def test_each_part_of_a_link_is_kept_in_some_links_of_before_and_left_out_in_others(key):
    asked = [(read(row["settled"]), row["ignored"].split(",")) for row in ROWS if key in read(row["query"])]
    assert len({settled[key] for settled, ignored in asked if key in settled and key not in ignored}) > 1
    assert sum(key in ignored for _settled, ignored in asked) >= 10


def test_no_part_of_a_link_of_before_is_unknown_to_this_test():
    assert {key for row in ROWS for key in read(row["settled"])} == set(KEYS)
