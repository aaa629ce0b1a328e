"""The app without a browser: a page opened by a link, and all that is written on it."""

from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from mhgis import paths
from mhgis.importing import library
from tests.data.made_import import draft, own_data
from tests.markdown import read

TIMEOUT_S = 60
PAGES = ("overview", "map", "gaps", "sources")


@pytest.fixture(scope="module")
def dataset(published, tmp_path_factory):
    """The id of an imported register with facilities, in a data folder of the module's own."""
    with own_data(tmp_path_factory.mktemp("own"), published):
        yield library.save(draft()).dataset_id


@pytest.fixture
def open_page(published) -> Callable[..., AppTest]:
    """Return `open_page(name, **query)`: the app as run after a visitor opened this page by a link."""
    assert published.file.is_file()

    def run(name: str = "overview", **query: str) -> AppTest:
        app = AppTest.from_file(paths.ROOT / "app.py", default_timeout=TIMEOUT_S)
        for key, value in query.items():
            app.query_params[key] = value
        # before the first run the page is told by its file's name, as its address is
        if name != "overview":
            app.switch_page(f"pages/{name}.py")
        app.run()
        assert [error.message for error in app.exception] == []
        return app

    return run


def link(app: AppTest) -> dict[str, str]:
    """Return the query string of the address the visitor sees."""
    return {key: value if isinstance(value, str) else value[-1] for key, value in app.query_params.items()}


def _leaves(block) -> Iterator:
    for child in block.children.values():
        if getattr(child, "children", None):
            yield from _leaves(child)
        else:
            yield child


def written(app: AppTest) -> str:
    """Return what a page says, a line an element, as it is read; tables and the map are not text."""
    lines = []
    for element in [*_leaves(app.main), *_leaves(app.sidebar)]:
        if element.type in {"arrow_data_frame", "arrow_table", "bidi_component", "plotly_chart"}:
            continue
        # what a widget holds is a code; its label and options are what is read
        is_widget = hasattr(element, "options") or element.type == "button"
        parts = (getattr(element, "label", None), None if is_widget else getattr(element, "value", None))
        lines += [part for part in (*parts, *getattr(element, "options", [])) if isinstance(part, str)]
    return read("\n".join(lines))
