"""The rule of one escape: held by the tree, and shown to fail on a tree that breaks it."""

import pytest

from mhgis import paths
from tests.rules import escapes

SECOND = {
    "a regular expression": 'import re\ndef plain(text):\n    return re.sub(r"([`*_\\[\\]])", r"\\\\\\1", text)\n',
    "a set of signs": 'def plain(text):\n    return "".join(f"\\\\{c}" if c in r"\\`*_{}[]<>#" else c for c in text)\n',
    "pandas": "def write(table):\n    return table.to_csv(index=False)\n",
    "csv": "import csv\ndef write(rows, file):\n    csv.writer(file).writerows(rows)\n",
}


HTML = {
    "a cell": 'def cell(text):\n    return f"<td>{text}</td>"\n',
    "an attribute": "def cell(kind, text):\n    return f'<td class=\"{kind}\">' + text\n",
    "by hand": "import html\n",
}


@pytest.mark.parametrize("code", HTML.values(), ids=HTML)
def test_html_that_does_not_escape_is_found_out(tmp_path, code):
    (tmp_path / "mhgis" / "ui").mkdir(parents=True)
    (tmp_path / "mhgis" / "ui" / "x.py").write_text(code, "utf-8")
    assert len(escapes.second_ways(tmp_path)) == 1
    (tmp_path / "mhgis" / "ui" / "x.py").write_text(
        "def cell(text):\n    return Markup('<td>{}</td>').format(text)\n", "utf-8"
    )
    assert escapes.second_ways(tmp_path) == []


def test_a_drawing_that_escapes_by_hand_is_found_out(tmp_path):
    (tmp_path / "mhgis" / "figures").mkdir(parents=True)
    (tmp_path / "mhgis" / "figures" / "x.py").write_text(HTML["by hand"], "utf-8")
    assert [fault.partition(": ")[0] for fault in escapes.second_ways(tmp_path)] == ["mhgis/figures/x.py:1"]


def test_there_is_one_escape_and_one_writer_of_csv():
    assert escapes.second_ways(paths.ROOT) == []


@pytest.mark.parametrize("code", SECOND.values(), ids=SECOND)
def test_a_second_way_is_found_out(tmp_path, code):
    (tmp_path / "mhgis").mkdir()
    (tmp_path / "mhgis" / "x.py").write_text('"""Signs such as `a*b_c[1]` in words."""\n' + code, "utf-8")
    assert [fault.partition(": ")[0] for fault in escapes.second_ways(tmp_path)] in (["mhgis/x.py:3"], ["mhgis/x.py:4"])
