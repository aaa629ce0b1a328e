"""The watch on every browser test sees what it is there to see."""

import pytest

from tests.browser.driver import Watch

QUIET = "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>"
BROKEN = {
    "another host": "<img src='http://elsewhere.invalid/x.png'>",
    "an error on the console": "<script>console.error('lost')</script>",
    "an exception": "<script>throw new Error('lost')</script>",
}


def watched(chromium, html):
    page = chromium.new_page()
    watch = Watch("127.0.0.1:8501")
    watch.attach(page)
    page.set_content(html, wait_until="load")
    page.close()
    return watch


def test_a_page_that_talks_to_nobody_passes(chromium):
    watched(chromium, QUIET).check()


@pytest.mark.parametrize("html", BROKEN.values(), ids=BROKEN.keys())
def test_a_page_that_does_is_found_out(chromium, html):
    with pytest.raises(AssertionError):
        watched(chromium, html).check()
