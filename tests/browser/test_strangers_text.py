"""What strangers named, in titles, notes, facilities, saved views, scenarios and links, stays text on every page."""

from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from mhgis import paths
from mhgis.importing import library
from mhgis.planning import scenario_store
from mhgis.planning.scenario import Ledger
from mhgis.ui import pages
from mhgis.view import saved_views
from tests.browser.driver import TIMEOUT_MS, Watch, settle
from tests.data import made_import

EVIL = "http://evil.example"
NAME = f'![b]({EVIL}/a.png) <img src="{EVIL}/b.png"> [log in]({EVIL}) :red[x] $x$ \u202eabc'
#: a benchmark that a link brings
OWN = f"beds_per_100k;9;2023;{NAME}"
#: what a reader would be led by, or a browser would load, if any of it were read as markup
PLANTED = "a[href^='http://evil'], img[src^='http://evil'], iframe, object, embed, [onerror], .katex"


@pytest.fixture(scope="module")
def hostile(own_data):
    """The data folder with a dataset, a saved view and a scenario of hostile names; the dataset's id and the plan's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MHGIS_DATA", str(own_data))
        rows = made_import.facilities().assign(name=NAME)
        named = {"title_zh": NAME, "title_en": NAME, "note": NAME, "note_zh": NAME, "publisher": NAME}
        dataset = library.save(made_import.draft(facilities=rows, **named)).dataset_id
        query = {"data": dataset, "own": OWN, "bench": "own", "lang": "en"}
        saved_views.change(lambda views: saved_views.add(views, saved_views.new(NAME, "map", query)))
        plan = scenario_store.keep(Ledger(NAME, dataset, scenario_store.build_of(dataset), 2023, (), (), NAME))
    return dataset, plan


@pytest.mark.parametrize("lang", ["zh"])
def test_every_page_shows_what_strangers_named_as_text_and_asks_nobody(hostile, own_app, chromium, lang):
    dataset, plan = hostile
    address = own_app.address
    watch = Watch(urlsplit(address).netloc)
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(TIMEOUT_MS)
    watch.attach(page)
    query = {"lang": lang, "data": dataset, "ind": "beds_per_100k", "own": OWN, "bench": "own", "plan": plan, "f": NAME}
    shown = {}
    for entry in pages.PAGES:
        path = "" if entry is pages.FIRST else entry.page_id
        answer = page.goto(f"{address}/{path}?{urlencode(query)}")
        headers = answer.headers
        assert headers["content-security-policy"].startswith("default-src 'none'"), entry.page_id
        assert headers["x-content-type-options"] == "nosniff"
        settle(page)
        expect(page.locator(PLANTED)).to_have_count(0)
        shown[entry.page_id] = page.locator("body").inner_text().count("evil.example")
        # no violation of the policy is silent: each is an error of the console
        watch.check()
    # the dataset's title, or the benchmark's source, is told on most of them
    assert sum(count > 0 for count in shown.values()) > len(shown) / 2, shown
    # what a page hands to the browser lies in no public folder
    assert not any((paths.static() / folder).exists() for folder in ("values", "pictures", "slides"))
    context.close()
