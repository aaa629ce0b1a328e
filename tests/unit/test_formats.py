"""Are numbers written as people of each language read them?"""

import re
import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhgis import formats, indicators
from mhgis.i18n import LANGUAGES, translator
from mhgis.status import KNOWN, STATUSES
from tests import hostile, markdown


def test_thousands_are_grouped_and_minus_is_a_minus():
    assert formats.number(1_409_778_724) == "1,409,778,724"
    assert formats.number(-3.1, 2) == "\u22123.10"
    assert formats.number(-0.04, 1) == "0.0"


@pytest.mark.parametrize(("value", "decimals", "text"), [(0.5, 0, "1"), (2.675, 2, "2.68"), (14.95, 1, "15.0")])
def test_halves_go_up_as_by_hand(value, decimals, text):
    assert formats.number(value, decimals) == text


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
def test_nothing_is_never_printed_as_zero(missing):
    bed_rate = indicators.get("beds_per_100k")
    assert formats.number(missing) == formats.percent(missing) == formats.people(missing, "zh") == "–"
    assert formats.interval(missing, 3) == formats.value(missing, bed_rate, "en") == "–"
    assert formats.value_or_status(missing, "not_reported", bed_rate, "en") == "not reported"
    assert formats.value_or_status(missing, "not_reported", bed_rate, "zh") == "未报告"


@pytest.mark.parametrize(
    ("count", "zh", "en"),
    [
        (1_409_778_724, "14.10 亿人", "1.41 billion people"),
        (356_120_000, "3.56 亿人", "356 million people"),
        (14_010_000, "1,401 万人", "14 million people"),
        (1_401_000, "140 万人", "1.4 million people"),
        (82_340, "8.2 万人", "82,340 people"),
        (8_230, "8,230 人", "8,230 people"),
        (0, "0 人", "0 people"),
        (99_999_999, "1.00 亿人", "100 million people"),  # not 10,000 万
        (999_999, "100 万人", "1.0 million people"),  # in two scales at once: 100.0 万 and 1,000,000
    ],
)
def test_people_in_prose(count, zh, en):
    assert formats.people(count, "zh") == zh
    assert formats.people(count, "en") == en


def test_people_in_a_legend_leave_the_word_out():
    assert formats.people(356_120_000, "zh", unit=False) == "3.56 亿"
    assert formats.people(356_120_000, "en", unit=False) == "356 million"


@given(st.integers(0, 2 * 10**9))
def test_prose_is_within_half_a_last_digit_of_the_truth(count):
    words = {"亿": 10**8, "万": 10**4, "billion": 10**9, "million": 10**6}
    for lang in LANGUAGES:
        text, *word = formats.people(count, lang, unit=False).split()
        worth = words[word[0]] if word else 1
        last_digit = 10.0 ** -len(text.partition(".")[2])
        assert abs(float(text.replace(",", "")) * worth - count) <= worth * last_digit / 2 * (1 + 1e-9)


def test_ranges_carry_their_unit_once():
    assert formats.interval(49, 62, unit="%") == "49–62 %"
    assert formats.interval(-5, 3) == "\u22125 – 3"
    assert formats.interval(1.04, 0.96, 1) == "1.0"


def test_units_stand_where_the_language_puts_them():
    bed_rate = indicators.get("beds_per_100k")
    assert formats.value(14.2, bed_rate, "en") == "14.2 per 100,000 people"
    assert formats.value(14.2, bed_rate, "zh") == "每10万人 14.2"
    assert formats.value(41.37, indicators.get("share_counties_without_facility"), "en") == "41.4 % of counties"
    assert formats.value(0, bed_rate, "en") == "0.0 per 100,000 people"


def test_every_status_has_its_own_word_in_each_language():
    for lang in LANGUAGES:
        assert len({formats.status_word(status, lang) for status in STATUSES}) == len(STATUSES)
    assert all(translator("zh")(word) != word for word in formats.STATUS_WORDS.values())
    for status in KNOWN:
        assert formats.value_or_status(2, status, indicators.get("beds"), "en") == "2 beds"


def test_notes_that_stand_in_a_row_are_sentences_each():
    notes = ("Imported figures: not checked by others", "", "Rates of 2023 divide by the people of 2020.", "Is it so?")
    said = "Imported figures: not checked by others. Rates of 2023 divide by the people of 2020. Is it so?"
    assert formats.paragraph(notes, "en") == said
    notes = ("导入数据：未经他人核对", "2023年的率除以2020年的人口。", "见说明（估计。）")
    assert formats.paragraph(notes, "zh") == "导入数据：未经他人核对。2023年的率除以2020年的人口。见说明（估计。）"
    assert formats.paragraph((), "zh") == formats.paragraph(("",), "en") == ""


