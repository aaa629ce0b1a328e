"""What code a function runs, on trees of a few lines; `test_stages.py` holds the same of the real one."""

import pytest

from etl.dependencies import code_of, reader

TREE = {
    "etl/__init__.py": "",
    "mhgis/__init__.py": "",
    "mhgis/status.py": "KNOWN = {'exact'}\n",
    "mhgis/rates.py": "import numpy as np\nfrom mhgis import status\n",
    "mhgis/gaps.py": "def rank():\n    from mhgis.rates import shortfall_to\n",
    "mhgis/measures/__init__.py": "from mhgis.status import KNOWN\n",
    "mhgis/measures/gini.py": "",
    "mhgis/measures/equity.py": "from . import gini\nfrom ..rates import per_100k\n",
    "mhgis/here.py": "from mhgis import there\n",
    "mhgis/there.py": "from mhgis import here\n",
}
ALWAYS = {"etl/__init__.py", "etl/stages.py"}

#: the top of `etl/stages.py`, what its function says, and the modules that it runs
FORMS = {
    "a module": ("from mhgis import status", "status.KNOWN", {"status"}),
    "a module by another name": ("from mhgis import status as s", "s.KNOWN", {"status"}),
    "a module by all its names": ("import mhgis.status", "mhgis.status.KNOWN", {"status"}),
    "a name of a module": ("from mhgis.status import KNOWN", "KNOWN", {"status"}),
    "what a module imports": ("from mhgis import rates", "rates.per_100k", {"rates", "status"}),
    "what a function imports": ("from mhgis import gaps", "gaps.rank()", {"gaps", "rates", "status"}),
    "what it imports itself": ("", "from mhgis import status", {"status"}),
    "the package of a module": ("from mhgis.measures import gini", "gini.of", {"measures", "measures/gini", "status"}),
    "relative names": (
        "from mhgis.measures import equity", "equity.of",
        {"measures", "measures/equity", "measures/gini", "rates", "status"},
    ),
    "modules that import each other": ("from mhgis import here", "here.x", {"here", "there"}),
    "what only types need": ("if TYPE_CHECKING:\n    from mhgis import status", "x: status.Status", {"status"}),
    "a constant of its file": ("from mhgis import status\nKNOWN = status.KNOWN", "KNOWN", {"status"}),
    "a function under a condition": (
        "from mhgis import status\nif x:\n    def known():\n        return status.KNOWN", "known()", {"status"},
    ),
    "one import of two": ("import mhgis.gaps as g, mhgis.status as s", "s.KNOWN", {"status"}),
    "what it does not name": ("from mhgis import gaps, status", "status.KNOWN", {"status"}),
    "a package from elsewhere": ("import numpy as np\nfrom pandas import DataFrame", "np.abs(DataFrame())", set()),
}  # fmt: skip

HELPED = """
from functools import cache
from mhgis import gaps, status
from mhgis.measures import gini

def run(folders):
    return first(folders)

@cache
def first(folders: status.Folders):
    return second(folders)

def second(folders):
    return first if folders else gini.of(folders)

def other(folders):
    def inside():
        return gaps.rank()
    return inside
"""

IN_BLOCKS = """
def run(folders):
    match folders:
        case 1:
            while folders:
                pass
            else:
                with folders:
                    from mhgis import here
    try:
        pass
    except ImportError:
        from mhgis import gaps
    finally:
        from mhgis.measures import gini
"""


def function(name="run", module="etl.stages"):
    def named():
        raise AssertionError("nothing is executed")

    named.__module__, named.__qualname__ = module, name
    return named


def modules_run(stages, name="run"):
    paths = code_of(function(name), {**TREE, "etl/stages.py": stages}.get).keys()
    assert paths >= ALWAYS
    names = {path.removeprefix("mhgis/").removesuffix(".py").removesuffix("/__init__") for path in paths - ALWAYS}
    return names - {"__init__"}


@pytest.mark.parametrize(("top", "says", "expected"), FORMS.values(), ids=FORMS.keys())
def test_every_form_of_an_import_is_followed_from_what_a_function_names(top, says, expected):
    assert modules_run(f"{top}\n\n\ndef run(folders):\n    {says}\n") == expected


def test_a_function_runs_what_the_functions_it_calls_need_and_not_what_others_do():
    assert modules_run(HELPED) == {"status", "measures", "measures/gini"}
    assert modules_run(HELPED, "other") == {"gaps", "rates", "status"}


def test_an_import_is_found_in_every_kind_of_block():
    in_blocks = {"here", "there", "gaps", "rates", "status", "measures", "measures/gini"}
    assert modules_run(IN_BLOCKS) == in_blocks


def test_a_function_inside_another_counts_as_that_other():
    assert modules_run(HELPED, "other.<locals>.inside") == {"gaps", "rates", "status"}


def test_code_is_the_text_by_path_in_order():
    stages = "from mhgis import status\n\n\ndef run():\n    status.KNOWN\n"
    code = code_of(function(), {**TREE, "etl/stages.py": stages}.get)
    assert list(code.items()) == [
        ("etl/__init__.py", ""),
        ("etl/stages.py", stages),
        ("mhgis/__init__.py", ""),
        ("mhgis/status.py", TREE["mhgis/status.py"]),
    ]


@pytest.mark.parametrize("missing", [function("gone"), function(module="etl.gone"), function(module="elsewhere")])
def test_a_function_that_the_tree_does_not_have_is_refused(missing):
    with pytest.raises(LookupError, match=r"no (etl|elsewhere)\S* so what it depends on is not known"):
        code_of(missing, {**TREE, "etl/stages.py": HELPED}.get)


def test_a_tree_on_disk_is_read_once(tmp_path):
    (tmp_path / "etl").mkdir()
    file = tmp_path / "etl" / "stages.py"
    file.write_text("# 按床\n", "utf-8")
    read = reader(tmp_path)
    assert (read("etl/stages.py"), read("etl/gone.py"), read("etl")) == ("# 按床\n", None, None)
    file.write_text("", "utf-8")
    assert read("etl/stages.py") == "# 按床\n"
    assert reader(tmp_path)("etl/stages.py") == ""
