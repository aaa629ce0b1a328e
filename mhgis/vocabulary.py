"""
The words a country has for its levels, put in place of the catalogue's own: a county may be a district elsewhere.

The catalogue speaks of provinces, prefectures and counties in both languages. `reword` returns the function that says a
message with other names; placeholders in braces are left alone.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

#: level -> (one, many)
Names = Mapping[str, tuple[str, str]]

#: how the catalogue names a level in English: one and many, the longest first
_ENGLISH: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "province": (("province-level unit", "province-level units"), ("province", "provinces")),
    "prefecture": (("prefecture-level unit", "prefecture-level units"), ("prefecture", "prefectures")),
    "county": (("county-level unit", "county-level units"), ("county", "counties")),
}
#: how it names a level in Chinese, the longest first; what has more to it than the name stands beside its new form
_CHINESE: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "province": (
        ("省级单位", "{}"), ("全省（区、市）", "所在{}"), ("省（自治区）", "{}"), ("本省", "所在{}"), ("各省", "各{}"),
        ("分省", "分{}"), ("全省", "所在{}"), ("省份", "{}"), ("省级", "{}"), ("省", "{}"),
    ),
    "prefecture": (("地级单位", "{}"), ("地级单元", "{}"), ("地级行政区", "{}"), ("地级市", "{}"), ("地级", "{}")),
    "county": (("县级单位", "{}"), ("县及县级市", "{}"), ("区县", "{}"), ("县级", "{}"), ("县", "{}")),
}  # fmt: skip
_KEPT: Final = 4096


def reword(lang: str, names: Names) -> Callable[[str], str]:
    """
    Return the function that says a message of the catalogue with other names for the levels.

    Parameters
    ----------
    lang
        `en` or `zh`: the language of the messages.
    names
        By level, one and many; a level that is not there keeps its words.
    """
    words = _english(names) if lang == "en" else _chinese(names)
    if not words:
        return lambda message: message
    end = r"(?![\w}])" if lang == "en" else ""
    start = r"(?<![\w{])" if lang == "en" else ""
    found = re.compile(start + "(" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")" + end)

    @lru_cache(maxsize=_KEPT)
    def said(message: str) -> str:
        return found.sub(lambda word: words[word.group()], message)

    return said


def _english(names: Names) -> dict[str, str]:
    words: dict[str, str] = {}
    for level, forms in _ENGLISH.items():
        if level in names:
            for pair in forms:
                words |= dict(zip(pair, names[level], strict=True))
    return words | {_upper(old): _upper(new) for old, new in words.items()}


def _upper(word: str) -> str:
    return word[:1].upper() + word[1:]


def _chinese(names: Names) -> dict[str, str]:
    return {
        old: new.format(names[level][0]) for level, forms in _CHINESE.items() if level in names for old, new in forms
    }
