"""Every map that can be chosen: its legend, its table and the published file count the same areas and people."""

from collections import Counter

import numpy as np
import pytest

from mhgis import formats, store
from mhgis.figures import classify
from mhgis.queries import tables
from mhgis.ui.part import figure, map_files
from mhgis.view import links
from mhgis.view.view import View

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("published")]

DATASETS = ("cn-published", "cn-modelled-2015")
LEVELS = ("country", "province", "prefecture", "county")
METHODS = (*links.CLASS_METHODS, "custom")

each_dataset = pytest.mark.parametrize("dataset", DATASETS)
each_level = pytest.mark.parametrize("level", LEVELS)

#: the published file's own answer: what a legend row counts, by its kind; a known zero is a zero
COUNTS = """
SELECT CASE WHEN value = 0 THEN 'zero' WHEN value IS NOT NULL THEN 'class' ELSE status END AS kind,
       count(*) AS areas, sum(v.people) AS people
FROM indicator_value v JOIN area a ON a.level = v.level AND a.area_code = v.area_code
WHERE dataset_id = ? AND v.level = ? AND indicator = ? AND year = ?
  AND (? = '' OR a.province_code = ? OR a.parent_code = ?)
GROUP BY 1
"""


@pytest.fixture(autouse=True)
def sent(monkeypatch):
    """What the map in the browser is sent, one entry a map drawn."""
    messages = []
    monkeypatch.setattr(figure, "choropleth", lambda **message: messages.append(message))
    return messages


def offered(dataset, level):
    """Every view of a dataset and level, with the benchmark that is shown first."""
    rows = store.offer().query("dataset_id == @dataset and level == @level")
    found = [
        View(dataset, level, indicator=indicator, year=int(year))
        for indicator, year in zip(rows["indicator"], rows["year"], strict=True)
    ]
    chosen = {v: tables.offer().benchmarks.get(v.indicator, (links.NO_BENCHMARK,))[0] for v in found}
    return [View(v.dataset, v.level, indicator=v.indicator, year=v.year, benchmark=b) for v, b in chosen.items()]


def counted(view):
    """Areas and people by kind, straight from the published file; people None where none are known."""
    shown = [view.dataset, view.level, view.indicator, view.year, *[view.within] * 3]
    rows = store.query(COUNTS, shown)
    people = [None if formats.is_missing(n) else int(n) for n in rows["people"]]
    found = {k: (int(n), p) for k, n, p in zip(rows["kind"], rows["areas"], people, strict=True)}
    if is_drawn(view) and "zero" in found:
        # a model's zero is no counted one: it is part of the lowest class
        areas, living = found.pop("zero")
        also, more = found.get("class", (0, 0))
        found["class"] = (areas + also, (living or 0) + (more or 0))
    return found


def is_drawn(view):
    """Whether a view shows supply as a model has it."""
    return view.dataset == "cn-modelled-2015" and figure.indicator_of(view).direction == "more_is_better"


def added_up(rows):
    """Areas and people of legend rows by kind, those that hold nothing left out."""
    found = {}
    for kind in dict.fromkeys(row.kind for row in rows):
        held = [row for row in rows if row.kind == kind and row.n_areas]
        known = [row.people for row in held if row.people is not None]
        if held:
            found[kind] = (sum(row.n_areas for row in held), sum(known) if known else None)
    return found


def drawn(view, sent):
    """Draw a map; return every row of its level and what was sent."""
    rows = figure.ranked(view)
    figure.map_of(view, rows, "", 600)
    return rows, sent.pop()


def test_everything_on_offer_is_looked_at():
    assert set(zip(store.offer()["dataset_id"], store.offer()["level"], strict=True)) == {
        (dataset, level) for dataset in DATASETS for level in LEVELS
    }
    assert sum(len(offered(d, level)) for d in DATASETS for level in LEVELS) == len(store.offer()) > 150


