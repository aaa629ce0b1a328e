"""Do figures say what they show, to the pixel and to the byte, and can their text be read on any machine?"""

import base64
import io
import itertools
import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import geopandas as gpd
import matplotlib.image
import numpy as np
import pandas as pd
import pytest
import shapely
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from pypdf import PdfReader

from mhgis import indicators
from mhgis.exports import listing
from mhgis.figures import charts, classify, fonts, page, palette, static_map
from mhgis.figures.shapes import albers_for, prepare
from mhgis.figures.text import words
from mhgis.i18n import LANGUAGES, translator
from mhgis.measures import year_warnings
from mhgis.words.provenance import About, Origin

BED_RATE = indicators.get("beds_per_100k")
SOURCE = Origin("shi2019", "Mental health resources in 2015", "中国卫生政策研究", 2019)
TITLES = {
    "en": "Of 6 made-up squares one has no beds, one is unknown, one is suppressed and the rest have some, which is "
    "said at such length that it cannot fit one line",
    "zh": "六个虚构的方块中，一个没有床位，一个未报告，一个已隐去，其余均有床位；"
    "这句话写得这么长，为的是一行放不下，必须自动换行，生级可",
}
VALUES = pd.DataFrame(
    {
        "area_code": ["1", "2", "3", "4", "5", "6"],
        "value": [12.0, 45.0, 0.0, None, None, None],
        "status": ["reported", "reported", "zero", "not_reported", "suppressed", "not_applicable"],
        "people": pd.array([400_000_000, 31_000, 5_000_000, 7_000_000, 1_000, None], "Int64"),
    }
)


def squares():
    # six squares side by side around 35 degrees north, the sixth out at sea
    boxes = [shapely.box(100 + 3 * i, 30, 102.8 + 3 * i, 33) for i in range(5)]
    return gpd.GeoDataFrame(
        {"area_code": VALUES["area_code"]}, geometry=[*boxes, shapely.box(108, 5, 110, 8)], crs="EPSG:4326"
    )


WARNINGS = {
    "en": "Rates divide by people of the middle of the year, interpolated between two censuses.",
    "zh": "比率以年中人口为分母，年中人口由两次普查内插得出。",
}


def shapes(**given):
    return prepare(squares(), window=(99, 25, 116, 38), inset=(105, 3, 115, 12), **given)


def view(lang="en", values=VALUES, *, modelled=False, method="benchmark_bands", indicator=BED_RATE, processing=""):
    _ = translator(lang)
    about = About(
        indicator.id, TITLES[lang], _(indicator.unit), "squares", 2015, "county", (SOURCE,),
        processing or ("modelled" if modelled else "published"), (WARNINGS[lang],), 5, 2, "b1c2", "2026-11-22",
    )  # fmt: skip
    classes = classify.classify(
        values, method, decimals=1, bands=indicators.BED_BANDS, benchmark=30, direction=indicator.direction
    )
    return static_map.MapView(
        about, indicator, classes, tuple(values["area_code"]), lang, dataset="Squares of 2015", inset_name="Far south"
    )


def said(shown):
    """Every text a reader must find in the file."""
    _ = translator(shown.lang)
    labels = [classify.label(row, shown.lang, shown.indicator) for row in shown.classes.legend]
    return [
        shown.about.title, shown.about.unit, "2015", shown.dataset, *labels, shown.about.source_line(shown.lang),
        shown.about.unknown_line(shown.lang), "b1c2", "2026-11-22", "Far south", _("Areas"), _("People"),
        *shown.about.warnings,
    ]  # fmt: skip


def squeezed(text):
    return re.sub(r"\s", "", text)


def text_of(file, form):
    if form == "pdf":
        return squeezed("".join(p.extract_text() for p in PdfReader(io.BytesIO(file)).pages))
    return squeezed("".join(e.text or "" for e in ET.fromstring(file).iter("{http://www.w3.org/2000/svg}text")))  # noqa: S314


def pixels(file):
    return (matplotlib.image.imread(io.BytesIO(file), format="png")[..., :3] * 255).round().astype(int)


def count(picture, colour):
    rgb = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return int((picture == rgb).all(axis=2).sum())


