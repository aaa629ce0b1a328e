"""
The places an import can be matched to: codes in force and former ones, names in all their forms, shapes.

A `Gazetteer` is made of frames and knows no country: which endings a name may lose, which characters are written in
two ways and which codes were in force before all come from the data pack, through the published file. Holds no rules
of matching: see `places`.
"""

import json
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from mhgis import store
from mhgis.importing.coordinates import System
from mhgis.importing.points import PointIndex
from mhgis.indicators import LEVELS, Level

#: kinds of names, the surest first
NAME_KINDS: Final = ("official", "alias", "short", "former", "english")

#: columns of the frames a gazetteer is made of
NAME_COLUMNS: Final = ("level", "area_code", "name", "kind")
CHANGE_COLUMNS: Final = (
    "level", "former_code", "former_name", "former_parent", "last_listed", "kind", "level_now", "area_code", "is_main",
)  # fmt: skip


#: kinds of changes by which another unit, or a part of one, went into an area
MERGED: Final = ("succeeded", "divided")


#: the kind of change by which a part of an area that is still there went to another
CEDED: Final = "ceded"


class Place(NamedTuple):
    """An area: its level and its code within the level."""

    level: Level
    code: str


class Named(NamedTuple):
    """A place under one of its names, and the kind of that name."""

    place: Place
    kind: str


