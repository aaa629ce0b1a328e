"""Alliances: who with whom and why, rules in the link, what exists as printed, drafts that say what they are."""

import csv
import io
import re
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from pypdf import PdfReader

from mhgis import paths
from mhgis.exports import csv_json, memorandum
from mhgis.exports import memorandum_pdf as sheets
from mhgis.i18n import LANGUAGES, translator
from mhgis.planning.alliance_words import MODEL_WORDS
from mhgis.ui.page import alliance_facts, alliances, memoranda
from mhgis.ui.part.list_files import listed
from mhgis.view.view import View
from tests.markdown import read
from tests.pages.conftest import link, written
from tests.rules.text import untranslated

each_language = pytest.mark.parametrize("lang", LANGUAGES)
GANSU = {"data": "cn-modelled-2015", "level": "county", "in": "620000", "bench": "delphi-minimum-beds"}
VIEW = View(dataset="cn-modelled-2015", level="county", indicator="beds_per_100k", year=2015,
            benchmark="delphi-minimum-beds", within="620000")  # fmt: skip


@each_language
def test_every_gap_county_of_a_province_has_a_model_a_hub_and_a_reason(open_page, lang):
    app = open_page("alliances", lang=lang, **GANSU)
    said = written(app)
    assert {"zh": "模型估计：甘肃省的 78 个缺口区域", "en": "Model estimate: 78 gap areas of Gansu"}[lang] in said
    assert {"zh": "3 个未知：既非缺口也非中心", "en": "3 not known: neither gap nor hub"}[lang] in said
    assert untranslated(said, lang) == []
    rows = next(frame.value for frame in app.dataframe if len(frame.value) == 78)
    why = rows[{"zh": "理由", "en": "Why"}[lang]]
    assert why.str.len().gt(5).all()
    assert rows[{"zh": "缺口成立（每100次抽样）", "en": "Gap in, of 100 draws"}[lang]].between(0, 100).all()


def test_a_rule_is_in_the_link_and_changes_the_plan(open_page):
    app = open_page("alliances", lang="en", **GANSU)
    before = read(app.title[0].value)
    app.number_input(key="ally_vertical").set_value(10).run()
    assert link(app)["ally"] == "vertical-10"
    assert "78 gap areas" in read(app.title[0].value)
    assert read(app.title[0].value) != before


def test_where_nothing_is_known_nobody_is_paired(open_page):
    app = open_page("alliances", lang="en", level="county")
    assert "Not known from these figures" in read(app.title[0].value)
    assert len(app.dataframe) == 0


@each_language
def test_what_exists_is_told_as_printed_with_what_is_inferred_marked(open_page, lang):
    app = open_page("alliances", lang=lang, ally="part-exist", **GANSU)
    said = written(app)
    assert untranslated(said, lang) == []
    shown = next(frame.value for frame in app.dataframe if len(frame.value) == 21)
    mark = {"zh": "（推断）", "en": "(inferred)"}[lang]
    inferred = shown.map(lambda cell: isinstance(cell, str) and cell.endswith((mark, "(推断)"))).to_numpy().sum()
    with (paths.ROOT / "data/cn/alliance_dimensions.csv").open(encoding="utf-8", newline="") as lines:
        expected = sum(row["basis"] == "inferred" for row in csv.DictReader(lines))
    assert inferred >= expected
    assert "94.84 %" in "".join(table.value.to_string() for table in app.table)
    assert {"zh": "970", "en": "970"}[lang] in said


@each_language
def test_models_forms_abroad_and_policies_are_told_in_both_languages(open_page, lang):
    app = open_page("alliances", lang=lang, ally="part-models", **GANSU)
    said = written(app)
    assert untranslated(said, lang) == []
    assert [len(table.value) for table in app.table] == [6, 9]
    assert len([one for one in app.subheader if one.value]) == 4 + 2


