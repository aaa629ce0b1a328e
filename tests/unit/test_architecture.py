"""The import rule and what no file may name: held by the tree, and shown to fail on a tree that breaks it."""

import pytest

from mhgis import paths
from tests.rules.architecture import violations

GOOD = {
    "app.py": "import streamlit as st\nfrom mhgis.ui import view\n",
    "pages/map.py": "import streamlit as st\nfrom mhgis import rates\nfrom mhgis.ui import view\n",
    "mhgis/__init__.py": "",
    "mhgis/rates.py": "import numpy as np\n",
    "mhgis/gaps.py": "from mhgis.rates import shortfall_to\n",
    "mhgis/store.py": "import duckdb\n",
    "mhgis/ui/__init__.py": "",
    "mhgis/ui/view.py": "import streamlit as st\nfrom mhgis import gaps, store\n",
    "mhgis/figures/bars.py": "import plotly.graph_objects as go\n",
    "etl/build.py": "from mhgis import store\nfrom etl.tables import read\n",
    "etl/tables.py": "import pandas as pd\n",
    "tests/test_x.py": "import duckdb\nfrom etl import build\n",
    "README.md": "Boundaries come from a package on PyPI. See https://example.org/home/page and docs/work/plan.\n",
}

# in pieces, for the rule reads this file too
BESIDE = "../" + "shared"

BROKEN = {
    "the domain imports the pipeline": ("mhgis/gaps.py", "from etl import build\n", "mhgis imports etl"),
    "inside a function": ("mhgis/gaps.py", "def f():\n    import etl.build\n", "mhgis/gaps.py:2: mhgis imports etl"),
    "by name": ("mhgis/gaps.py", "import importlib\nimportlib.import_module('etl.build')\n", "mhgis imports etl"),
    "the domain imports a page": ("mhgis/gaps.py", "import pages.map\n", "mhgis imports pages"),
    "the pipeline imports a page": ("etl/build.py", "from pages import map\n", "etl imports pages"),
    "a page imports a page": ("pages/gaps.py", "from pages.map import draw\n", "pages imports pages"),
    "a page imports the pipeline": ("pages/gaps.py", "import etl\n", "pages imports etl"),
    "the app imports the pipeline": ("app.py", "import etl.cli\n", "app imports etl"),
    "a test imports a page": ("tests/test_x.py", "import pages.map\n", "tests imports pages"),
    "a measure knows the screen": ("mhgis/gaps.py", "import streamlit\n", "may import streamlit"),
    "the pipeline knows the screen": ("etl/build.py", "import streamlit as st\n", "may import streamlit"),
    "a page opens the database": ("pages/map.py", "import duckdb\n", "may import duckdb"),
    "the pipeline opens the database": ("etl/build.py", "from duckdb import connect\n", "may import duckdb"),
    "a page draws": ("pages/map.py", "import plotly.express as px\n", "may import plotly"),
    "the screen draws": ("mhgis/ui/view.py", "from matplotlib import pyplot\n", "may import matplotlib"),
    "two modules ask each other": ("mhgis/rates.py", "from mhgis import gaps\n", "circle of imports"),
    "relative imports too": ("mhgis/rates.py", "from .gaps import rank\n", "circle of imports"),
    "the app computes": ("app.py", "x = 1\n" * 61, "app.py: 61 lines, at most 60"),
    "the folder beside": (
        "docs/method.md",
        f"\nfigures from {BESIDE}/reference\n",
        "docs/method.md:2: names the folder",
    ),
    "a path of one machine": ("data/cn/sources.csv", "/" + "root/mhgis/data\n", "sources.csv:1: names a path of one"),
    "a country in a sentence": ("mhgis/gaps.py", 'SAID = "In 2015 China had"\n', "mhgis/gaps.py:1: names a country"),
    "a country in a script": ("mhgis/ui/map/js/inset.js", "// 南海诸岛\n", "inset.js:1: names a country"),
    "a country's code": ("mhgis/gaps.py", "COUNTRY = '100000'\n", "names a country"),
    "a country's dataset": ("etl/checks/x.sql", "SELECT 'cn-published'\n", "names a country"),
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