@each_dataset
@each_level
def test_legend_table_browser_and_published_file_count_the_same(dataset, level, sent):
    for view in offered(dataset, level):
        expected, rows = counted(view), figure.ranked(view)
        classes = figure.classes_of(view, rows)
        assert added_up(classes.legend) == expected, view
        assert sum(n for n, _ in expected.values()) == len(rows) == classes.n_areas, view
        people = [row.people for row in classes.legend if row.people is not None]
        assert sum(people) == rows["people"].sum() == sum(p or 0 for _, p in expected.values()), view
        table = figure.table_of(view, figure.ordered(rows, view))
        assert Counter(table["Status"]) == Counter(formats.status_word(s, "en") for s in rows["status"]), view
        assert table["Code"].is_unique, view
        if level != "country":
            is_sent_the_legend(view, rows, figure.counted_by_draw(view, classes, rows).legend, sent)


def is_sent_the_legend(view, rows, legend, sent):
    """The browser is sent the legend, and colours of the same count."""
    figure.map_of(view, rows, "", 600)
    message = sent.pop()
    counts = np.bincount(message["values"], minlength=len(message["classes"]))
    if any(row.spread for row in legend):
        # of a model each class tells how many areas its draws put there: see test_drawn
        counts = np.array([row.n_areas for row in legend])
    assert [style.n_areas for style in message["classes"]] == counts.tolist(), view
    assert [(c.kind, c.colour, c.people_label) for c in message["classes"]] == [
        (row.kind, row.colour, formats.people(row.people, "en", unit=False)) for row in legend
    ], view


@each_dataset
def test_one_area_is_no_map_and_none_is_offered(dataset):
    assert tables.offer().levels(dataset, "beds")[0] == "province"


@each_dataset
@pytest.mark.parametrize("level", ["prefecture", "county"])
def test_a_province_counts_its_own_areas_only(dataset, level, sent):
    for province in store.areas("province")["area_code"]:
        view = View(dataset, level, indicator="beds", year=2015, within=province)
        _, message = drawn(view, sent)
        kinds = Counter()
        for style in message["classes"]:
            kinds[style.kind] += style.n_areas
        expected = {kind: n for kind, (n, _) in counted(view).items()}
        if is_drawn(view):
            # medians of classes need not add up
            assert abs(kinds.pop("class", 0) - expected.pop("class", 0)) <= len(message["classes"]), view
        assert +kinds == expected, view


@each_dataset
@each_level
def test_every_class_method_draws_every_map_whole(dataset, level, sent):
    for view in offered(dataset, level):
        rows, expected = figure.ranked(view), counted(view)
        for method in METHODS:
            chosen = View(**{**vars(view), "classes": method})
            classes = figure.classes_of(chosen, rows)
            assert added_up(classes.legend) == expected, chosen
            if method in fitting(chosen):
                assert classes.method == method
            elif method == "auto" and figure.shows_chance(chosen):
                assert classes.method == "chance"
            if level != "country":
                figure.map_of(chosen, rows, "", 600)
                labels = [style.label for style in sent.pop()["classes"]]
                assert all(labels), chosen
                assert len(set(labels)) == len(labels), chosen


def fitting(view):
    """The methods that must be what they are called; the others fall back to one that fits the indicator."""
    found = set(METHODS) - {"auto", "benchmark_bands", "benchmark_ratio"}
    if view.indicator == "beds_per_100k":
        found.add("benchmark_bands")
    if figure.benchmark_of(view):
        found.add("benchmark_ratio")
    return found


def test_each_class_method_is_offered_or_one_of_our_own_edges():
    assert set(METHODS) - {"auto"} == set(classify.METHODS)


@each_dataset
@pytest.mark.parametrize(("lang", "within"), [("en", ""), ("zh", "510000")])
def test_paper_says_what_the_screen_says(dataset, lang, within, sent):
    for level in LEVELS[1:]:
        for offer in offered(dataset, level):
            view = View(**{**vars(offer), "lang": lang, "within": within})
            rows, message = drawn(view, sent)
            about = figure.about(view, tables.limited(rows, view))
            page = map_files.page_of(view, rows, about)
            on_paper = [
                (
                    map_files.static_map.legend_label(r, page),
                    r.colour,
                    r.n_areas,
                    formats.people(r.people, lang, unit=False),
                )
                for r in page.classes.legend
            ]
            assert on_paper == [(c.label, c.colour, c.n_areas, c.people_label) for c in message["classes"]], view
            n_areas = len(tables.limited(rows, view))
            assert len(page.area_codes) == len(page.classes.index) == n_areas
            if not any(row.spread for row in page.classes.legend):
                assert n_areas == sum(c.n_areas for c in message["classes"])
