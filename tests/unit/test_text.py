"""The untranslated-string rule: held by the tree, and shown to fail on a tree that breaks it."""

import pytest

from mhgis import i18n, indicators, paths
from scripts import catalogue
from tests.rules import text

PO = "mhgis/locale/zh/LC_MESSAGES/mhgis.po"
HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
)


def entry(message, translation):
    return f'msgid "{message}"\nmsgstr "{translation}"\n\n'


GOOD = {
    "pages/gaps.py": (
        "import streamlit as st\nfrom mhgis.ui import view\n_ = view.translate\n"
        'st.title(_("Gaps"))\n'
        'st.metric(_("Beds"), f"{1:,}", help=_("{n} beds").format(n=1))\n'
        "st.markdown(f\"**{1}** <b class='{3}'>{2}</b> :gray[{4}] :material/map: &nbsp;\")\n"
        'st.download_button("CSV", b"", "gaps.csv", "text/csv", key="download the table")\n'
    ),
    "app.py": 'import streamlit as st\nst.Page("pages/gaps.py", title=_("Gaps"), icon=":material/list:")\n',
    "mhgis/ui/view.py": 'def label(x):\n    """Say what it is."""\n    return x\n',
    "mhgis/ui/map.js": 'const key = "fill color"; box.textContent = text.title; // a comment\n',
    "mhgis/figures/bars.py": 'go.Bar(x=[1], hovertemplate="%{x:,}<extra></extra>", name=_("Beds"))\n',
    PO: HEADER + entry("Gaps", "缺口") + entry("Beds", "床位") + entry("{n} beds", "{n} 张床位"),
}

SHOWN = {
    "a title": ("pages/gaps.py", 'st.title("Gaps of the province")\n'),
    "an f-string": ("pages/gaps.py", 'st.markdown(f"**{1}** beds")\n'),
    "a help text": ("pages/gaps.py", 'st.metric(_("Beds"), 1, help="Open beds")\n'),
    "a sum of strings": ("pages/gaps.py", 'st.caption(_("Gaps") + ", or none")\n'),
    "a format": ("pages/gaps.py", 'st.caption("{n} beds".format(n=1))\n'),
    "a name for a literal": ("pages/gaps.py", 'LABEL = "Gaps"\nst.sidebar.header(LABEL)\n'),
    "one of two": ("pages/gaps.py", 'st.write(_("Gaps") if x else "none at all")\n'),
    "tabs": ("pages/gaps.py", 'st.tabs([_("Gaps"), "Table"])\n'),
    "Chinese in the code": ("pages/gaps.py", 'st.button("导出")\n'),
    "a column": ("mhgis/ui/table.py", 'st.column_config.NumberColumn("Beds", format="%d")\n'),
    "a page's title": ("app.py", 'st.Page("pages/gaps.py", title="Shortfalls")\n'),
    "an axis": ("mhgis/figures/bars.py", 'figure.update_layout(xaxis_title="beds")\n'),
    "a trace": ("mhgis/figures/bars.py", 'go.Bar(name="Beds")\n'),
    "text on a drawing": ("mhgis/figures/bars.py", 'ax.text(0, 0, "modelled")\n'),
    "a browser script": ("mhgis/ui/map.js", 'box.textContent = "Zoom in";\n'),
    "Chinese in a script": ("mhgis/ui/map.js", 'const label = "放大";\n'),
    "a label for a screen reader": ("mhgis/ui/map.js", 'box.setAttribute("aria-label", "Map");\n'),
}

REST = entry("Gaps", "缺口") + entry("Beds", "床位")
CATALOGUES = {
    "missing": (REST, "pages/gaps.py:5: '{n} beds' is not in the catalogue"),
    "empty": (REST + entry("{n} beds", ""), "'{n} beds' has no translation"),
    "fuzzy": (REST + "#, fuzzy\n" + entry("{n} beds", "{n} 张床位"), "'{n} beds' is marked fuzzy"),
    "still English": (REST + entry("{n} beds", "{n} beds"), "'{n} beds' is not Chinese: '{n} beds'"),
    "unused": (REST + entry("{n} beds", "{n} 张床位") + entry("Old", "旧"), "'Old' is used nowhere"),
    "twice": (REST + 2 * entry("{n} beds", "{n} 张床位"), "mhgis.po: '{n} beds' stands there 2 times"),
    "twice, once wrapped": (
        REST + entry("{n} beds", "{n} 张床位") + 'msgid ""\n"{n} "\n"beds"\nmsgstr "{n} 张床位"\n',
        "mhgis.po: '{n} beds' stands there 2 times",
    ),
    "another placeholder": (
        REST + entry("{n} beds", "{k} 张床位"),
        "'{n} beds' has other placeholders than '{k} 张床位'",
    ),
}


