"""Does Streamlit show what a stranger wrote as it was written, in every kind of place that reads Markdown?"""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mhgis import paths
from tests import hostile
from tests.browser.conftest import end, start
from tests.browser.driver import TIMEOUT_MS, Watch

APP = Path(__file__).parent / "apps" / "text_app.py"

#: what a reader sees of a text in each place of the page
PLACES = {
    "prose": "{0} {0} {0}\n{0}", "line": "{0}", "list": "\n{0}\n", "cell": "{0}", "notice": "{0}", "label": "{0}",
    "heading": "{0}", "table": "{0}{0}",
}  # fmt: skip

#: of each box its text, and the elements in it that only a stranger's markup can have made
READ = """() => Object.fromEntries([...document.querySelectorAll('[class*="st-key-"]')].map(box => [
  [...box.classList].find(name => name.startsWith('st-key-')).slice('st-key-'.length),
  [box.textContent, [...box.querySelectorAll(
    'a, img, code, pre, em, del, sup, math, .katex, hr, ol, blockquote, input, h1, h2, script, [role=img]'
  )].map(element => element.outerHTML)],
]))"""


@pytest.fixture(scope="module")
def boxes(chromium, tmp_path_factory):
    """What the browser made of each text in each place: text and foreign elements, by place and number."""
    process, address = start(APP, tmp_path_factory.mktemp("text") / "app.log", PYTHONPATH=str(paths.ROOT))
    page = chromium.new_page()
    try:
        watch = Watch(urlsplit(address).netloc)
        watch.attach(page)
        page.goto(address)
        page.locator(f".st-key-raw-{len(hostile.TURNED) - 1}").wait_for(timeout=4 * TIMEOUT_MS)
        page.wait_for_function("() => !document.querySelector('[data-testid=stSkeleton]')")
        assert watch.foreign == []
        return page.evaluate(READ)
    finally:
        page.close()
        end(process)


@pytest.mark.parametrize("name", hostile.SHOWN)
def test_a_strangers_text_is_shown_as_it_was_typed(boxes, name):
    number = list(hostile.SHOWN).index(name)
    seen = {place: boxes[f"{place}-{number}"] for place in PLACES}
    assert seen == {place: [form.format(hostile.SHOWN[name][1]), []] for place, form in PLACES.items()}


@pytest.mark.parametrize("name", hostile.TURNED)
def test_the_same_without_escapes_would_be_noticed(boxes, name):
    assert boxes[f"raw-{hostile.TURNED.index(name)}"] != [hostile.TEXTS[name], []]
