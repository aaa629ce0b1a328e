"""
Numbers and statuses as offices write them: counts, years, coordinates.

An unknown value never becomes zero, and what is not understood becomes a fault, never a number. Each different text is
read once, however often it stands in a column.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

import pandas as pd

from mhgis.i18n import N_, Language, translator
from mhgis.importing.types import Severity, as_findings
from mhgis.status import Status

#: a count above this is a mistake in any country
LARGEST_COUNT: Final = 100_000_000
FIRST_YEAR: Final = 1949
LAST_YEAR: Final = 2100
#: degrees
_LIMITS: Final = {"lon": 180, "lat": 90}
_SIXTY: Final = 60


@dataclass(frozen=True)
class Reading:
    """What a code says of a cell: how grave it is, what was expected and what to do (message ids)."""

    severity: Severity
    expected: str
    todo: str


_COUNT: Final = N_("a whole number, 0 or more")
_YEAR: Final = N_("a year such as 2020")
_DEGREES: Final = N_("degrees, such as 103.8341")

#: every code a value can get
READINGS: Final[Mapping[str, Reading]] = {
    "dash": Reading(
        "warning",
        N_("a number, or an empty cell where it is not known"),
        N_("A dash was read as not reported. If it means none, write 0."),
    ),
    "none_word": Reading("question", _COUNT, N_("If it means zero, write 0. If nobody knows, leave the cell empty.")),
    "one_or_dash": Reading(
        "question", _COUNT, N_("The sign for one looks like a dash. Write 1, or leave the cell empty.")
    ),
    "exponent": Reading(
        "warning", _COUNT, N_("Excel writes long numbers so. See whether this is the number you mean.")
    ),
    "approximate": Reading(
        "question", _COUNT, N_("Write the number itself, if it is known; else leave the cell empty.")
    ),
    "letter": Reading(
        "question",
        _COUNT,
        N_("A letter stands where a digit belongs, such as O for 0 or l for 1. Type the number again."),
    ),
    "footnote": Reading("question", _COUNT, N_("Take the footnote mark off the number.")),
    "range": Reading("question", _COUNT, N_("Write one number, if it is known; else leave the cell empty.")),
    "fraction": Reading(
        "error", _COUNT, N_("Write the count itself, no rate, mean or share, in the unit of the header.")
    ),
    "negative": Reading("error", _COUNT, N_("Write a count, 0 or more; leave the cell empty if it is not known.")),
    "percent": Reading(
        "error", _COUNT, N_("Write the count itself, no rate, mean or share, in the unit of the header.")
    ),
    "date": Reading("error", _COUNT, N_("Excel turned the cell into a date. Type the number again.")),
    "formula": Reading("error", _COUNT, N_("Open the file in Excel, let it compute, and save it again.")),
    "cell_error": Reading("error", _COUNT, N_("The formula in this cell failed. Mend it, or write the number.")),
    "too_large": Reading("error", _COUNT, N_("See whether digits or units are doubled, and write the right number.")),
    "grouping": Reading("error", _COUNT, N_("Write the number without separators.")),
    "text": Reading("error", _COUNT, N_("Write a number here, or leave the cell empty if it is not known.")),
    "year_short": Reading("question", _YEAR, N_("Write the year with four digits.")),
    "year_range": Reading("question", _YEAR, N_("Write the one year the row is for.")),
    "year": Reading("error", _YEAR, N_("Write the year with four digits; none before 1949 is taken.")),
    "coordinate": Reading("error", _DEGREES, N_("Write degrees as one decimal number, longitude and latitude apart.")),
    "coordinate_range": Reading(
        "error", N_("-180 to 180 for a longitude, -90 to 90 for a latitude"), N_("See whether the two are swapped.")
    ),
    "coordinate_zero": Reading(
        "question", _DEGREES, N_("0 stands for an unknown place in many programs. Leave it empty.")
    ),
}

#: characters that are others in full width; a superscript or a circled digit is no digit
_WIDE: Final = "，．－＋％（）＜＞≤≥＊／～：［］？＃\u2212\u2010\u2011\ufe63\u3000\xa0\u2002\u2003\u2009\u202f\t\n\r"
_NARROW: Final = ",.-+%()<><>*/~:[]?#----" + " " * 9
_PLAIN: Final = str.maketrans(
    "０１２３４５６７８９"
    + "".join(chr(0xFF21 + n) for n in range(26))
    + "".join(chr(0xFF41 + n) for n in range(26))
    + _WIDE,
    "0123456789" + 2 * "abcdefghijklmnopqrstuvwxyz" + _NARROW,
)
_DASHES: Final = re.compile(r"[-–—―─━﹣_/\\.…·・~〜～ ]+")
_UNKNOWN_WORDS: Final = """
不详 不祥 不明 不清楚 未知 未报 未报告 未填 未填报 未统计 未调查 未公布 未上报 无数据
暂无 暂无数据 数据缺失 缺失 缺 缺报 空 空白
不詳 未報 未報告 未統計 未調查 無數據 暫無
n/a na n.a. n.a n/r nr nan null unknown missing not-reported not_reported notreported notavailable unavailable
nodata blank empty ? ?? ??? x xx xxx #n/a <na>
"""
_UNKNOWN: Final = frozenset(_UNKNOWN_WORDS.split())
_NOT_APPLICABLE: Final = frozenset({"不适用", "不適用", "notapplicable", "not_applicable", "not-applicable"})
_NONE_WORDS: Final = frozenset({"无", "無", "没有", "沒有", "none", "no", "nil"})
_ZEROS: Final = frozenset({"零", "〇", "zero"})
_HIDDEN_WORDS: Final = frozenset(
    {"suppressed", "confidential", "withheld", "保密", "隐去", "已隐去", "不公开", "不公開"}
)
_SUPPRESSED: Final = re.compile(
    r"(?:\*+|<=? *\d+|(?:少于|少於|小于|小於|不足|低于|低於|"
    r"lessthan|fewerthan|under|below)\d+|\d+(?:以下|orfewer|orless))"
)
_UNITS: Final = (
    r"(?:张床位|张床|張床|张|張|床位|床|人次|人|名医师|名护士|名|个|個|家|所|间|間|位|beds?|persons?|people|staff|nurses?|"
    r"psychiatrists?|doctors?|facilit(?:y|ies))"
)
_SCALES: Final = {"万": 10_000, "萬": 10_000, "千": 1_000, "百万": 1_000_000, "亿": 10**8, "億": 10**8}
_NUMBER: Final = re.compile(
    r"(?P<number>\d{1,3}(?:[, ]\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)(?P<exponent>e[+-]?\d{1,3})?"
    rf" *(?P<scale>百万|[万萬千亿億])? *{_UNITS}?"
)
_MONTHS: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE: Final = re.compile(
    r"\d{4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?月?(?: .*)?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{1,2}月\d{1,2}日|"
    rf"\d{{1,2}}-{_MONTHS}.*|{_MONTHS}-\d{{1,4}}|\d{{1,2}}:\d{{2}}(?::\d{{2}})?"
)
_RANGE: Final = re.compile(rf"\d+ *(?:-|–|—|~|至|到|to) *\d+ *{_UNITS}?")
_APPROXIMATE: Final = re.compile(
    r"(?:约|約|大约|大約|近|超|超过|超過|将近|about|approx\.?|circa|ca\.?|c\.|~|>=?|over|morethan) *[\d,.]+.*|"
    r"[\d,.]+ *(?:左右|多|余|餘|以上|\+).*"
)
_LETTER: Final = re.compile(r"(?=.*\d)(?=.*[oil|])[\doil|,]+", re.IGNORECASE)
_FOOTNOTE: Final = re.compile(r"[\d,.]+ *(?:\*+|[①-⑳⑴-⒇¹²³⁰-⁹†‡§#a-z]|[\[(]\w{1,2}[\])]|\(注\d*\))")
_CELL_ERROR: Final = re.compile(
    r"#(?:ref|div/0|value|name\?|num|null|calc|spill|getting_data|field|blocked).*", re.IGNORECASE
)

_DIGITS: Final = {
    **{one: n for n, one in enumerate("零一二三四五六七八九")},
    **{one: n for n, one in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "两": 2,
    "兩": 2,
    "貳": 2,
    "參": 3,
    "陸": 6,
}
_POWERS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1_000, "仟": 1_000}
_MYRIADS: Final = (("亿億", 10**8), ("万萬", 10**4))

Answer = tuple[int | float | None, Status | None, str | None]


def parse_counts(text: pd.Series, factor: int = 1) -> pd.DataFrame:
    """
    Read counts.

    Parameters
    ----------
    text
        Cells as they stand; NA where a cell is empty.
    factor
        What the numbers are multiplied by, from a unit in the header such as 万.

    Returns
    -------
    parsed
        On the index of `text`: `value` (Int64; NA where there is no number), `status` (`reported`, `zero`,
        `not_reported`, `suppressed`, `not_applicable`; NA where the cell is not understood, so that nothing may be
        loaded from it) and `code` (a key of `READINGS`; NA where nothing has to be said).
    """
    return _parse(text, lambda one: _count(one, factor), (None, "not_reported", None), "Int64")


def parse_whether(text: pd.Series) -> pd.DataFrame:
    """
    Read whether there is one: yes is one, no is zero, whatever else is nothing that can be read.

    Returns
    -------
    parsed
        As `parse_counts` gives it. One stands for at least one: whoever uses it has to be asked first.
    """
    return _parse(text, _whether, (None, "not_reported", None), "Int64")


_YES: Final = frozenset(["是", "有", "√", "✓", "✔", "y", "yes", "true", "t", "1", "1.0", "已设", "设有", "具备"])
_NO: Final = frozenset(["否", "无", "無", "×", "✗", "x", "n", "no", "false", "f", "0", "0.0", "未设", "没有", "不具备"])


def _whether(text: str) -> Answer:
    word = text.strip().lower()
    if word in _YES:
        return 1, "reported", None
    return (0, "zero", None) if word in _NO else _count(text, 1)


def parse_years(text: pd.Series) -> pd.DataFrame:
    """
    Read years: 2015, 2015年, 二〇一五年, a date.

    Returns
    -------
    parsed
        On the index of `text`: `value` (Int64) and `code`, as `parse_counts` gives them; an empty cell has neither.
    """
    return _parse(text, _year, (None, None, None), "Int64").drop(columns="status")


def parse_coordinates(text: pd.Series, axis: Literal["lon", "lat"]) -> pd.DataFrame:
    """
    Read longitudes or latitudes: decimal degrees, or degrees, minutes and seconds.

    Returns
    -------
    parsed
        On the index of `text`: `value` (degrees, Float64; in the coordinate system of the file) and `code`, as
        `parse_counts` gives them; an empty cell has neither.
    """
    plain = text.str.fullmatch(_PLAIN_DEGREES, na=False)
    degrees = text.where(plain).astype("float64")
    # most columns hold nothing but decimals, each different
    sure = plain & degrees.abs().le(_LIMITS[axis]) & degrees.ne(0)
    rest = _parse(text[~sure], lambda one: _coordinate(one, axis), (None, None, None), "Float64")
    return pd.DataFrame(
        {
            "value": degrees.where(sure).astype("Float64").fillna(rest["value"].reindex(text.index)),
            "code": rest["code"].reindex(text.index),
        }
    )


def findings(
    text: pd.Series, parsed: pd.DataFrame, *, file: str, sheet: str, column: str, lang: Language
) -> pd.DataFrame:
    """
    Return what has to be said of parsed cells, a row a cell.

    Parameters
    ----------
    text, parsed
        Cells, and what `parse_counts`, `parse_years` or `parse_coordinates` made of them.
    file, sheet, column
        Where they stand; `column` is its printed name.
    lang
        Language of the sentences.
    """
    _ = translator(lang)
    said = parsed["code"].dropna()
    return as_findings(
        {
            "file": file,
            "sheet": sheet,
            "row": row,
            "column": column,
            "code": code,
            "severity": READINGS[code].severity,
            "found": shown,
            "expected": _(READINGS[code].expected),
            "todo": _(READINGS[code].todo),
        }
        for row, code, shown in zip(said.index, said, text.loc[said.index], strict=True)
    )


def _parse(text: pd.Series, read: Callable[[str], Answer], empty: Answer, dtype: str) -> pd.DataFrame:
    codes, uniques = pd.factorize(text)
    answers = [*(read(str(one)) for one in uniques), empty]
    table = pd.DataFrame(answers, columns=["value", "status", "code"])
    value = pd.Series(table["value"].array, dtype=dtype).take(codes).set_axis(text.index)
    return _frame(text, value, table["status"].astype("str").take(codes), table["code"].astype("str").take(codes))


def _frame(text: pd.Series, value: pd.Series, status: pd.Series, code: pd.Series | None) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "value": value,
            "status": pd.Series(status.array, index=text.index, dtype="str"),
            "code": pd.Series(None if code is None else code.array, index=text.index, dtype="str"),
        },
        index=text.index,
    )


def _plain(text: str) -> str:
    return re.sub(r" +", " ", text.translate(_PLAIN)).strip().lower()


def _count(text: str, factor: int) -> Answer:
    plain = _plain(text)
    word = plain.replace(" ", "")
    found = _NUMBER.fullmatch(plain)
    if not found:
        return _status_word(plain, word) or _refused(plain) or _spelled(plain, word, factor)
    number = Decimal(re.sub("[, ]", "", found["number"]))
    if found["exponent"]:
        number = number.scaleb(int(found["exponent"][1:]))
    return _sized(number * _SCALES.get(found["scale"] or "", 1) * factor, "exponent" if found["exponent"] else None)


def _spelled(plain: str, word: str, factor: int) -> Answer:
    number = chinese_number(re.sub(_UNITS + "$", "", word))
    if number is None:
        return None, None, "grouping" if re.fullmatch(r"[\d,. ']+", plain) else "text"
    return _sized(Decimal(number) * factor, None)


def _sized(number: Decimal, code: str | None) -> Answer:
    if number > LARGEST_COUNT:
        return None, None, "too_large"
    if number != number.to_integral_value():
        return None, None, "fraction"
    return int(number), "reported" if number else "zero", code


def _status_word(plain: str, word: str) -> Answer | None:
    answer = _WORDS.get(word)
    if answer is None and _SUPPRESSED.fullmatch(word):
        return None, "suppressed", None
    if answer is None and _DASHES.fullmatch(plain):
        return None, "not_reported", None if set(word) <= set("….") else "dash"
    return answer


_WORDS: Final[dict[str, Answer]] = {
    "": (None, "not_reported", None),
    **dict.fromkeys(_UNKNOWN, (None, "not_reported", None)),
    **dict.fromkeys(_ZEROS, (0, "zero", None)),
    **dict.fromkeys(_NOT_APPLICABLE, (None, "not_applicable", None)),
    **dict.fromkeys(_HIDDEN_WORDS, (None, "suppressed", None)),
    **dict.fromkeys(_NONE_WORDS, (None, None, "none_word")),
    # one, or a dash that was typed as the sign for one
    "一": (None, None, "one_or_dash"),
}

#: what is refused, in the order in which it is looked for
_REFUSED: Final = (
    ("cell_error", _CELL_ERROR),
    ("formula", re.compile(r"[=@].*", re.DOTALL)),
    ("percent", re.compile(r"[-+]?[\d,.]+ *[%‰].*")),
    ("negative", re.compile(r"-+ *[\d,.]+.*|\([\d,.]+\)")),
    ("date", _DATE),
    ("range", _RANGE),
    ("approximate", _APPROXIMATE),
    ("letter", _LETTER),
    ("footnote", _FOOTNOTE),
)


def _refused(plain: str) -> Answer | None:
    return next(((None, None, code) for code, pattern in _REFUSED if pattern.fullmatch(plain)), None)


def chinese_number(text: str) -> int | None:
    """
    Return the number that Chinese numerals spell, or None where they spell none.

    Takes 十二, 一百零五, 两千三百, 一万二千, 壹佰贰拾 and digits in a row (二〇一五); not 一百二, which is 120 or 102.
    """
    if len(text) > 1 and all(one in _DIGITS for one in text):
        return int("".join(str(_DIGITS[one]) for one in text))
    for signs, size in _MYRIADS:
        high, sign, low = next((text.partition(one) for one in signs if one in text), ("", "", ""))
        if sign:
            above, below = chinese_number(high), chinese_number(low.removeprefix("零")) if low else 0
            return None if above is None or below is None or below >= size else above * size + below
    return _below_myriad(text)


def _below_myriad(text: str) -> int | None:
    total, digit, smallest, gap = 0, None, 10_000, False
    for place, one in enumerate(text):
        if one in "零〇":
            if digit is not None or (not total and len(text) > 1):
                return None
            gap = True
            digit = 0 if len(text) == 1 else None
        elif one in _DIGITS:
            if digit is not None:
                return None
            digit = _DIGITS[one]
        elif one in _POWERS and _POWERS[one] < smallest and (digit or (digit is None and place == 0 and one in "十拾")):
            smallest = _POWERS[one]
            total += (1 if digit is None else digit) * smallest
            digit, gap = None, False
        else:
            return None
    if not text or (digit is None and gap):
        return None
    # a last digit counts ones: after 十, after 零, or alone
    if digit is not None and smallest not in {10, 10_000} and not gap:
        return None
    return total + (digit or 0)


_YEAR_TEXT: Final = re.compile(r"(\d{4})(?:\.0+)?(?: ?(?:年度|年末|年底|年)?)")
_YEAR_DATE: Final = re.compile(
    r"(\d{4})(?:[-/.]\d{1,2}(?:[-/.]\d{1,2})?|年\d{1,2}月(?:\d{1,2}日)?(?:末|底)?)(?: \d{1,2}:.*)?"
)
_TWO_YEARS: Final = re.compile(r"\d{4}年? ?[-–—~至到/] ?\d{2,4}年?")
_SHORT_YEAR: Final = re.compile(r"['’]?\d{2}年?")


def _year(text: str) -> Answer:
    plain = _plain(text)
    if plain.replace(" ", "") in _UNKNOWN or _DASHES.fullmatch(plain):
        return None, None, None
    found = _YEAR_TEXT.fullmatch(plain) or (None if _is_two_years(plain) else _YEAR_DATE.fullmatch(plain))
    spelled = chinese_number(plain.removesuffix("年"))
    year = int(found[1]) if found else spelled
    if year is not None and FIRST_YEAR <= year <= LAST_YEAR:
        return year, None, None
    if _is_two_years(plain):
        return None, None, "year_range"
    return None, None, "year_short" if _SHORT_YEAR.fullmatch(plain) else "year"


def _is_two_years(plain: str) -> bool:
    found = _TWO_YEARS.fullmatch(plain)
    return bool(found) and not re.fullmatch(r"\d{4}[-/](?:0?[1-9]|1[0-2])", plain)


_PLAIN_DEGREES: Final = r"-?[0-9]{1,3}\.[0-9]+"
_DECIMAL: Final = re.compile(
    r"(?P<side>[nsew东西南北東]?)[经緯纬經]? ?(?P<degrees>[-+]?\d{1,3}(?:\.\d+)?) ?[°度º]? ?(?P<end>[nsew]?)"
)
_SEXAGESIMAL: Final = re.compile(
    r"(?P<side>[nsew东西南北東]?)[经緯纬經]? ?(?P<degrees>-?\d{1,3}) ?[°度º:d ] ?(?P<minutes>\d{1,2}(?:\.\d+)?) ?"
    r"(?:[′'分’:m ] ?(?:(?P<seconds>\d{1,2}(?:\.\d+)?) ?(?:[″\"秒”s]|''|′′)?)?)? ?(?P<end>[nsew]?)"
)


def _coordinate(text: str, axis: Literal["lon", "lat"]) -> Answer:
    plain = _plain(text)
    if plain.replace(" ", "") in _UNKNOWN or _DASHES.fullmatch(plain):
        return None, None, None
    found = _DECIMAL.fullmatch(plain) or _SEXAGESIMAL.fullmatch(plain)
    degrees = _degrees(found) if found else None
    side = (found["side"] or found["end"]) if found else ""
    if degrees is None or (side and (side in "ns南北") != (axis == "lat")):
        return None, None, "coordinate"
    if abs(degrees) > _LIMITS[axis] or degrees == 0:
        return None, None, "coordinate_range" if degrees else "coordinate_zero"
    return -degrees if side and side in "sw西南" else degrees, None, None


def _degrees(found: re.Match[str]) -> float | None:
    parts = found.groupdict()
    minutes, seconds = float(parts.get("minutes") or 0), float(parts.get("seconds") or 0)
    if minutes >= _SIXTY or seconds >= _SIXTY:
        return None
    sign = -1 if parts["degrees"].startswith("-") else 1
    return sign * (abs(float(parts["degrees"])) + minutes / _SIXTY + seconds / _SIXTY**2)
