"""Views are saved from every page, and the present page lists, orders, names, deletes and hands them on."""

import io

import pytest
from pptx import Presentation
from pypdf import PdfReader

from mhgis.i18n import LANGUAGES
from mhgis.ui.page import present
from mhgis.view import saved_views
from tests.markdown import read
from tests.pages.conftest import PAGES, link, written
from tests.rules.text import untranslated

each_language = pytest.mark.parametrize("lang", LANGUAGES)
MODEL = {"data": "cn-modelled-2015", "level": "county", "year": "2015"}
SIX = (
    saved_views.new("Country", "overview", {"lang": "zh"}),
    saved_views.new("Beds", "map", {"lang": "en"}),
    saved_views.new("Gaps", "gaps", {"lang": "en"}),
    saved_views.new("Modelled", "map", {**MODEL, "ind": "beds_per_100k"}),
    saved_views.new("Gansu", "map", {**MODEL, "ind": "probability_no_facility", "in": "620000"}),
    saved_views.new("Unpublished", "map", {"level": "county", "ind": "beds_per_100k"}),
)
BASE = "http://localhost:8501"


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    at = tmp_path / "local" / saved_views.FILE
    monkeypatch.setattr(saved_views, "file", lambda: at)
    return at


def keep(*views: saved_views.SavedView) -> None:
    saved_views.change(lambda _: views)


def names() -> list[str]:
    return [view.name for view in saved_views.load()]


def button(app, label):
    return next(one for one in app.button if one.label == label)


@each_language
@pytest.mark.parametrize("name", PAGES)
def test_every_page_saves_the_view_it_shows(open_page, name, lang):
    app = open_page(name, lang=lang, **MODEL)
    shown = link(app)
    button(app, {"zh": "保存", "en": "Save"}[lang]).click().run()
    assert [error.message for error in app.exception] == []
    (one,) = saved_views.load()
    assert one.page == name
    assert dict(one.query) == shown
    assert read(app.success[0].value).startswith({"zh": "已保存为", "en": "Saved as"}[lang])


@each_language
def test_the_page_says_everything_in_one_language(open_page, lang):
    assert untranslated(written(open_page("present", lang=lang)), lang) == []
    keep(*(saved_views.SavedView(one.view_id, "1", one.page, one.query) for one in SIX))
    app = open_page("present", lang=lang)
    assert "6" in read(app.title[0].value)
    assert untranslated(written(app), lang) == []


def test_views_are_moved_renamed_and_deleted(open_page):
    keep(*SIX[:3])
    app = open_page("present", lang="en")
    [down, *_others] = [one for one in app.button if one.label == "↓"]
    down.click().run()
    assert names() == ["Beds", "Country", "Gaps"]
    field = next(one for one in app.text_input if one.value == "Gaps")
    field.set_value("Gaps of 2015").run()
    [one for one in app.button if one.label == "Rename"][2].click().run()
    assert names() == ["Beds", "Country", "Gaps of 2015"]
    button(app, "Delete").click().run()
    assert names() == ["Country", "Gaps of 2015"]
    assert "2 saved views" in read(app.title[0].value)


@each_language
def test_a_file_that_is_none_is_told_in_the_language_of_the_page(open_page, lang, store):
    store.parent.mkdir()
    store.write_text("no JSON", "utf-8")
    app = open_page("present", lang=lang)
    # left out, and told with the file that is to be mended
    assert len(app.error) == 0
    assert "views.json" in read(app.warning[0].value)
    told = {"zh": "无法读取的视图已略去", "en": "Saved views that cannot be read are left out"}[lang]
    assert told in read(app.warning[0].value)
    assert store.read_text("utf-8") == "no JSON"


def test_a_failed_write_is_told_and_loses_nothing(open_page, monkeypatch):
    keep(SIX[0])
    app = open_page("map", lang="en")

    def fail(_by):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saved_views, "change", fail)
    button(app, "Save").click().run()
    assert "could not be written" in read(app.error[0].value)
    assert "No space left" in read(app.error[0].value)
    assert names() == ["Country"]


def test_a_view_of_another_time_opens_what_there_is(published):
    odd = saved_views.new("Odd", "map", {"data": "gone", "ind": "nonsense", "year": "9", "in": "x"})
    slide = present.slide_of(odd, ("en",), BASE)
    assert "17 of 31 provinces" in slide.words[0].title


@pytest.mark.parametrize("choice", present.CHOICES)
def test_six_views_become_slides_and_pages_that_say_what_the_views_say(published, choice):
    deck = present.deck(SIX, choice, BASE)
    content = Presentation(io.BytesIO(present.to_pptx(SIX, choice, BASE)))
    pages = PdfReader(io.BytesIO(present.to_pdf(SIX, choice, BASE))).pages
    assert len(content.slides) == len(pages) == 6
    for one, target, page in zip(deck, content.slides, pages, strict=True):
        shown = "\n".join(shape.text_frame.text for shape in target.shapes if shape.has_text_frame)
        printed = "".join(page.extract_text().split())
        for said in one.words:
            labels = [row[0] for row in said.rows]
            for text in (said.title, said.subtitle, said.legend_title, said.legend_unit, *labels, *said.foot):
                assert text in shown
                assert "".join(text.split()) in printed
            assert "2015" in said.subtitle
            assert said.watermark in shown
        assert one.link in target.notes_slide.notes_text_frame.text
    assert [bool(one.mark) for one in deck] == [False, False, False, True, True, False]
    assert deck[1].link.startswith(f"{BASE}/map?lang={present.CHOICES[choice][0]}")
    assert deck[0].link.startswith(f"{BASE}/?lang=")


def test_the_same_views_give_the_same_bytes(published):
    once = present.to_pptx(SIX[:2], "zh+en", BASE)
    present._picture.cache_clear()
    assert present.to_pptx(SIX[:2], "zh+en", BASE) == once


def test_the_notes_hold_the_numbers(published):
    slide = present.slide_of(SIX[1], ("en",), BASE)
    said = "\n".join(slide.notes)
    for row in slide.words[0].rows:
        assert f"{row[0]}: {row[1]} areas" in said
    assert "Benchmark: " in said
    assert "Source: " in said
