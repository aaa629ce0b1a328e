"""
English names and search keys of Chinese areas, from their Chinese names.

The style, one for the whole country: provinces by their English names (Inner Mongolia, Tibet); a municipality or
prefecture city by its stem (Chengdu); every other unit with its kind in English (Wuhou District, Shan County,
Yiwu City, Aba Tibetan and Qiang Autonomous Prefecture, Tumed Left Banner), so that the prefecture Dongguan and its
one county, Dongguan City, differ. Stems are pinyin, apostrophes included (Lu'an), but for names of other languages,
which keep their usual spelling (Hohhot, Kashgar). Characters read otherwise in place names, and those spellings, come
from the table of overrides: `data/cn/name_overrides.csv`. Reads no files and joins nothing by name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import pandas as pd
from pypinyin import Style, pinyin

from mhgis.errors import Fault, SchemaError
from mhgis.indicators import Level

_KINDS: Final = ("char", "stem", "name", "code")

#: kind of unit by the end of its name, longest first; `None` leaves the stem alone
_PREFECTURE_ENDS: Final[dict[str, str | None]] = {
    "自治州": "Autonomous Prefecture",
    "地区": "Prefecture",
    "盟": "League",
    "市": None,
}
_COUNTY_ENDS: Final[dict[str, str | None]] = {
    "自治县": "Autonomous County",
    "自治旗": "Autonomous Banner",
    "联合旗": "United Banner",
    "新区": "New Area",
    "矿区": "Mining District",
    "特区": "Special District",
    "市": "City",
    "县": "County",
    "区": "District",
    "旗": "Banner",
}
_PROVINCE_ENDS: Final[dict[str, str | None]] = {"省": None, "市": None}

#: which part of a divided banner: 科尔沁左翼中(旗) is Horqin Left Wing Middle
_BANNER_PART: Final = re.compile(r"(左翼|右翼)?([左右前中后])?$")
_SIDES: Final = {
    "左翼": "Left Wing",
    "右翼": "Right Wing",
    "左": "Left",
    "右": "Right",
    "前": "Front",
    "中": "Middle",
    "后": "Rear",
}


@dataclass(frozen=True)
class Overrides:
    """
    Where names depart from plain pinyin.

    `chars` and `stems` hold readings (a character or the beginning of a name -> syllables); `spellings` the English
    of a stem; `names` the whole English name, keyed by the Chinese name or by area code.
    """

    chars: Mapping[str, str]
    stems: Mapping[str, tuple[str, ...]]
    spellings: Mapping[str, str]
    names: Mapping[str, str]


def overrides_from(table: pd.DataFrame) -> Overrides:
    """
    Take the overrides from their table.

    Parameters
    ----------
    table
        `kind` (`char`: a character as it is read in place names; `stem`: a name without its kind; `name`: a whole
        name; `code`: an area), `key`, `pinyin` (syllables separated by spaces; empty = as usual), `name_en` (empty =
        from the reading), `reason`.

    Raises
    ------
    SchemaError
        If a kind is unknown, a key repeats, or a row says nothing; all faults at once.
    """
    text = table.fillna("")
    faults: list[Fault] = []
    seen: set[tuple[str, str]] = set()
    for line, row in enumerate(text.to_dict("records"), start=2):
        key = (str(row["kind"]), str(row["key"]))
        if row["kind"] not in _KINDS:
            faults.append(_fault(line, "kind", str(row["kind"]), " or ".join(_KINDS)))
        if key in seen:
            faults.append(_fault(line, "key", f"{key[1]} a second time", "each kind and key once"))
        if not row["pinyin"] and not row["name_en"]:
            faults.append(_fault(line, "pinyin", "neither a reading nor a name", "one of pinyin and name_en"))
        seen.add(key)
    if faults:
        raise SchemaError(faults)
    of_kind = {kind: text[text["kind"].eq(kind)] for kind in _KINDS}
    stems, whole = of_kind["stem"], pd.concat([of_kind["name"], of_kind["code"]])
    return Overrides(
        chars=dict(zip(of_kind["char"]["key"], of_kind["char"]["pinyin"], strict=True)),
        stems={k: tuple(p.split()) for k, p in zip(stems["key"], stems["pinyin"], strict=True) if p},
        spellings={k: e for k, e in zip(stems["key"], stems["name_en"], strict=True) if e},
        names=dict(zip(whole["key"], whole["name_en"], strict=True)),
    )


def _fault(row: int, column: str, found: str, expected: str) -> Fault:
    return Fault("name_overrides.csv", row, column, found, expected)


def romanise(
    name_zh: str, level: Level, overrides: Overrides, ethnic: Mapping[str, str], area_code: str | None = None
) -> str:
    """
    Write an area's Chinese name in English: see the module for the style.

    Parameters
    ----------
    name_zh
        The full name, with its kind: 彭水苗族土家族自治县.
    level
        Which level the area is of; a city is `Jiyuan` as a prefecture and `Jiyuan City` as a county.
    overrides
        Readings and spellings that depart from plain pinyin.
    ethnic
        Names of ethnic groups with 族 -> English.
    area_code
        Lets an override be for one area only.

    Returns
    -------
    name_en
        Never empty; ASCII but for ü.
    """
    for key in (area_code, name_zh):
        if key is not None and key in overrides.names:
            return overrides.names[key]
    stem, kind = _split(name_zh, level)
    groups: list[str] = []
    if kind is not None and (kind.startswith("Autonomous") or stem.endswith("族")):
        stem, groups = _without_groups(stem, ethnic)
    part = ""
    if kind == "Banner":
        stem, part = _without_part(stem)
    words = (_spell(stem, overrides), part, _enumerate(groups), kind or "")
    return " ".join(word for word in words if word)


def search_keys(name_zh: str, overrides: Overrides) -> tuple[str, str]:
    """
    Return what a user may type instead of a Chinese name: its pinyin, and the initials of that.

    Both are of the whole name (`wuhouqu`, `whq`), so its stem is their beginning; lower-case ASCII, ü as `v`.
    """
    syllables = read(name_zh, overrides)
    return "".join(syllables), "".join(syllable[0] for syllable in syllables)


def read(name_zh: str, overrides: Overrides) -> tuple[str, ...]:
    """Read a Chinese name aloud: one lower-case toneless syllable a character, ü as `v`."""
    for length in range(len(name_zh), 1, -1):
        if name_zh[:length] in overrides.stems:
            return overrides.stems[name_zh[:length]] + read(name_zh[length:], overrides)
    return tuple(overrides.chars.get(char) or _syllable(char) for char in name_zh)


@cache
def _syllable(char: str) -> str:
    return str(pinyin(char, style=Style.NORMAL)[0][0]).lower()


def _split(name_zh: str, level: Level) -> tuple[str, str | None]:
    """Split a name into its stem and its kind in English."""
    ends = {"province": _PROVINCE_ENDS, "prefecture": _PREFECTURE_ENDS | _COUNTY_ENDS | {"市": None}}
    for end, kind in ends.get(level, _COUNTY_ENDS).items():
        least = 2 if kind in ("New Area", "Mining District") else 1  # 矿区 alone is a name, not a kind
        if name_zh.endswith(end) and len(name_zh) - len(end) >= least:
            return name_zh.removesuffix(end), kind
    return name_zh, None


def _without_groups(stem: str, ethnic: Mapping[str, str]) -> tuple[str, list[str]]:
    """Take the names of ethnic groups off the end of a stem; the groups come in the order of the name."""
    groups: list[str] = []
    short = {name.removesuffix("族"): english for name, english in ethnic.items() if len(name) > 2}  # noqa: PLR2004
    known = sorted({**ethnic, **short}.items(), key=lambda item: -len(item[0]))
    while found := next(((name, english) for name, english in known if stem.endswith(name)), None):
        if stem == found[0]:  # 东乡族自治县 is named after its people
            return stem.removesuffix("族"), groups
        stem = stem.removesuffix(found[0])
        groups.insert(0, found[1])
    return stem, groups


def _without_part(stem: str) -> tuple[str, str]:
    found = _BANNER_PART.search(stem)
    if found is None or not found.group() or found.start() == 0:
        return stem, ""
    return stem[: found.start()], " ".join(_SIDES[side] for side in found.groups() if side)


def _spell(stem: str, overrides: Overrides) -> str:
    if stem in overrides.spellings:
        return overrides.spellings[stem]
    first, *rest = read(stem, overrides)
    joined = first + "".join(f"'{syllable}" if syllable[0] in "aeo" else syllable for syllable in rest)
    return joined.replace("v", "ü").capitalize()


def _enumerate(groups: list[str]) -> str:
    if len(groups) < 2:  # noqa: PLR2004 - one needs no "and"
        return "".join(groups)
    return f"{', '.join(groups[:-1])} and {groups[-1]}"
