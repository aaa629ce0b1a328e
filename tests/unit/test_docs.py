"""The handbook: every link leads somewhere, every method page has its form in both languages, and all are listed."""

import re

import pytest

from mhgis import __version__, paths
from mhgis.indicators import REGISTRY
from mhgis.words.handbook import FOR_DEVELOPERS

DOCS = paths.ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *paths.ROOT.glob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
METHODS = sorted(path.name.removesuffix(".en.md") for path in (DOCS / "methods").glob("*.en.md"))
#: results of a method held against the literature; no methods of their own
RESULTS = {"equity-china-2015"}

#: a word that heads each part of a method page, in the order of the form
FORM = {
    "en": ("What it measures", "Formula", "Inputs", "Sources", "Processing", "Limitations", "References"),
    "zh": ("衡量什么", "公式", "输入", "来源", "处理", "局限", "参考文献"),
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(paths.ROOT).as_posix())
def test_links_of_a_page_lead_somewhere(page):
    links = [link.partition("#")[0] for link in LINK.findall(page.read_text("utf-8"))]
    inside = [link for link in links if link and "://" not in link and not link.startswith("mailto:")]
    assert [link for link in inside if not (page.parent / link).exists()] == []


def test_the_handbook_lists_every_method_and_decision_and_the_readme_lists_the_handbook():
    handbook = (DOCS / "README.md").read_text("utf-8")
    methods = [f"methods/{name}.{lang}.md" for name in METHODS for lang in FORM]
    assert [name for name in methods if f"({name})" not in handbook] == []
    assert f"version = {{{__version__}}}" in handbook
    assert "(docs/README.md)" in (paths.ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("page", sorted((DOCS / "decisions").glob("*.md")), ids=lambda page: page.stem)
def test_a_decision_has_its_date_and_is_listed_for_those_who_ask_about_it(page):
    text = page.read_text("utf-8")
    dated = [line for line in text.splitlines()[:5] if re.fullmatch(r"\d{4}-\d{2}-\d{2}", line)]
    assert len(dated) == 1
    index = "architecture.md" if FOR_DEVELOPERS in text else "README.md"
    assert f"(decisions/{page.name})" in (DOCS / index).read_text("utf-8")


@pytest.mark.parametrize("name", [name for name in METHODS if name not in RESULTS])
@pytest.mark.parametrize("lang", FORM)
def test_a_method_page_has_its_form(name, lang):
    text = (DOCS / "methods" / f"{name}.{lang}.md").read_text("utf-8")
    heads = [line for line in text.splitlines() if line.startswith("## ")]
    missing = [word for word in FORM[lang] if not any(word in head for head in heads)]
    assert missing == []


@pytest.mark.parametrize(("lang", "line"), [("en", "Indicators: "), ("zh", "指标：")])
def test_each_indicator_is_named_by_exactly_one_method_page(lang, line):
    texts = [(DOCS / "methods" / f"{name}.{lang}.md").read_text("utf-8").splitlines() for name in METHODS]
    named = [found for text in texts for row in text if row.startswith(line) for found in re.findall(r"`(\w+)`", row)]
    assert sorted(named) == sorted(REGISTRY)