@pytest.mark.slow
@pytest.mark.parametrize("modelled", [False, True])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("form", ["svg", "pdf"])
def test_every_label_title_and_source_can_be_copied_out_of_the_file(form, lang, modelled):
    shown = view(lang, modelled=modelled)
    text = text_of(static_map.render(shown, shapes(), form), form)
    assert [wanted for wanted in said(shown) if squeezed(wanted) not in text] == []
    badge = squeezed(translator(lang)(static_map.MODELLED_BADGE))
    assert (badge in text) == modelled


def test_the_watermark_of_a_model_is_there_twice_once_across_the_map():
    mark = squeezed(static_map.MODELLED_MARK)
    assert text_of(static_map.render(view(modelled=True), shapes(), "pdf"), "pdf").count(mark) >= 2
    assert mark not in text_of(static_map.render(view(), shapes(), "pdf"), "pdf")


def test_an_svg_carries_every_character_it_prints():
    svg = static_map.render(view("zh"), shapes(), "svg")
    files = re.findall(rb"font-weight:(\d+);src:url\(data:font/woff2;base64,([^)]+)\)", svg)
    assert [weight for weight, _ in files] == [b"400", b"600"]
    for _, file in files:
        characters = set(TTFont(io.BytesIO(base64.b64decode(file))).getBestCmap())
        assert {c for c in text_of(svg, "svg") if ord(c) not in characters} == set()
    assert b"http" not in re.sub(rb'(xmlns(:\w+)?|rdf:\w+)="[^"]*"|<!DOCTYPE[^>]*>', b"", svg)


def test_each_state_has_its_own_look_in_the_picture():
    picture = pixels(static_map.render(view(), shapes(), "png", 100))
    for row in classify.classify(VALUES, "benchmark_bands", bands=indicators.BED_BANDS).legend:
        # more than a swatch is left of the colour wherever an area has it; the hatch takes some of the grey
        assert (count(picture, row.colour) > 1000) == (row.n_areas > 0), row
    # lines of the hatch: greys darker than the ground of `not reported` and lighter than `suppressed`
    grey = picture[(picture == picture[..., :1]).all(axis=2)][:, 0]
    assert ((grey > 0x70) & (grey < 0xA0)).sum() > 200


def test_areas_of_one_size_have_one_size_on_paper():
    # a band of the sphere has the area of its height: sin(50.0 deg) - sin(45.0 deg) = sin(x) - sin(20 deg)
    top = math.degrees(math.asin(math.sin(math.radians(20)) + math.sin(math.radians(50)) - math.sin(math.radians(45))))
    frame = gpd.GeoDataFrame(
        {"area_code": ["1", "2"]},
        geometry=[shapely.segmentize(shapely.box(*b), 0.5) for b in ((95, 20, 105, top), (95, 45, 105, 50))],
        crs="EPSG:4326",
    )
    values = VALUES.iloc[:2]
    picture = pixels(static_map.render(view(values=values), prepare(frame), "png", 150))
    south, north = (count(picture, palette.BANDS[5][i]) for i in (0, 3))
    # a swatch has 0.28 x 0.16 inches at 150 dots, less its edge
    assert (south - 1000) / (north - 1000) == pytest.approx(1, abs=0.02)


def test_a_hole_in_an_area_stays_open():
    whole, inner = shapely.box(100, 30, 110, 40), shapely.box(103, 33, 107, 37)
    filled = []
    for shape in (whole, whole.difference(inner), shapely.reverse(whole.difference(inner))):
        frame = gpd.GeoDataFrame({"area_code": ["1"]}, geometry=[shape], crs="EPSG:4326")
        picture = pixels(static_map.render(view(values=VALUES.iloc[:1]), prepare(frame), "png", 60))
        filled.append(count(picture, palette.BANDS[5][0]))
    assert filled[1] / filled[0] == pytest.approx(1 - 4 * 4 / (10 * 10), abs=0.03)
    assert filled[1] == filled[2]


def test_one_province_fills_the_page_and_its_neighbours_stay_as_context():
    alone = VALUES.iloc[:1]
    picture = pixels(static_map.render(view(values=alone), shapes(), "png", 80))
    together = pixels(static_map.render(view(), shapes(), "png", 80))
    assert count(picture, palette.BANDS[5][0]) > 5 * count(together, palette.BANDS[5][0])
    assert count(picture, palette.RULE) > 5 * count(together, palette.RULE)