def test_the_alliances_stand_in_the_file_as_in_the_table_and_no_total_of_members_is_anywhere(open_page):
    pages = [open_page("alliances", lang=lang, ally="part-exist", **GANSU) for lang in LANGUAGES]
    with (paths.ROOT / "data/cn/alliances.csv").open(encoding="utf-8", newline="") as lines:
        printed = {row["alliance_id"]: row for row in csv.DictReader(lines)}
    made = alliance_facts.listing_of(VIEW, "http://host/alliances")
    rows = made.rows.set_index("No.")
    assert len(rows) == 21
    for one, row in printed.items():
        assert rows.loc[one, "Alliance"] == row["name"]
        assert rows.loc[one, "Members, as printed"] == row["members_printed"]
        assert rows.loc[one, "Reach, as printed"] == row["provinces_printed"]
        assert rows.loc[one, "Started by"] == row["initiator"]
        assert rows.loc[one, "Since, as printed"] == row["established"]
    # printed and inferred have columns of their own
    assert [name for name in rows.columns if name.endswith(": basis")] == [
        f"{name}: basis" for name in ("Initiator", "Region", "Combination", "Channel", "Closeness")
    ]
    # nothing that is counted of members is a number, so no total of them can be made or shown
    assert not [name for name in rows.columns if "ember" in name and rows[name].dtype.kind in "iuf"]
    counts = [int(n) for row in printed.values() for n in re.findall(r"\d+", row["members_count"])]
    tables = [frame.value.to_csv() for page in pages for frame in (*page.dataframe, *page.table)]
    text = "\n".join([csv_json.to_csv(made.rows, made.head()).decode("utf-8-sig"), *map(written, pages), *tables])
    sums = {sum(counts), sum(int(n[-1]) for row in printed.values() if (n := re.findall(r"\d+", row["members_count"])))}
    assert not [total for total in sums if re.search(rf"(?<![\d,]){total:,}(?![\d,])|(?<!\d){total}(?!\d)", text)]


def test_the_list_reconciles_with_the_plan_row_by_row(open_page):
    assert open_page("alliances", lang="en", **GANSU)
    got = alliances.answer(VIEW)
    made = listed(VIEW, alliances.sheet(VIEW), "http://host/alliances")
    assert len(made.rows) == len(got.here.gaps) == 78
    assert made.watermark is not None
    assert "vertical within 100 km" in made.says("filter")
    country = alliances.answer(replace(VIEW, within=""))
    # a part is the part of the whole
    whole = country.here.gaps.loc[got.here.gaps.index, ["hub_id", "model"]]
    assert (whole == got.here.gaps[["hub_id", "model"]]).all(axis=None)


@each_language
def test_a_draft_fits_one_page_says_what_it_is_and_is_the_same_every_time(open_page, lang):
    assert open_page("alliances", lang=lang, **GANSU)
    view = replace(VIEW, lang=lang)
    got = alliances.answer(view)
    hub = str(got.here.hubs["n_gaps"].idxmax())
    memo = sheets.fit(memoranda.memo_of(view, got, hub))
    assert 0 < len(memo.members) < memo.n_members
    # each model that it leads by has its roles and its way of referral
    led = got.whole.gaps.loc[got.whole.gaps["hub_id"].eq(hub), "model"].unique()
    routes = " ".join(memo.sections[1][1])
    assert all(translator(lang)(MODEL_WORDS[one]) in routes for one in led)
    content = sheets.render(memo)
    assert content == sheets.render(memo)
    pages = PdfReader(io.BytesIO(content)).pages
    assert len(pages) == 1
    said = re.sub(r"\s+", "", pages[0].extract_text())
    day = alliances.store.current().built_at[:10]
    built = memorandum.date.fromisoformat(day)
    file = memorandum.to_docx(memo, built)
    assert file == memorandum.to_docx(memo, built)
    assert {one.date_time[:3] for one in zipfile.ZipFile(io.BytesIO(file)).infolist()} == {built.timetuple()[:3]}
    document = Document(io.BytesIO(file))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    docx = re.sub(r"\s+", "", "".join([*(one.text for one in document.paragraphs), *cells]))
    badge = {"zh": "模型估计", "en": "Modelled"}[lang]
    draft = {"zh": "草案", "en": "DRAFT"}[lang]
    for text in (said, docx):
        assert all(re.sub(r"\s+", "", part) in text for part in (memo.title, memo.badge, memo.more, badge, draft))
        assert all(re.sub(r"\s+", "", row[0]) in text for row in memo.members)
        assert day in text
    # works are cited in the language they are in
    assert untranslated(replace(memo, sources=()).text().replace(draft, ""), lang) == []