@dataclass(frozen=True)
class Rules:
    """
    What a data pack says of the way places are written.

    `fold` maps a character to the one it is compared as; `placeholders` are words that stand where the name of a level
    would, and name nothing (by level); `code_lengths` are the digits a code may have, those of this gazetteer
    included: a longer one begins with a code of ours, a shorter one lacks zeros at its end. `systems` are the
    coordinate systems a register may come in.
    """

    fold: Mapping[str, str] = field(default_factory=dict)
    placeholders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    code_lengths: tuple[int, ...] = ()
    systems: tuple[System, ...] = ("WGS-84",)

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> "Rules":
        """Read the rules from the entries of the published settings that begin with `places.`; none are needed."""
        return cls(
            fold=dict(settings.get("places.fold", {})),
            placeholders={level: tuple(words) for level, words in settings.get("places.placeholders", {}).items()},
            code_lengths=tuple(settings.get("places.code_lengths", ())),
            systems=tuple(settings.get("places.systems", ("WGS-84",))),
        )


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """
    Places, their codes, names and shapes, indexed to be looked up.

    Attributes
    ----------
    areas
        `area_code`, `level`, `parent_code`, `parent_level`, `name_zh`; one row an area and level.
    names
        `NAME_COLUMNS`: every name a place may come under.
    changes
        `CHANGE_COLUMNS`: former codes and the places of today they led to; several rows where a unit was divided, of
        which `is_main` has its seat.
    rules
        How places are written.
    read_shapes
        Returns `area_code`, `geometry` (EPSG:4326) of a level, full shapes; called when points are first matched.
    """

    areas: pd.DataFrame
    names: pd.DataFrame
    changes: pd.DataFrame
    rules: Rules = field(default_factory=Rules)
    read_shapes: Callable[[Level], gpd.GeoDataFrame] | None = None

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """Return the levels below the country, from the top."""
        present = set(self.areas["level"])
        return tuple(level for level in LEVELS[1:] if level in present)

    @cached_property
    def parents(self) -> dict[Place, Place]:
        """Return the place one level up of each place that has one."""
        rows = self.areas[self.areas["parent_code"].notna() & self.areas["parent_level"].notna()]
        columns = (rows["level"], rows["area_code"], rows["parent_level"], rows["parent_code"])
        return {Place(a, b): Place(c, d) for a, b, c, d in zip(*columns, strict=True)}

    @cached_property
    def children(self) -> dict[Place, tuple[Place, ...]]:
        """Return the places one level down of each place that has some."""
        found: dict[Place, list[Place]] = defaultdict(list)
        for child, parent in self.parents.items():
            found[parent].append(child)
        return {parent: tuple(children) for parent, children in found.items()}

    @cached_property
    def places(self) -> frozenset[Place]:
        """Return every place."""
        return frozenset(
            Place(level, code) for level, code in zip(self.areas["level"], self.areas["area_code"], strict=True)
        )

    @cached_property
    def label(self) -> dict[Place, str]:
        """Return the name of each place."""
        columns = (self.areas["level"], self.areas["area_code"], self.areas["name_zh"])
        return {Place(level, code): name for level, code, name in zip(*columns, strict=True)}

    @cached_property
    def levels_of_code(self) -> dict[str, tuple[Level, ...]]:
        """Return the levels at which a code is in force, from the top."""
        found: dict[str, list[Level]] = defaultdict(list)
        for place in self.places:
            found[place.code].append(place.level)
        return {code: tuple(level for level in LEVELS if level in levels) for code, levels in found.items()}

    @cached_property
    def code_length(self) -> int:
        """Return how many digits the codes have; 0 where they are no digits or differ."""
        lengths = {len(code) if code.isdigit() else 0 for code in self.levels_of_code}
        return lengths.pop() if len(lengths) == 1 else 0

    @cached_property
    def former_codes(self) -> dict[str, tuple[Place, ...]]:
        """Return what each former code led to, the place with its seat first; codes in force are left out."""
        is_gone = ~self.changes["former_code"].isin(list(self.levels_of_code))
        gone = self.changes[is_gone & self.changes["kind"].ne(CEDED)]
        ordered = gone.sort_values(["former_code", "is_main", "area_code"], ascending=[True, False, True])
        found: dict[str, list[Place]] = defaultdict(list)
        for code, level, now in zip(ordered["former_code"], ordered["level_now"], ordered["area_code"], strict=True):
            place = Place(level, now)
            if place in self.places and place not in found[code]:
                found[code].append(place)
        return {code: tuple(places) for code, places in found.items() if places}

    @cached_property
    def grown(self) -> dict[Place, tuple[tuple[str, int], ...]]:
        """Return, by place, the names of units that went into it beside what it was, and the last year they stood."""
        merged = self.changes[self.changes["kind"].isin(MERGED) & self.changes["last_listed"].notna()]
        found: dict[Place, list[tuple[str, int]]] = defaultdict(list)
        columns = ("level_now", "area_code", "former_code", "former_name", "last_listed")
        for level, code, former, name, year in merged[[*columns]].itertuples(index=False):
            if former != code:
                found[Place(level, code)].append((str(name), int(year)))
        return {place: tuple(sorted(units, key=lambda unit: (unit[1], unit[0]))) for place, units in found.items()}

    @cached_property
    def ceded(self) -> dict[Place, tuple[tuple[str, int], ...]]:
        """Return, by place, the names of units that a part of it went to, and the last year in which it was whole."""
        given = self.changes[self.changes["kind"].eq(CEDED) & self.changes["last_listed"].notna()]
        found: dict[Place, list[tuple[str, int]]] = defaultdict(list)
        columns = ("level", "former_code", "level_now", "area_code", "last_listed")
        for level, code, level_now, now, year in given[[*columns]].itertuples(index=False):
            found[Place(level, code)].append((self.label.get(Place(level_now, now), str(now)), int(year)))
        return {place: tuple(sorted(units, key=lambda unit: (unit[1], unit[0]))) for place, units in found.items()}

    @cached_property
    def moved_from(self) -> dict[tuple[Level, str], frozenset[Place]]:
        """Return, by level and folded name of a former parent, the places that lay in it."""
        found: dict[tuple[Level, str], set[Place]] = defaultdict(set)
        rows = self.changes[self.changes["former_parent"].notna()]
        for level, parent, level_now, code in zip(
            rows["level"], rows["former_parent"], rows["level_now"], rows["area_code"], strict=True
        ):
            found[level, self.folded(parent)].add(Place(level_now, code))
        return {key: frozenset(places) for key, places in found.items()}

    @cached_property
    def by_name(self) -> dict[Level, dict[str, tuple[Named, ...]]]:
        """Return, by level and folded name, the places of that name, each once, under the surest kind it has it."""
        rank = {kind: at for at, kind in enumerate(NAME_KINDS)}
        found: dict[Level, dict[str, dict[Place, str]]] = {level: defaultdict(dict) for level in self.levels}
        columns = (self.names["level"], self.names["area_code"], self.names["name"], self.names["kind"])
        for level, code, name, kind in zip(*columns, strict=True):
            place, key = Place(level, code), self.folded(name)
            if level not in found or place not in self.places or not key:
                continue
            known = found[level][key].get(place)
            if known is None or rank[kind] < rank[known]:
                found[level][key][place] = kind
        return {
            level: {
                key: tuple(Named(place, kind) for place, kind in sorted(held.items())) for key, held in keys.items()
            }
            for level, keys in found.items()
        }

    @cached_property
    def by_first_letter(self) -> dict[str, tuple[str, ...]]:
        """Return, by first character, every folded name that is long enough for an address, the longest first."""
        found: dict[str, set[str]] = defaultdict(set)
        for names in self.by_name.values():
            for name in names:
                found[name[0]].add(name)
        return {first: tuple(sorted(names, key=lambda n: (-len(n), n))) for first, names in found.items()}

    @cached_property
    def by_part(self) -> dict[Level, dict[str, tuple[str, ...]]]:
        """Return, by level, every name under itself and itself with one character left out: for near misses."""
        found: dict[Level, dict[str, set[str]]] = {level: defaultdict(set) for level in self.levels}
        for level, names in self.by_name.items():
            for name in names:
                for part in one_left_out(name):
                    found[level][part].add(name)
        return {level: {part: tuple(sorted(names)) for part, names in parts.items()} for level, parts in found.items()}

    @cached_property
    def _folding(self) -> dict[int, str]:
        return {ord(character): to for character, to in self.rules.fold.items()}

    def folded(self, text: object) -> str:
        """
        Bring a text to the form in which names are compared; empty where there is none.

        Full width and compatibility forms (NFKC), letters without case and accents, one of two ways to write a
        character; blanks, signs and invisible characters are left out.
        """
        if not isinstance(text, str):
            return ""
        plain = unicodedata.normalize("NFKD", text).casefold().translate(self._folding)
        return "".join(character for character in plain if character.isalnum())

    def above(self, place: Place) -> Iterator[Place]:
        """Yield a place and those it lies in, upwards."""
        at: Place | None = place
        while at is not None:
            yield at
            at = self.parents.get(at)

    def lies_in(self, place: Place, within: Place) -> bool:
        """Say whether a place is another one, or lies in it."""
        return within in self.above(place)

    def deepened(self, place: Place, level: Level) -> Place:
        """Return the only place of a lower level within a place, and the place itself where there are several."""
        at = place
        while at.level != level and LEVELS.index(at.level) < LEVELS.index(level):
            below = self.children.get(at, ())
            if len(below) != 1:
                return place
            at = below[0]
        return at

    def near(self, level: Level, key: str) -> tuple[Named, ...]:
        """Return the places of a level with a name that differs from a folded text in one character."""
        parts = self.by_part[level]
        names = sorted({name for part in one_left_out(key) for name in parts.get(part, ()) if _is_near(key, name)})
        found = dict.fromkeys(named for name in names for named in self.by_name[level][name])
        return tuple(found)

    @cached_property
    def shapes(self) -> gpd.GeoDataFrame:
        """Return the full shapes of the lowest level, ordered by code; none where the gazetteer has no shapes."""
        if self.read_shapes is None:
            return gpd.GeoDataFrame({"area_code": []}, geometry=[], crs=store.CRS)
        return self.read_shapes(self.levels[-1]).sort_values("area_code", ignore_index=True)

    @cached_property
    def points(self) -> PointIndex:
        """Return the index that finds the shapes points lie in."""
        return PointIndex(self.shapes)