def test_the_inset_is_drawn_only_where_something_lies_in_it():
    ready = shapes()
    assert ready.reach_beyond(VALUES["area_code"])
    assert not ready.reach_beyond(["1", "2"])
    assert "Farsouth" in text_of(static_map.render(view(), ready, "pdf"), "pdf")
    assert "Farsouth" not in text_of(static_map.render(view(values=VALUES.iloc[:2]), ready, "pdf"), "pdf")
    # the far square does not push the others into a corner
    assert ready.extent(VALUES["area_code"]) == ready.extent(["1", "2", "3", "4", "5"])
    assert ready.extent(["6"]) != ready.extent(["1"])


def test_no_area_is_lost():
    with pytest.raises(ValueError, match="no shape for 1 areas: 6"):
        static_map.render(view(), prepare(squares().iloc[:5]))


def test_the_conic_is_taken_from_the_bounds():
    conic = albers_for((100, 20, 120, 50))
    assert conic.parallels == (25, 45)  # a sixth of 30 degrees from either edge
    assert conic.centre == (110, 35)


def boxes_of(figure):
    renderer = FigureCanvasAgg(figure).get_renderer()
    return [(text.get_text(), text.get_window_extent(renderer)) for text in figure.texts if text.get_rotation() == 0]


def sheet(*langs, **given):
    """The page of a view in its languages, the first large, with nothing drawn on it yet."""
    pages = [view(lang, **given) for lang in langs]
    texts = tuple(static_map.words_of(shown) for shown in pages)
    fonts_of_all = page.type_for("".join(words.all() for words in texts))
    figure = Figure(figsize=(static_map.WIDTH, static_map.HEIGHT), dpi=100)
    return static_map._Sheet(figure, pages[0], shapes(), texts, fonts_of_all)


SPOKEN = [("zh",), ("en",), ("zh", "en"), ("en", "zh")]


@pytest.mark.parametrize("langs", SPOKEN, ids="+".join)
@pytest.mark.parametrize("processing", ["published", "modelled", "imported"])
@pytest.mark.parametrize("method", ["benchmark_bands", "benchmark_ratio", "quantile"])
def test_nothing_is_cut_off_and_nothing_overlaps(langs, processing, method):
    drawing = sheet(*langs, processing=processing, method=method)
    static_map._fill(drawing)
    boxes = boxes_of(drawing.figure)
    assert len(boxes) > 15
    for text, box in boxes:
        assert box.x0 >= 40, text
        assert box.x1 <= 1100 - 40, text
        assert box.y0 >= 15, text
        assert box.y1 <= 825 - 15, text
    touching = [
        (one, two)
        for (one, a), (two, b) in itertools.combinations(boxes, 2)
        if a.x0 < b.x1 and b.x0 < a.x1 and a.y0 + 1 < b.y1 and b.y0 + 1 < a.y1
    ]
    assert touching == []
    # whatever had to shrink or to go to the foot, nothing is left out
    printed = squeezed("".join(text for text, _ in boxes))
    for words_of_page in drawing.said:
        asked = (words_of_page.title, words_of_page.subtitle, words_of_page.badge, words_of_page.note)
        labels = [row[0] for row in words_of_page.rows]
        missing = [text for text in (*asked, *labels, *words_of_page.foot) if squeezed(text) not in printed]
        assert missing == []


@pytest.mark.slow
def test_a_picture_in_two_languages_says_everything_in_both():
    texts = [static_map.words_of(view(lang)) for lang in ("zh", "en")]
    printed = text_of(static_map.render(view("zh"), shapes(), "svg", 72, texts[1:]), "svg")
    for lang in ("zh", "en"):
        assert [wanted for wanted in said(view(lang)) if squeezed(wanted) not in printed] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_notes_in_the_foot_of_a_map_are_sentences_each(lang):
    shown = view(lang, processing="imported")
    notes = (translator(lang)(listing.IMPORTED), *year_warnings.warnings(year_warnings.Years(2023, 2020), lang))
    told = static_map.words_of(replace(shown, about=replace(shown.about, warnings=notes))).foot[1]
    stop = {"zh": "。", "en": ". "}[lang]
    assert told.endswith(f"{stop}{notes[0]}{stop}{notes[1]}")