def test_equal_labels_are_told_apart_by_where_they_lie_and_then_by_code():
    named = {"130104": "桥西区", "130503": "桥西区", "130703": "桥西区", "130102": "长安区"}
    lies_in = {"130104": "石家庄市", "130503": "邢台市", "130703": "邢台市"}
    assert formats.distinct(named, lies_in) == {
        "130104": "桥西区 (石家庄市)",
        "130503": "桥西区 (邢台市) (130503)",
        "130703": "桥西区 (邢台市) (130703)",
        "130102": "长安区",
    }
    assert formats.distinct({2020: "A", 2021: "A"}) == {2020: "A (2020)", 2021: "A (2021)"}
    assert formats.distinct({"": "none", "a": "A"}) == {"": "none", "a": "A"}


@given(st.dictionaries(st.text("ab", max_size=3), st.sampled_from("XYZ")), st.data())
def test_no_two_labels_are_the_same_and_each_begins_with_its_own(labels, data):
    hints = {code: data.draw(st.sampled_from("PQ")) for code in labels if data.draw(st.booleans())}
    found = formats.distinct(labels, hints)
    assert list(found) == list(labels)
    assert all(found[code].startswith(label) for code, label in labels.items())
    assert len(set(found.values())) == len(labels) or "" in labels


@pytest.mark.parametrize(
    ("title", "unit", "beside"),
    [
        ("Psychiatric beds per 100,000", "per 100,000 people", ""),
        ("每10万人精神科床位数", "每10万人", ""),
        ("Psychiatric beds", "beds", ""),
        ("Probability of no facility", "%", "%"),
        ("Ratio to benchmark", "", ""),
    ],
)
def test_a_unit_is_said_once(title, unit, beside):
    assert formats.unit_beside(title, unit) == beside


#: what no sign of a stranger may be without a backslash before it
ACTIVE = set("\\`*_{}[]()<>#+-=!|~$:&")
#: what Streamlit's page makes of the text between two elements: links, letters, shortcodes, arrows
TURNED = re.compile(
    r"https?://|www\.|[-.\w+]+@[-\w]+|:[\w+-]+:|(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)", re.ASCII | re.IGNORECASE
)


def as_shown(text):
    """Read what `plain` returns: the text it stands for, and the pieces of it that elements keep apart."""
    pieces, at = [""], 0
    for sign in [*markdown.SIGN.finditer(text), None]:
        between = text[at : sign.start() if sign else len(text)]
        assert ACTIVE.isdisjoint(between), f"{between!r} acts in {text!r}"
        pieces[-1] += between
        if sign and sign["escaped"]:
            pieces[-1] += sign["escaped"]
        elif sign:
            pieces += [sign["alone"] or sign["bare"], ""]
        at = sign.end() if sign else at
    assert "".join(pieces) == markdown.read(text)
    return "".join(pieces), pieces


@pytest.mark.parametrize(("typed", "shown"), hostile.SHOWN.values(), ids=hostile.SHOWN)
def test_a_strangers_text_is_shown_as_it_was_typed(typed, shown):
    assert formats.visible(typed) == shown
    text, pieces = as_shown(formats.plain(typed))
    assert text == shown
    assert [piece for piece in pieces if TURNED.search(piece)] == []


@given(st.text(st.sampled_from(" \t\n\u2028\u202e*_[]()<>#+-=!|~$:&@/\\`{}.wWhtps1aé中")) | st.text())
def test_no_text_acts_as_markdown(typed):
    text, pieces = as_shown(formats.plain(typed))
    assert text == formats.visible(typed)
    assert [piece for piece in pieces if TURNED.search(piece)] == []
    assert not re.match(r"\d{1,9}\.(\s|$)", formats.plain(typed), re.ASCII)


@given(st.text())
def test_what_is_visible_is_one_line_with_nothing_hidden(typed):
    shown = formats.visible(typed)
    assert len(shown.splitlines()) <= 1
    assert [
        one for one in shown if unicodedata.category(one) in {"Cc", "Cs"} or unicodedata.bidirectional(one) in TURNING
    ] == []
    assert formats.visible(shown) == shown


#: kinds of signs that turn what stands beside them
TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def test_two_names_that_differ_by_what_is_hidden_look_different():
    assert formats.visible("Bei\u200bjing") == "Bei‹U+200B›jing"
    assert formats.plain("Bei\u200bjing") == "Bei‹U+200B›jing".replace("+", "\\+")