def one_left_out(name: str) -> tuple[str, ...]:
    """Return a name and each text it becomes where one character is left out."""
    return (name, *dict.fromkeys(name[:at] + name[at + 1 :] for at in range(len(name))))


def _is_near(one: str, other: str) -> bool:
    """Say whether two texts differ in exactly one character: changed, left out, added, or two neighbours swapped."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    if len(one) == len(other):
        differ = np.flatnonzero([a != b for a, b in zip(one, other, strict=True)])
        swapped = len(differ) == 2 and differ[1] == differ[0] + 1  # noqa: PLR2004 - a pair
        return len(differ) == 1 or (
            swapped and one[differ[0]] == other[differ[1]] and one[differ[1]] == other[differ[0]]
        )
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return shorter in one_left_out(longer)


def load() -> Gazetteer:
    """
    Make the gazetteer of the published file; keep it by the build's id, it takes a moment to index.

    Raises
    ------
    UnpublishedError
        If there is no published file.
    """
    settings = store.query("SELECT key, value FROM setting WHERE key LIKE 'places.%'")
    return Gazetteer(
        areas=store.areas(),
        names=store.query("SELECT level, area_code, name, kind FROM area_name ORDER BY ALL"),
        changes=store.query("SELECT * FROM area_change ORDER BY ALL"),
        rules=Rules.from_settings({key: json.loads(value) for key, value in settings.itertuples(index=False)}),
        read_shapes=lambda level: store.shapes(level, 0),
    )
