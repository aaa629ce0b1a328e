"""The text of a chart: what a person named is broken into lines as it was typed, and is no markup of Plotly's."""

import html

import pytest

from mhgis.figures import charts
from tests.hostile import SHOWN


@pytest.mark.parametrize("name", SHOWN)
def test_a_line_of_a_chart_shows_what_was_typed(name):
    typed, seen = SHOWN[name]
    lines = charts.break_lines(typed, 12, 10_000)
    # entities are what Plotly writes again as the signs they stand for
    assert html.unescape("".join(lines)) == seen.strip()
    assert not any(sign in line for line in lines for sign in "<>")
