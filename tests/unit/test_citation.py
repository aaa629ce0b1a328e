"""Is a figure cited so that a reader finds its sources, the same way every time?"""

import re

import pytest

from mhgis import __version__
from mhgis.i18n import LANGUAGES
from mhgis.words.citation import Work, bibtex, cite
from mhgis.words.provenance import About, Origin

SURVEY = Work("survey2019", "Resources in 2015 & 100 % of counties", "Journal", 2019, "doi:10.1/x_y", "figures only")
MODEL = Work("model", "The ensemble")
ABOUT = About(
    indicator="beds_per_100k", title="17 of 31 provinces fall short", unit="per 100,000 people", dataset="cn-published",
    year=2015, level="province", origins=(Origin("survey2019", SURVEY.title),), processing="computed", build="abc123",
    built_on="2026-11-22", dataset_title="Published figures",
)  # fmt: skip
LINK = "http://here/map?ind=beds_per_100k&year=2015"


def test_the_text_names_figure_sources_and_build():
    assert cite(ABOUT, [SURVEY, MODEL], "Atlas", LINK, "en") == (
        "17 of 31 provinces fall short (per 100,000 people, 2015, Published figures). "
        "Sources: Resources in 2015 & 100 % of counties (Journal, 2019, doi:10.1/x_y); The ensemble. "
        f"Computed by Atlas (mhgis) {__version__}, build abc123 of 2026-11-22. " + LINK
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_source_and_the_build_are_in_the_text(lang):
    said = cite(ABOUT, [SURVEY, MODEL], "Atlas", "", lang)
    assert all(part in said for part in (SURVEY.title, MODEL.title, "abc123", "2026-11-22"))


def test_bibtex_has_an_entry_for_the_figure_and_each_source():
    text = bibtex(ABOUT, [SURVEY, MODEL], "Atlas", LINK)
    assert re.findall(r"@misc\{([^,]+),", text) == [
        "mhgis-cn-published-beds-per-100k-2015-abc123", "survey2019", "model",
    ]  # fmt: skip
    assert r"title = {Resources in 2015 \& 100 \% of counties}" in text
    assert "author = {{Journal}}" in text
    assert "howpublished = {https://doi.org/10.1/x_y}" in text
    assert f"howpublished = {{{LINK}}}" in text
    # every brace that opens closes
    depth = 0
    for sign in re.sub(r"\\.", "", text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0


@pytest.mark.parametrize(
    ("identifier", "address"),
    [
        ("doi:10.21037/jhmhp.2018.07.03", "https://doi.org/10.21037/jhmhp.2018.07.03"),
        ("PMC5980243", "https://pmc.ncbi.nlm.nih.gov/articles/PMC5980243/"),
        ("ISBN 978-7-5037-9772-9", ""),
        ("sha256:00", ""),
        ("", ""),
    ],
)
def test_an_identifier_leads_where_it_can(identifier, address):
    assert Work("x", "X", identifier=identifier).address == address
