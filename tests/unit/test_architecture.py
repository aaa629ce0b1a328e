"""The import rule and what no file may name: held by the tree, and shown to fail on a tree that breaks it."""

import pytest

from mhgis import paths
from tests.rules.architecture import violations

GOOD = {
    "app.py": "import streamlit as st\nfrom mhgis.ui.part import session\n",
    "pages/map.py": "import streamlit as st\nfrom mhgis.queries import tables\nfrom mhgis.ui.page import map_page\n",
    "mhgis/__init__.py": "",
    "mhgis/formats.py": "import numpy as np\n",
    "mhgis/store.py": "import duckdb\nfrom mhgis import formats\nSELECT = 'SELECT 1'\n",
    "mhgis/measures/__init__.py": "",
    "mhgis/measures/rates.py": "import numpy as np\nfrom mhgis.formats import number\n",
    "mhgis/measures/gaps.py": "from mhgis.measures.rates import shortfall_to\n",
    "mhgis/planning/sites.py": "from mhgis.measures import gaps\n",
    "mhgis/view/links.py": "from mhgis.planning.sites import SitesQuestion\nSitesQuestion.parse('')\n"
    "def steps_of(text):\n    return text.split('/')\n",
    "mhgis/words/headlines.py": "from mhgis.view import links\n",
    "mhgis/figures/bars.py": "import plotly.graph_objects as go\nfrom mhgis.words import headlines\n",
    "mhgis/exports/brief.py": "import matplotlib\nfrom mhgis.figures import bars\n",
    "mhgis/importing/cells.py": "from mhgis.exports import brief\n",
    "mhgis/queries/tables.py": "from mhgis import store\nfrom mhgis.importing import cells\nSQL = 'SELECT 1'\n",
    "mhgis/ui/__init__.py": "",
    "mhgis/ui/part/session.py": "import streamlit as st\nfrom mhgis.queries import tables\nlinks.parse({})\n",
    "mhgis/ui/page/map_page.py": "from mhgis.ui.part import session\nSAID = 'Select an area'\n",
    "etl/build.py": "from mhgis import store\nfrom mhgis.importing import cells\nfrom etl.tables import read\n",
    "etl/tables.py": "import pandas as pd\n",
    "tests/test_x.py": "import duckdb\nfrom etl import build\n",
    "README.md": "Boundaries come from a package on PyPI. See https://example.org/home/page and docs/work/plan.\n",
}

# in pieces, for the rule reads this file too
BESIDE = "../" + "shared"