def write(root, tree):
    for name, content in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")


def test_all_text_on_the_screen_is_marked():
    assert text.unmarked(paths.ROOT) == []


def test_every_message_has_its_chinese():
    assert text.catalogue_faults(paths.ROOT) == []


def test_the_catalogue_stands_by_the_files_that_use_its_messages():
    assert text.out_of_order(paths.ROOT) == []


def test_arranging_the_catalogue_loses_nothing_and_is_done_once():
    mixed = (
        HEADER + entry("Old", "旧") + entry("{n} beds", "{n} 张床位") + entry("Gaps", "缺口") + entry("Beds", "床位")
    )
    used = {
        "Gaps": catalogue.Use("pages/gaps.py", 3, None), "{n} beds": catalogue.Use("mhgis/a.py", 9, None),
        "Beds": catalogue.Use("mhgis/a.py", 1, None), "{n} areas": catalogue.Use("mhgis/a.py", 2, "{n} of the areas"),
    }  # fmt: skip
    arranged = catalogue.arranged(mixed, used)
    assert arranged == HEADER + "\n".join([
        "#: mhgis/a.py\n" + entry("Beds", "床位")[:-1],
        '#: mhgis/a.py\nmsgid "{n} areas"\nmsgid_plural "{n} of the areas"\nmsgstr[0] ""\n',
        "#: mhgis/a.py\n" + entry("{n} beds", "{n} 张床位")[:-1],
        "#: pages/gaps.py\n" + entry("Gaps", "缺口")[:-1],
        "#: used nowhere\n" + entry("Old", "旧")[:-1],
    ])  # fmt: skip
    assert catalogue.arranged(arranged, used) == arranged


def test_a_message_out_of_its_place_is_found_out(tmp_path):
    write(tmp_path, GOOD)
    assert text.out_of_order(tmp_path) == ['mhgis.po:6: msgid "Gaps" does not stand in its place: make catalogue']


def test_a_tree_that_keeps_the_rules_has_no_fault(tmp_path):
    write(tmp_path, GOOD)
    assert text.unmarked(tmp_path) == []
    assert text.catalogue_faults(tmp_path) == []


@pytest.mark.parametrize(("file", "content"), SHOWN.values(), ids=SHOWN.keys())
def test_a_literal_on_the_screen_is_found_out(tmp_path, file, content):
    write(tmp_path, {**GOOD, file: content})
    found = text.unmarked(tmp_path)
    assert len(found) == 1
    assert found[0].startswith(file)


@pytest.mark.parametrize(("entries", "expected"), CATALOGUES.values(), ids=CATALOGUES.keys())
def test_a_broken_catalogue_is_found_out(tmp_path, entries, expected):
    write(tmp_path, {**GOOD, PO: HEADER + entries})
    assert text.catalogue_faults(tmp_path) == [expected]


@pytest.mark.parametrize("indicator", indicators.REGISTRY.values(), ids=lambda one: one.id)
def test_an_indicator_says_all_it_has_to_say_in_both_languages(indicator):
    chinese = i18n.translator("zh")
    said = [indicator.name, indicator.unit, indicator.definition]
    assert all(said)
    assert [one for one in said if text.words(one) and not text.CHINESE.search(chinese(one))] == []


def test_a_page_in_the_wrong_language_is_found_out(tmp_path):
    long = entry("People in counties without a facility", "所在县级单位无机构的人口")
    write(tmp_path, {PO: HEADER + REST + entry("{n} beds", "{n} 张床位") + long})
    assert text.untranslated("缺口\n12 张床位\nBeds per head in Europe (a title)\n北京市", "zh", tmp_path) == []
    assert text.untranslated("缺口\n12 beds", "zh", tmp_path) == ["{n} beds"]
    assert text.untranslated("说明：People in counties without a facility。", "zh", tmp_path) == [
        "People in counties without a facility"
    ]
    assert text.untranslated("Gaps\n12 beds\n北京市", "en", tmp_path) == []
    assert text.untranslated("Gaps\n床位", "en", tmp_path) == ["床位"]
    assert text.untranslated("Note: 所在县级单位无机构的人口", "en", tmp_path) == ["所在县级单位无机构的人口"]
