"""Charts of evidence: what stands in the figure itself, hollow dots for the unlike, nothing drawn for the unknown."""

import pandas as pd

from mhgis import indicators
from mhgis.figures import evidence
from mhgis.words.provenance import About, Origin

BEDS = indicators.get("beds_per_100k")
ABOUT = About(
    indicator="beds_per_100k", title="A against each benchmark", unit="per 100,000 people", dataset="d", year=2015,
    level="province", origins=(Origin("s", "Source", short="Source 2015"),), processing="computed",
    warnings=("Counts less than ours.",), n=1,
)  # fmt: skip
ROWS = pd.DataFrame(
    {"name": ["Norm <b>", "Narrow"], "value": [30.0, 9.0], "is_like": [True, False], "outcome": ["below", "above"]}
)


def words(figure):
    return " ".join(str(note.text) for note in figure.layout.annotations) + str(figure.layout.title.text)


def test_unlike_benchmarks_are_hollow_and_warned_of_in_the_figure():
    figure = evidence.dots_against(ROWS, ("A", 14.2, 13.7, 14.7), ABOUT, BEDS, "en", notes=["Hollow: something else."])
    dots = figure.data[-1]
    assert list(dots.marker.symbol) == ["circle", "circle-open"]
    assert list(dots.x) == [30.0, 9.0]
    for said in ("Hollow: something else.", "Counts less than ours.", "Source 2015", "A 14.2", "A against each"):
        assert said in words(figure)
    assert "Norm &lt;b&gt;" in figure.layout.yaxis.ticktext[0]
    assert len(figure.layout.shapes) == 2  # the line of the area, and the band of its interval


def test_an_unknown_area_has_no_line():
    assert len(evidence.dots_against(ROWS.assign(outcome=None), None, ABOUT, BEDS, "en").layout.shapes) == 0


def test_a_ladder_keeps_its_order_and_marks_the_area():
    rows = pd.DataFrame({"name": ["X", "A", "B"], "value": [90.0, 14.2, 3.0], "kind": ["country", "mine", "area"]})
    figure = evidence.ladder(rows, ABOUT, BEDS, "en")
    assert {trace.marker.symbol: list(trace.y) for trace in figure.data} == {
        "circle-open": [0], "circle": [2], "diamond": [1],
    }  # fmt: skip
    assert figure.layout.yaxis.ticktext[1] == "<b>A</b>"


def test_a_funnel_has_its_limits_and_every_area():
    rows = pd.DataFrame(
        {"name": ["A", "B"], "people": [1e6, 5e6], "value": [14.2, 40.0], "kind": ["mine", "area"],
         "is_named": [True, False]}
    )  # fmt: skip
    limits = pd.DataFrame(
        {"people": [1e6, 5e6], "lower_95": [20, 25], "upper_95": [40, 35], "lower_998": [15, 22], "upper_998": [45, 38]}
    )
    figure = evidence.funnel(rows, limits, ABOUT, BEDS, "en", rate=30.0)
    assert [list(trace.y) for trace in figure.data[:4]] == [[15, 22], [45, 38], [20, 25], [40, 35]]
    assert list(figure.data[-1].x) == [1.0, 5.0]
    assert list(figure.data[-1].text) == [" A", ""]


def test_no_number_is_crossed_by_the_line_of_the_area():
    # 30.0 is a little left of China's 31.6, so its number stands on the other side of its dot
    rows = ROWS.assign(name="Norm", value=[30.0, 60.0], is_like=True)
    sides = evidence.dots_against(rows, ("China", 31.6, 31.5, 31.7), ABOUT, BEDS, "en").data[-1].textposition
    assert sides == ("middle left", "middle right")
    near_axis = evidence.dots_against(rows.assign(value=[2.0, 60.0]), ("A", 3.0, 2.9, 3.1), ABOUT, BEDS, "en")
    assert near_axis.data[-1].textposition[0] == "middle right"