BROKEN = {
    "the domain imports the pipeline": ("mhgis/measures/gaps.py", "from etl import build\n", "mhgis imports etl"),
    "inside a function": (
        "mhgis/measures/gaps.py",
        "def f():\n    import etl.build\n",
        "mhgis/measures/gaps.py:2: mhgis imports etl",
    ),
    "by name": (
        "mhgis/measures/gaps.py",
        "import importlib\nimportlib.import_module('etl.build')\n",
        "mhgis imports etl",
    ),
    "the domain imports a page": ("mhgis/measures/gaps.py", "import pages.map\n", "mhgis imports pages"),
    "the pipeline imports a page": ("etl/build.py", "from pages import map\n", "etl imports pages"),
    "a page imports a page": ("pages/gaps.py", "from pages.map import draw\n", "pages imports pages"),
    "a page imports the pipeline": ("pages/gaps.py", "import etl\n", "pages imports etl"),
    "the app imports the pipeline": ("app.py", "import etl.cli\n", "app imports etl"),
    "a test imports a page": ("tests/test_x.py", "import pages.map\n", "tests imports pages"),
    "a measure knows the screen": ("mhgis/measures/gaps.py", "import streamlit\n", "may import streamlit"),
    "a query knows the screen": ("mhgis/queries/names.py", "import streamlit as st\n", "may import streamlit"),
    "the pipeline knows the screen": ("etl/build.py", "import streamlit as st\n", "may import streamlit"),
    "a page opens the database": ("pages/map.py", "import duckdb\n", "may import duckdb"),
    "a query opens the database": ("mhgis/queries/names.py", "import duckdb\n", "may import duckdb"),
    "the pipeline opens the database": ("etl/build.py", "from duckdb import connect\n", "may import duckdb"),
    "a page draws": ("pages/map.py", "import plotly.express as px\n", "may import plotly"),
    "an export draws with Plotly": ("mhgis/exports/slides.py", "import plotly\n", "may import plotly"),
    "the screen draws": ("mhgis/ui/part/paper.py", "from matplotlib import pyplot\n", "may import matplotlib"),
    "words draw": ("mhgis/words/standing.py", "import matplotlib\n", "may import matplotlib"),
    "the ground uses a wing": ("mhgis/country.py", "from mhgis.measures import rates\n", "the ground imports measures"),
    "measures know planning": ("mhgis/measures/equity.py", "from mhgis.planning import sites\n", "imports planning"),
    "measures know the view": ("mhgis/measures/equity.py", "from mhgis.view import links\n", "measures imports view"),
    "measures know words": ("mhgis/measures/equity.py", "import mhgis.words.headlines\n", "measures imports words"),
    "measures know figures": (
        "mhgis/measures/equity.py",
        "from mhgis.figures import bars\n",
        "measures imports figures",
    ),
    "planning knows the view": ("mhgis/planning/flows.py", "from mhgis.view import links\n", "planning imports view"),
    "the view knows words": ("mhgis/view/drill.py", "from mhgis.words import headlines\n", "view imports words"),
    "words know figures": ("mhgis/words/trace.py", "from mhgis.figures.bars import draw\n", "words imports figures"),
    "figures know exports": ("mhgis/figures/fonts.py", "from mhgis.exports import brief\n", "figures imports exports"),
    "exports know the import": (
        "mhgis/exports/slides.py",
        "def f():\n    from mhgis.importing import cells\n",
        "slides.py:2: exports imports importing, which comes after it",
    ),
    "the import knows queries": ("mhgis/importing/plan.py", "from mhgis.queries import tables\n", "imports queries"),
    "queries know the screen's part": ("mhgis/queries/names.py", "from mhgis.ui.part import session\n", "imports ui"),
    "a relative import against the order": ("mhgis/view/drill.py", "from ..words import headlines\n", "imports words"),
    "the pipeline knows the view": (
        "etl/build.py",
        "from mhgis.view import links\n",
        "etl imports neither view nor ui",
    ),
    "the pipeline knows the app": ("etl/build.py", "import mhgis.ui\n", "etl imports neither view nor ui"),
    "a part knows a page": (
        "mhgis/ui/part/share.py",
        "from mhgis.ui.page import map_page\n",
        "mhgis/ui/part/share.py:1: ui/part does not import ui/page",
    ),
    "a page asks the tables itself": (
        "mhgis/ui/page/gaps.py",
        'SQL = """\nSELECT *\nFROM area"""\n',
        "mhgis/ui/page/gaps.py:2: SQL where it is drawn",
    ),
    "a page's file asks the tables": ("pages/gaps.py", "ROWS = 'SELECT 1'\n", "pages/gaps.py:1: SQL where it is drawn"),
    "two modules ask each other": ("mhgis/measures/rates.py", "from mhgis.measures import gaps\n", "circle of imports"),
    "relative imports too": ("mhgis/measures/rates.py", "from .gaps import rank\n", "circle of imports"),
    "the app computes": ("app.py", "x = 1\n" * 61, "app.py: 61 lines, at most 60"),
    "the folder beside": (
        "docs/method.md",
        f"\nfigures from {BESIDE}/reference\n",
        "docs/method.md:2: names the folder",
    ),
    "a path of one machine": ("data/cn/sources.csv", "/" + "root/mhgis/data\n", "sources.csv:1: names a path of one"),
    "a country in a sentence": (
        "mhgis/measures/gaps.py",
        'SAID = "In 2015 China had"\n',
        "mhgis/measures/gaps.py:1: names a country",
    ),
    "a country in a script": ("mhgis/ui/map/js/inset.js", "// 南海诸岛\n", "inset.js:1: names a country"),
    "a country's code": ("mhgis/measures/gaps.py", "COUNTRY = '100000'\n", "names a country"),
    "a country's dataset": ("etl/checks/x.sql", "SELECT 'cn-published'\n", "names a country"),
    "a page reads a question": (
        "pages/map.py",
        "from mhgis.measures.access import AccessQuestion\nAccessQuestion.parse('unit-min')\n",
        "pages/map.py:2: reads the text of a part of a link",
    ),
    "the screen reads a filter": (
        "mhgis/ui/part/session.py",
        "from mhgis.view.selection import parse\nparse('value:1')\n",
        "mhgis/ui/part/session.py:2: reads the text of a part of a link",
    ),
    "the screen reads an order": (
        "mhgis/ui/page/map_page.py",
        "gaps.parse_order('-people')\n",
        "mhgis/ui/page/map_page.py:1: reads the text of a part of a link",
    ),
    "a page reads what a question's module reads": (
        "mhgis/ui/page/map_page.py",
        "from mhgis.view.links import steps_of\nsteps_of(asked.steps)\n",
        "mhgis/ui/page/map_page.py:2: reads the text of a part of a link",
    ),
    "a page reads a kind of part": (
        "mhgis/ui/page/map_page.py",
        "asked.kinds['steps'].read('30:100')\n",
        "mhgis/ui/page/map_page.py:1: reads the text of a part of a link",
    ),
    "a page takes a part of a question apart": (
        "mhgis/ui/page/map_page.py",
        "ends = view.reach.steps.split('/')\n",
        "mhgis/ui/page/map_page.py:1: reads the text of a part of a link",
    ),
    "a registry": ("constraints.txt", "--extra-index-" + "url x\n", "constraints.txt:1: names a package registry"),
}


def write(root, tree):
    for name, text in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def test_the_tree_keeps_its_rules():
    assert violations(paths.ROOT) == []


def test_a_tree_that_keeps_the_rules_has_no_violation(tmp_path):
    write(tmp_path, GOOD)
    assert violations(tmp_path) == []


def test_what_is_made_is_not_read(tmp_path):
    write(tmp_path, {**GOOD, "data/cache/log.txt": BESIDE, ".venv/lib/x.py": "import duckdb", "static/x.js": BESIDE})
    assert violations(tmp_path) == []


@pytest.mark.parametrize(("file", "text", "expected"), BROKEN.values(), ids=BROKEN.keys())
def test_a_tree_that_breaks_a_rule_is_found_out(tmp_path, file, text, expected):
    write(tmp_path, {**GOOD, file: text})
    found = violations(tmp_path)
    assert len(found) == 1
    assert expected in found[0]
