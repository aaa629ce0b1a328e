"""
Numbers, statuses and the words of others as people read them, in both languages.

Numbers: grouped thousands, 亿 and 万, ranges, units, words. Rounds half up on the decimal digits a float prints, so
that what is shown is what a reader would round by hand. Words of others: text that a person typed or a file brought
comes out as it was written, in Markdown too. HTML is made with `markupsafe`, and cells of spreadsheets by
`mhgis.exports.formula_cells`.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, TypeVar

import pandas as pd

from mhgis.i18n import N_, Language, translator
from mhgis.indicators import Indicator
from mhgis.status import KNOWN, Status

#: what names a choice
Code = TypeVar("Code", bound=Hashable)

#: printed where there is no number and nothing more is known
NOTHING: Final = "–"
_MINUS: Final = "\u2212"
#: what may end a sentence; a bracket or a quotation mark may close after it
_STOPS: Final = (*".!?:;…", *"。！？：；", *(f"{stop}{closed}" for stop in ".!?。！？" for closed in ")”）"))

#: what each language counts large numbers of people in, largest first: size, decimals, word
_SCALES: Final[dict[Language, tuple[tuple[int, int, str], ...]]] = {
    "zh": ((10**8, 2, N_("hundred million")), (10**6, 0, N_("ten thousand")), (10**4, 1, N_("ten thousand"))),
    "en": ((10**9, 2, N_("billion")), (10**7, 0, N_("million")), (10**6, 1, N_("million"))),
}
#: what a word of `_SCALES` is worth
_WORTH: Final = {"hundred million": 10**8, "ten thousand": 10**4, "billion": 10**9, "million": 10**6}

STATUS_WORDS: Final[dict[Status, str]] = {
    "reported": N_("reported"),
    "zero": N_("zero"),
    "not_reported": N_("not reported"),
    "suppressed": N_("suppressed"),
    "not_applicable": N_("not applicable"),
    "modelled": N_("modelled"),
}

Number = float | int | None


def is_missing(number: object) -> bool:
    """Say whether a cell holds no number: None, NA or NaN."""
    return number is None or bool(pd.isna(number))  # type: ignore[call-overload]


def rounded(number: float, decimals: int = 0) -> Decimal:
    """Round half up on the digits the number prints; negative `decimals` round to tens, hundreds, ..."""
    return Decimal(repr(float(number))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def number(value: Number, decimals: int = 0) -> str:
    """
    Return a number with grouped thousands: `1,409,778,724`, `-3.10` with a true minus sign.

    A missing one gives `NOTHING`.
    """
    if value is None or is_missing(value):
        return NOTHING
    text = f"{abs(rounded(value, decimals)):,f}"
    return _MINUS + text if rounded(value, decimals) < 0 else text


def percent(value: Number, decimals: int = 0) -> str:
    """Return a share that is already in per cent: `41.4 %`."""
    return NOTHING if is_missing(value) else f"{number(value, decimals)} %"


def interval(lower: Number, upper: Number, decimals: int = 0, unit: str = "") -> str:
    """
    Return a range, its unit once: `49–62 %`.

    `unit` is text in the language of the page. Numbers with a minus get spaces around the dash; two that print alike
    become one; a range of which an end is missing gives `NOTHING`.
    """
    if is_missing(lower) or is_missing(upper):
        return NOTHING
    one, two = number(lower, decimals), number(upper, decimals)
    dash = " – " if _MINUS in one + two else "–"
    return with_unit(one if one == two else f"{one}{dash}{two}", unit)


def with_unit(text: str, unit: str) -> str:
    """Put a unit after a number, or before it where the language says `every so many` first."""
    if not unit:
        return text
    return f"{unit} {text}" if unit.startswith("每") else f"{text} {unit}"


def unit_beside(title: str, unit: str) -> str:
    """Return the unit that stands after a title: nothing where the title says it, as in `Beds per 100,000`."""
    said = unit.removesuffix(" people")
    return "" if said and said in title else unit


def value(value: Number, indicator: Indicator, lang: Language) -> str:
    """Return a value with the decimals and the unit of its indicator; `NOTHING` where it is missing."""
    if is_missing(value):
        return NOTHING
    return with_unit(number(value, indicator.decimals), translator(lang)(indicator.unit))


def value_or_status(value_: Number, status: Status, indicator: Indicator, lang: Language) -> str:
    """Return the value with its unit where the status carries a number, else the word for the status."""
    return value(value_, indicator, lang) if status in KNOWN else status_word(status, lang)


def paragraph(parts: Iterable[str], lang: Language) -> str:
    """
    Return sentences one after another: each with a stop, a blank between them but in Chinese.

    Empty ones are left out; one that ends without a stop, such as a note that elsewhere stands alone, is given one.
    """
    stop, blank = ("。", "") if lang == "zh" else (".", " ")
    said = (part.rstrip() for part in parts if part.strip())
    return blank.join(part if part.endswith(_STOPS) else part + stop for part in said)


def status_word(status: Status, lang: Language) -> str:
    """Return what a status is called on the screen: `not reported`, 未报告."""
    return translator(lang)(STATUS_WORDS[status])


def people(count: Number, lang: Language, *, unit: bool = True) -> str:
    """
    Return a number of people for prose, about three digits: 3.56 亿人, 1,401 万人; 356 million people.

    Small numbers are printed in full. With `unit=False` the word for people is left out, as in a legend.
    """
    if count is None or is_missing(count):
        return NOTHING
    _ = translator(lang)
    text, scaled = _scaled(count, lang)
    if not unit:
        return text
    if lang == "zh" and scaled:
        return text + _("people")
    return f"{text} {_('people')}"


def _scaled(count: float, lang: Language) -> tuple[str, bool]:
    for size, decimals, word in _SCALES[lang]:
        shown = rounded(count / _WORTH[word], decimals)
        # rounding first: 99,999,999 is 1.00 亿, not 10,000 万
        if abs(shown) * _WORTH[word] >= size:
            return f"{number(float(shown), decimals)} {translator(lang)(word)}", True
    return number(count), False


def distinct(labels: Mapping[Code, str], hints: Mapping[Code, str] | None = None) -> dict[Code, str]:
    """
    Return labels by code of which no two are the same: a browser answers a list with the label that was chosen.

    Parameters
    ----------
    labels
        What is offered, by code.
    hints
        What tells those of one label apart, such as where they lie, by code. Where that is not enough the code stands
        behind the label, too.
    """
    said = dict(labels)
    for more in (hints or {}, {code: str(code) for code in labels}):
        times = Counter(said.values())
        said = {
            code: f"{label} ({more[code]})" if times[label] > 1 and more.get(code) else label
            for code, label in said.items()
        }
    return said


#: of a name that a person gives, as many characters as a list can show
LONGEST_NAME: Final = 200

#: every kind of line break, tabs and blanks: on one line they are one blank
_BLANKS: Final = re.compile("[ \t-\r\x1c-\x1f\x85\u2028\u2029]+")
#: controls, half characters, and what turns, hides or smuggles text; joiners stay, for names and emoji need them
_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
#: what Streamlit turns into links, shortcodes and arrows after Markdown has been read, where a backslash is no help
_TURNED_LATER: Final = r":(?=[A-Za-z0-9_+/-])|@(?=[\w-])|-(?=[->])|<(?=[=-])|[>~](?==)|(?<=[wW])[wW](?=[wW])"
_ACTIVE: Final = re.compile(rf"(?P<later>{_TURNED_LATER})|[\\`*_{{}}\[\]()<>#+=!|~$:&-]|^\d{{1,9}}\.(?=\s|$)", re.ASCII)


def one_line(name: str) -> str:
    """Return a name on one line, without leading or trailing blanks, cut to `LONGEST_NAME` characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())[:LONGEST_NAME].rstrip()