@pytest.mark.slow
def test_an_imported_map_says_so_at_its_head_and_in_the_map_itself():
    imported = view(processing="imported")
    mark, badge = squeezed(static_map.IMPORTED_MARK), squeezed(static_map.IMPORTED_BADGE)
    printed = text_of(static_map.render(imported, shapes(), "svg"), "svg")
    assert badge in printed
    assert printed.count(mark) == 2  # the badge begins with the mark
    assert mark not in text_of(static_map.render(view(), shapes(), "svg"), "svg")
    # the picture of a slide has no head: there the map alone has to say it
    edge = pixels(static_map.render_bare(imported, shapes(), 60))
    assert count(edge, palette.IMPORTED_GROUND) > 500
    assert count(pixels(static_map.render_bare(view(), shapes(), 60)), palette.IMPORTED_GROUND) == 0


def drawn(character):
    figure = Figure(figsize=(1, 1), dpi=60)
    font = page.type_for(character).font(40)
    page.write(figure, 0.1, 0.9, character, font)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., 0]


@pytest.mark.slow
def test_characters_are_drawn_and_not_boxes():
    pictures = [drawn(c) for c in "级生可县亿䶮A"]
    with pytest.warns(UserWarning, match="missing from font"):
        pictures.append(drawn("\U0010ffff"))  # no character: what is drawn for it is the box
    for one, two in itertools.combinations(pictures, 2):
        assert (one != two).sum() > 50


@settings(max_examples=60, deadline=None)
@given(st.text("ab c 县级，。（）单位%·", max_size=60), st.floats(0.6, 3))
def test_broken_lines_hold_every_character_and_are_no_wider_than_asked(text, width):
    font = page.type_for("").font(9)
    lines = page.wrap(text, font, width)
    assert squeezed("".join(lines)) == squeezed(text)
    for line in lines:
        assert page.width_of(line, font) <= width or len(words(line)) == 1


def test_no_line_starts_with_a_comma():
    assert words("县级，单位（甲）a b.") == ["县", "级，", "单", "位", "（甲）", "a ", "b."]


# fonts


def test_a_cut_holds_what_was_asked_for_and_is_the_same_every_time():
    one = fonts.subset_font("级生可abc", 600)
    fonts._cut.cache_clear()
    assert fonts.subset_font("cba可生级级", 600) == one
    font = TTFont(io.BytesIO(one))
    assert set("级生可abc") == {chr(c) for c in font.getBestCmap()}
    assert font["OS/2"].usWeightClass == 600
    assert font["name"].getBestFamilyName() == fonts.FAMILY
    assert "fvar" not in font


def test_a_cut_is_kept_and_found_by_its_characters(monkeypatch, tmp_path):
    monkeypatch.setenv("MHGIS_DATA", str(tmp_path))
    file = fonts.kept("级生a", 400, "woff2")
    assert file.read_bytes() == fonts.subset_font("a生级", 400)
    file.write_bytes(b"found")
    assert fonts.kept("a级生生", 400, "woff2").read_bytes() == b"found"
    for text, weight, flavor in (("级生", 400, "woff2"), ("级生a", 600, "woff2"), ("级生a", 400, "ttf")):
        assert fonts.kept(text, weight, flavor).read_bytes() == fonts.subset_font(text, weight, flavor)


def test_semibold_is_heavier_than_regular():
    def outline(weight):
        font = TTFont(io.BytesIO(fonts.subset_font("级", weight, "ttf")))
        return font["glyf"][font.getBestCmap()[ord("级")]]

    assert outline(400) != outline(600)


def test_what_the_family_lacks_is_known():
    assert fonts.missing("县a\n\U0010ffff\ue000") == ""  # neither is a character that is printed
    assert fonts.missing("ܫ县") == "ܫ"
    assert fonts.missing(fonts.all_standard_characters()) == ""


def test_a_rare_character_gets_a_file_that_has_it():
    assert "䶮" not in fonts.all_standard_characters()
    assert ord("䶮") in TTFont(fonts.file_for("䶮")).getBestCmap()
    assert fonts.file_for("县") == fonts.file_for("级生可")


def test_the_licence_travels_with_the_family():
    assert "SIL OPEN FONT LICENSE" in fonts.licence()


# charts


def about(title="Beds", **changes):
    given = {"processing": "published", "year": 2015, "n": 3, "n_unknown": 1, "level": "province"} | changes
    return About("beds", title, "beds", "cn-published", origins=(SOURCE,), build="b", built_on="2026-11-22", **given)


SERIES = pd.DataFrame(
    {
        "year": [2004, 2005, 2010, 2015, 2020],
        "value": [16103.0, 109000, None, 27733, 50124],
        "status": ["reported", "reported", "not_reported", "reported", "reported"],
    }
)


