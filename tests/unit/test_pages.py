"""The registry of pages: each row has its files, each file its row, and the question stands in both."""

import ast

import pytest

from mhgis import paths
from mhgis.ui import pages
from mhgis.ui.part.shell import CONTROLS
from mhgis.view import saved_views

each_page = pytest.mark.parametrize("entry", pages.PAGES, ids=lambda entry: entry.page_id)


def test_every_file_of_a_page_is_registered_once_and_every_row_has_its_file():
    files = sorted(file.stem for file in (paths.ROOT / "pages").glob("*.py"))
    assert sorted(entry.page_id for entry in pages.PAGES) == files


@each_page
def test_the_question_of_a_page_is_the_docstring_of_its_file(entry):
    assert ast.get_docstring(ast.parse((paths.ROOT / entry.file).read_text("utf-8"))) == entry.question


@each_page
def test_a_page_offers_controls_that_exist_in_the_order_of_the_side(entry):
    assert entry.selectors == tuple(selector for selector in CONTROLS if selector in entry.selectors)


def test_a_visitor_lands_on_the_page_that_saved_views_take_for_the_start():
    assert pages.FIRST.page_id == saved_views.START


def test_pages_stand_under_their_headings_in_the_order_of_the_table():
    groups = pages.by_group()
    assert [entry for entries in groups.values() for entry in entries] == list(pages.PAGES)
    assert list(groups) == ["Explore", "Analyse", "Plan", "Share", "Data"]


def test_a_page_is_found_by_its_name_and_one_that_is_gone_is_not():
    assert pages.find("map") is pages.PAGES[1]
    assert pages.find("atlas") is None


def test_only_what_is_no_view_cannot_be_saved():
    assert {entry.page_id for entry in pages.PAGES if not entry.is_saved} == {"present", "import_data"}