def visible(text: object) -> str:
    """
    Return a text on one line of which nothing is hidden: what turns or hides text is written as its number.

    Line breaks of every kind become a blank. A control character, a character that turns the direction of writing,
    that has no width or that is half of one comes out as `‹U+202E›`, so that two names that differ look different.
    """
    return _UNSEEN.sub(lambda sign: f"‹U+{ord(sign[0]):04X}›", _BLANKS.sub(" ", str(text)).strip(" "))


def plain(text: object) -> str:
    """
    Return a text that Streamlit's Markdown shows as it was typed: what a person or a file wrote is no markup.

    As `visible`, and every sign that Markdown reads is escaped. Streamlit makes links of bare addresses, icons of
    `:name:` and arrows of `->` after the backslashes are gone; there one sign gets an element of its own
    (`:color[...]` without a colour), so that no rule finds the whole, while what is read and copied stays the same.
    """
    return _ACTIVE.sub(_escaped, visible(text))


def _escaped(sign: re.Match[str]) -> str:
    text = sign[0]
    # a number with a stop begins a list; of all others the sign itself is escaped
    escaped = f"{text[:-1]}\\." if text[0].isdigit() else text if text in "@wW" else f"\\{text}"
    return f":color[{escaped}]" if sign["later"] else escaped
