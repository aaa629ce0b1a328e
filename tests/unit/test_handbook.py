"""The handbook inside the app: every file is a page, every link between pages stays in the app."""

import re

import pytest

from mhgis import paths
from mhgis.i18n import LANGUAGES
from mhgis.indicators import REGISTRY
from mhgis.queries import methods
from mhgis.words import handbook

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_of_docs_for_users_is_in_the_app(lang):
    found = {page.file for page in handbook.pages(lang, "cn").values()}
    docs = paths.ROOT / "docs"
    decisions = {file for file in (docs / "decisions").glob("*.md") if "for developers" not in file.read_text("utf-8")}
    expected = {*docs.rglob(f"*.{lang}.md"), *decisions, docs / "README.md",
                paths.ROOT / "GLOSSARY.md", paths.ROOT / "CHANGELOG.md"}  # fmt: skip
    assert found == expected
    assert {"architecture", "nine-wings", "console-script"}.isdisjoint(file.stem for file in found)
    assert len(decisions) >= 6


@pytest.mark.parametrize("lang", LANGUAGES)
def test_links_between_pages_stay_in_the_app(lang):
    known = handbook.pages(lang, "cn")
    for page in known.values():
        assert page.title
        assert set(page.group.split()) <= set(handbook.GROUPS)
        shown = handbook.in_app(page, known, lambda name: f"?show={name}")
        for target in LINK.findall(shown):
            assert "://" in target or target.removeprefix("?show=") in known, (page.name, target)


def test_a_page_leads_to_the_pages_it_names():
    known = handbook.pages("zh", "cn")
    named = {page.name for page in handbook.linked(known["handbook"], known).values()}
    # the contents name both languages; a reader of one is led to that one
    assert {"rates-and-gaps", "access", "equity", "benchmarks", "decision-population", "glossary"} <= named


def test_a_page_of_one_country_is_not_shown_for_another():
    assert "downscale-2015" in handbook.pages("en", "cn")
    assert "downscale-2015" not in handbook.pages("en", "xx")


def test_names_can_stand_in_a_link():
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in handbook.pages("en", "cn"))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("indicator", REGISTRY.values(), ids=REGISTRY)
def test_each_indicator_has_a_method_page_with_limitations(indicator, lang):
    page = handbook.pages(lang, "cn")[methods.method_of(indicator)]
    assert f"`{indicator.id}`" in page.text
    assert len(handbook.limitations(page, lang)) > 50