def lines_of(figure):
    return [(tuple(t.x), t.line.dash) for t in figure.data if t.mode == "lines"]


def test_figures_of_two_definitions_are_never_joined():
    beds = indicators.get("beds")
    breaks = [charts.Break(2004, 2005, "Hospitals only before."), charts.Break(2005, 2010, "Another source.")]
    joined = charts.trend(SERIES, about(), beds, "en")
    assert lines_of(joined) == [((2004, 2005), "solid"), ((2005, 2015), "dot"), ((2015, 2020), "solid")]
    broken = charts.trend(SERIES, about(), beds, "en", breaks=breaks)
    assert lines_of(broken) == [((2015, 2020), "solid")]
    small = text_in(broken)
    assert "① 2004 | 2005: Hospitals only before." in small
    assert "② 2005 | 2010: Another source." in small


def text_in(figure):
    return " ".join([figure.layout.title.text, *(a.text for a in figure.layout.annotations)]).replace("<br>", " ")


def every_chart(lang="en", *, modelled=False):
    what = about("Beds & <b>more</b>", processing="modelled" if modelled else "published")
    bars = pd.DataFrame(
        {"name": ["甲<i>", "B", "C"], "value": [4.0, 0.0, None], "status": ["reported", "zero", "not_reported"]}
    )
    mark = charts.Mark(30, "Minimum")
    return {
        "trend": charts.trend(SERIES, what, BED_RATE, lang, bands=indicators.BED_BANDS),
        "bars": charts.bars_with_benchmark(bars, what, BED_RATE, lang, benchmark=mark),
        "bullet": charts.bullet(14.2, "reported", indicators.BED_BANDS, what, BED_RATE, lang=lang, benchmark=mark),
        "empty": charts.trend(SERIES.iloc[:0], what, BED_RATE, lang),
        "unknown": charts.trend(SERIES.iloc[2:3], what, BED_RATE, lang),
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_chart_says_what_it_shows_and_asks_no_other_host(lang):
    for figure in every_chart(lang).values():
        assert figure.layout.title.text == "Beds &amp; &lt;b&gt;more&lt;/b&gt;"
        assert "beds · 2015 · cn-published" in figure.layout.title.subtitle.text
        assert squeezed(about().source_line(lang)) in squeezed(text_in(figure))
        assert squeezed(about().unknown_line(lang)) in squeezed(text_in(figure))
        assert not any("geo" in trace.type or "map" in trace.type for trace in figure.data)
        assert fonts.FAMILY in figure.layout.template.layout.font.family


def test_a_modelled_chart_says_so_first():
    for figure in every_chart(modelled=True).values():
        assert figure.layout.title.subtitle.text.startswith("Model estimate")


def test_unknown_has_no_bar_and_zero_has_a_mark():
    figure = every_chart()["bars"]
    bar, texts, zeros = figure.data
    assert list(bar.y) == [0, 1]  # the third area has no bar at all
    assert [t.strip() for t in texts.text] == ["4.0", "0", "not reported"]
    assert (list(zeros.y), zeros.marker.color) == ([1], palette.ZERO)
    assert figure.layout.shapes[0].x0 == 30
    assert list(figure.layout.yaxis.ticktext) == ["甲&lt;i&gt;", "B", "C"]


def test_a_whisker_spans_the_range_of_a_model():
    frame = pd.DataFrame({"name": ["A"], "value": [10.0], "lower": [4.0], "upper": [31.0], "status": ["modelled"]})
    figure = charts.bars_with_benchmark(frame, about(processing="modelled"), BED_RATE, "en")
    assert (10 - figure.data[0].error_x.arrayminus[0], 10 + figure.data[0].error_x.array[0]) == (4, 31)
    assert list(figure.data[1].x) == [31]  # the number stands after its whisker


def test_a_bullet_shows_its_bands_and_no_marker_where_nothing_is_known():
    known = every_chart()["bullet"]
    assert list(known.data[0].x) == [14.2]
    bands = [(s.x0, s.x1, s.fillcolor) for s in known.layout.shapes if s.type == "rect"]
    assert bands == list(zip([0, 15, 25, 30, 60], [15, 25, 30, 60, 75], palette.BANDS[5], strict=True))
    unknown = charts.bullet(None, "not_reported", indicators.BED_BANDS, about(), BED_RATE, lang="en")
    assert list(unknown.data[0].x) == []
