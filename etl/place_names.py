"""
Every name and code under which a place may come in a register, for import: what the published gazetteer is made of.

From the pack's tables of words, of changed codes and of characters written in two ways. Frames in, frames out; how a
register is held against them is `mhgis.importing.places`.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

#: a name without its ending has to keep this many characters to be told apart
_SHORTEST: Final = 2
_ENGLISH: Final = "english_ending"
#: between two peoples in an English name
_AND: Final = "and"


@dataclass(frozen=True)
class Words:
    """
    What a name may lose at its end.

    `endings` are those of a level, the longest first, each with what a short form puts in its place; `groups` the names
    of peoples that stand before the ending of an autonomous area, which may end in `people_ending`.
    """

    endings: Sequence[tuple[str, str]]
    groups: Sequence[str]
    people_ending: str

    def short_forms(self, name: str) -> Iterator[str]:
        """Yield the forms of a name without its ending, without the peoples named in it, and with a short ending."""
        found = next(((end, short) for end, short in self.endings if name.endswith(end) and name != end), None)
        if found is None:
            return
        stem = name.removesuffix(found[0])
        plain = self._without_groups(stem)
        for form in (stem, plain):
            if len(form) >= _SHORTEST:
                yield form
                if found[1]:
                    yield form + found[1]

    def _without_groups(self, stem: str) -> str:
        while group := next((group for group in self.groups if stem.endswith(group)), None):
            if stem == group:  # an area may bear the name of its people
                return stem.removesuffix(self.people_ending)
            stem = stem.removesuffix(group)
        return stem


def published(tables: Mapping[str, pd.DataFrame], areas: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """
    Return the tables of the gazetteer.

    Parameters
    ----------
    tables
        The sourced tables `area_code_changes`, `area_code_aliases`, `place_words`, `character_variants`,
        `ethnic_names`; any may be without a row.
    areas
        `level`, `area_code`, `name_zh`, `name_en`, `pinyin`.

    Returns
    -------
    tables
        `area_change`: former codes, and other codes of today's units, with the areas of today they lead to;
        `area_name`: `level`, `area_code`, `name`, `kind`; `place_setting`: `key`, `value` (JSON).
    """
    changes = _changes(tables["area_code_changes"], tables["area_code_aliases"])
    return {
        "area_change": changes,
        "area_name": names(areas, changes, tables["place_words"], tables["ethnic_names"]),
        "place_setting": _settings(tables["place_words"], tables["character_variants"]),
    }


def _changes(changes: pd.DataFrame, aliases: pd.DataFrame) -> pd.DataFrame:
    known = set(zip(changes["former_code"], changes["area_code"], strict=True))
    pairs = zip(aliases["alias_code"], aliases["area_code"], strict=True)
    other = aliases[pd.Series([pair not in known for pair in pairs], index=aliases.index, dtype="bool")]
    alias = pd.DataFrame({
        "level": other["level"], "former_code": other["alias_code"], "former_name": "", "kind": "alias",
        "level_now": other["level"], "area_code": other["area_code"], "is_main": True,
        "origin_id": other["source_id"],
    })  # fmt: skip
    return pd.concat([changes.rename(columns={"source_id": "origin_id"}), alias], ignore_index=True)


def names(areas: pd.DataFrame, changes: pd.DataFrame, words: pd.DataFrame, ethnic: pd.DataFrame) -> pd.DataFrame:
    """
    Return every name of every area.

    Returns
    -------
    names
        `level`, `area_code`, `name`, `kind` (`official`, `alias`, `short`, `former`, `english`), each once; the short
        forms of former names are `former` too. A name may be that of several areas.
    """
    people_ending = next((word for word, _ in _endings(words, None, "people_ending")), "")
    groups = _groups(ethnic["name_zh"], people_ending)
    by_level = {
        level: Words(_endings(words, level, "ending"), groups, people_ending) for level in areas["level"].unique()
    }
    english, peoples = _endings(words, None, _ENGLISH), set(ethnic["name_en"])
    rows: list[tuple[str, str, str, str]] = []
    for level, code, name, name_en, pinyin in zip(
        areas["level"], areas["area_code"], areas["name_zh"], areas["name_en"], areas["pinyin"], strict=True
    ):
        rows.append((level, code, name, "official"))
        rows += [(level, code, form, "short") for form in by_level[level].short_forms(name)]
        spelt = [
            name_en,
            pinyin,
            *(name_en.removesuffix(f" {end}") for end, _ in english if name_en.endswith(f" {end}")),
            *_without_peoples(name_en, [end for end, _ in english], peoples),
        ]
        rows += [(level, code, form, "english") for form in spelt]
    placeholders = set(words.loc[words["kind"].eq("placeholder"), "word"])
    # what gave a part away has its name still
    former = changes[~changes["former_name"].isin(["", *placeholders]) & changes["kind"].ne("ceded")]
    columns = (former["level_now"], former["area_code"], former["former_name"], former["is_main"])
    for level, code, name, is_main in zip(*columns, strict=True):
        # where a unit was divided, its short name stays with the part that has its seat
        short = by_level[level].short_forms(name) if is_main else ()
        rows += [(level, code, form, "former") for form in (name, *short)]
    alias = words[words["kind"].eq("alias")]
    rows += [
        (level, code, name, "alias")
        for level, code, name in zip(alias["level"], alias["meaning"], alias["word"], strict=True)
    ]
    found = pd.DataFrame(rows, columns=["level", "area_code", "name", "kind"], dtype="str")
    return found.drop_duplicates(["level", "area_code", "name"], ignore_index=True)


def _without_peoples(name: str, endings: Sequence[str], peoples: Collection[str]) -> tuple[str, ...]:
    """
    Return an English name without the peoples in it, bare and with the last word of its ending; none where it has none.

    `Liangshan Yi Autonomous Prefecture` is written `Liangshan` and `Liangshan Prefecture` too.
    """
    ending = max((end for end in endings if name.endswith(f" {end}")), key=len, default="")
    words = name.removesuffix(f" {ending}").split()
    stem = list(words)
    while len(stem) > 1 and (stem[-1].rstrip(",") in peoples or (stem[-1] == _AND and len(stem) < len(words))):
        stem.pop()
    if not ending or len(stem) == len(words):
        return ()
    return (" ".join(stem), " ".join([*stem, ending.split()[-1]]))


def _groups(names_of_peoples: pd.Series, ending: str) -> list[str]:
    bare = [name.removesuffix(ending) for name in names_of_peoples if len(name) > _SHORTEST]
    return sorted({*names_of_peoples, *bare}, key=lambda name: (-len(name), name))


def _endings(words: pd.DataFrame, level: str | None, kind: str) -> list[tuple[str, str]]:
    rows = words[words["kind"].eq(kind) & (words["level"].eq(level) if level else True)]
    pairs = zip(rows["word"], rows["meaning"].fillna(""), strict=True)
    return sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0]))


def _settings(words: pd.DataFrame, variants: pd.DataFrame) -> pd.DataFrame:
    placeholders = words[words["kind"].eq("placeholder")].groupby("level")["word"].agg(list).to_dict()
    of = {kind: list(words.loc[words["kind"].eq(kind), "word"]) for kind in ("code_length", "system")}
    entries: dict[str, object] = {
        "fold": dict(zip(variants["variant"], variants["character"], strict=True)),
        "placeholders": placeholders,
        "code_lengths": [int(length) for length in of["code_length"]],
        "systems": of["system"] or ["WGS-84"],
    }
    rows = [(f"places.{name}", json.dumps(value, ensure_ascii=False)) for name, value in entries.items()]
    return pd.DataFrame(rows, columns=["key", "value"], dtype="str")
