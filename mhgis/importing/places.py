"""
Where each row of an imported table is: by code, by names with their parents, by address, by point, or by decision.

Nothing is guessed. A row is matched where all it says of its place agrees; where it does not, or could mean several
places, it becomes a question with the places it could be. Frames in, frames out; nothing is read or written here.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from mhgis.importing import addresses
from mhgis.importing.coordinates import System, to_wgs84
from mhgis.importing.gazetteer import Gazetteer, Named, Place
from mhgis.importing.points import OUTSIDE, Degrees, Numbers
from mhgis.importing.types import MATCH_COLUMNS, MatchMethod
from mhgis.indicators import LEVELS, Level

#: why somebody has to decide
#: `unknown`: no place of that code or name; `near`: a name differs in one character; `ambiguous`: several places;
#: `divided`: a former unit that became several; `parent_unknown`: the place is known, a place above it is not;
#: `contradiction`: what the row says does not agree; `too_coarse`: a place above the level wanted; `border`: a point
#: too near a border; `outside`: a point in no area; `swapped`: a point that lies in an area once lon and lat change
#: places
Question = Literal[
    "unknown", "near", "ambiguous", "divided", "parent_unknown", "contradiction", "too_coarse", "border", "outside",
    "swapped",
]  # fmt: skip

#: points no farther than this from another area's border are asked about, metres
BORDER_M: Final = 25.0
#: points looked up at once
CHUNK: Final = 200_000
#: a row is offered at most this many places
MOST_CANDIDATES: Final = 20

#: how sure a match is by the kind of name; what it loses without a parent, or where a name stood in another column
_SURE: Final = {"official": 1.0, "alias": 0.95, "short": 0.95, "former": 0.9, "english": 0.85}
_NO_PARENT: Final = 0.1
_OTHER_COLUMN: Final = 0.05
_CODE, _CODE_MENDED, _FORMER_CODE, _POINT, _ADDRESS = 1.0, 0.95, 0.95, 0.9, 0.85

#: rows in which two systems give different places, and the share one of them must have right, to tell them apart
_FEWEST_ROWS: Final = 5
_CLEAR_SHARE: Final = 0.9

#: rows of a file that lie in one province, for those elsewhere to be doubted
_MOST: Final = 0.75
#: so many places are named that a slip may have hidden
_FEW: Final = 3

_TAIL: Final = re.compile(r"\.0*$")
_EXPONENT: Final = re.compile(r"\d(\.\d+)?e\+?\d{1,2}", re.IGNORECASE)

#: the columns that say where a row is, in the order in which they make up its key
KEYS: Final = ("code", "province", "prefecture", "county", "address")

Progress = Callable[[int, int], None]


class Found(NamedTuple):
    """What one thing a row says of its place means: the place, or the places it could be and the question."""

    places: tuple[Place, ...]
    method: MatchMethod
    confidence: float = 0.0
    question: Question | None = None


@dataclass(frozen=True)
class Detected:
    """
    Which coordinate system points are in, as far as the places they should lie in tell.

    `system` is None where that is not clear; `evidence` has a row a system: `system`, `n` points compared, `agree`
    points that lie where the row says, `share`, and `only` points that lie there under this system and not another.
    """

    system: System | None
    evidence: pd.DataFrame


def match_codes(gazetteer: Gazetteer, codes: pd.Series, level: Level | None = None) -> pd.DataFrame:
    """
    Match codes: those in force, former ones, and both with zeros lost, decimals, blanks or the digits of a town.

    Parameters
    ----------
    gazetteer
        Places and their codes.
    codes
        Text, NA where there is none.
    level
        The level wanted where a code is in force at several; by default that of most other codes.

    Returns
    -------
    matches
        `MATCH_COLUMNS` on the index of `codes`; all NA where there is no code.
    """
    return match(gazetteer, pd.DataFrame({"code": codes}), level=level)


def match_names(gazetteer: Gazetteer, names: pd.DataFrame, level: Level | None = None) -> pd.DataFrame:
    """
    Match names of places, with the names of the places they lie in.

    Parameters
    ----------
    gazetteer
        Places and their names.
    names
        Any of `province`, `prefecture`, `county`: text, NA where there is none.
    level
        The level wanted: a place above it becomes a question, unless it holds only one.

    Returns
    -------
    matches
        `MATCH_COLUMNS` on the index of `names`.
    """
    return match(gazetteer, names[[column for column in LEVELS if column in names]], level=level)


def match_addresses(gazetteer: Gazetteer, texts: pd.Series, level: Level | None = None) -> pd.DataFrame:
    """Match the places that addresses begin with; see `match_names`."""
    return match(gazetteer, pd.DataFrame({"address": texts}), level=level)


def match_points(
    gazetteer: Gazetteer,
    lon: pd.Series,
    lat: pd.Series,
    *,
    system: System = "WGS-84",
    border_m: float = BORDER_M,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """
    Match points to the area of the lowest level that holds them, on the full shapes.

    Parameters
    ----------
    gazetteer
        Places and their shapes.
    lon, lat
        Degrees in `system`; NaN where there are none.
    system
        The coordinate system, confirmed by whoever imports: see `detect_system`.
    border_m
        Points no farther than this from the border of another area become a question, metres.
    progress
        Told after each part how many points are done, of how many.

    Returns
    -------
    matches
        `MATCH_COLUMNS` on the index of `lon`.
    """
    points = pd.DataFrame({"lon": lon, "lat": lat})
    return match(gazetteer, points, system=system, border_m=border_m, progress=progress)


def detect_system(gazetteer: Gazetteer, lon: pd.Series, lat: pd.Series, area_code: pd.Series) -> Detected:
    """
    Compare where points lie under each coordinate system with the places their rows name.

    Parameters
    ----------
    gazetteer
        Places, shapes, and the systems a register may come in.
    lon, lat
        Degrees in the unknown system; NaN where there are none.
    area_code
        The lowest-level area each row names by code or name; NA where it names none.

    Returns
    -------
    detected
        The system, where points that tell systems apart are enough and nearly all speak for one; to be confirmed by a
        person.
    """
    codes = gazetteer.shapes["area_code"].to_numpy()
    usable = (lon.notna() & lat.notna() & area_code.isin(set(codes))).to_numpy()
    expected = pd.Index(codes).get_indexer(area_code[usable])
    x, y = lon[usable].to_numpy(dtype=np.float64), lat[usable].to_numpy(dtype=np.float64)
    right: dict[System, npt.NDArray[np.bool_]] = {}
    for system in gazetteer.rules.systems:
        right[system] = gazetteer.points.locate(*to_wgs84(x, y, system), 0.0).shape == expected
    times = np.sum(list(right.values()), axis=0)
    evidence = pd.DataFrame(
        [(system, len(x), held.sum(), held.mean() if len(x) else np.nan, (held & (times == 1)).sum())
         for system, held in right.items()],
        columns=["system", "n", "agree", "share", "only"],
    )  # fmt: skip
    ranked = sorted(right, key=lambda system: -int(right[system].sum()))
    clear = bool(ranked) and all(_speaks_for(right[ranked[0]], right[other]) for other in ranked[1:])
    return Detected(ranked[0] if clear and len(x) else None, evidence)


def _speaks_for(one: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_]) -> bool:
    apart = one != other
    return bool(apart.sum() >= _FEWEST_ROWS and one[apart].mean() >= _CLEAR_SHARE)


def keys_of(gazetteer: Gazetteer, rows: pd.DataFrame) -> pd.Series:
    """
    Return what each row says of its place in one text, alike however it is written: the key of a decision.

    Of an address beside a name or a code only the places at its head count, so that one answer covers a name.
    """
    return _keys(gazetteer, rows, heads=bool({"code", *LEVELS} & set(rows.columns)))


def full_keys_of(gazetteer: Gazetteer, rows: pd.DataFrame) -> pd.Series:
    """Return the keys under which answers were kept before, with the whole of an address."""
    return _keys(gazetteer, rows, heads=False)


def _keys(gazetteer: Gazetteer, rows: pd.DataFrame, *, heads: bool) -> pd.Series:
    parts = [_each(rows[name], gazetteer.folded) if name in rows else _blank(rows) for name in KEYS]
    if heads and "address" in rows:
        named = parts[0]
        for part in parts[1:-1]:
            named = named + part
        parts[-1] = parts[-1].mask(named.ne(""), _each(rows["address"], lambda text: _head(gazetteer, text)))
    key = parts[0]
    for part in parts[1:]:
        key = key + "|" + part
    return key.rename("key")


def _head(gazetteer: Gazetteer, text: object) -> str:
    address = gazetteer.folded(text)
    read = addresses.read(gazetteer, address, gazetteer.folded(_country(gazetteer)))
    return address[: len(address) - read.rest] if read.places else ""


def _country(gazetteer: Gazetteer) -> str:
    return next((name for place, name in gazetteer.label.items() if place.level == LEVELS[0]), "")


def _each(texts: pd.Series, change: Callable[[object], str]) -> pd.Series:
    numbers, values = pd.factorize(texts)
    changed = np.array([*(change(value) for value in values), ""], dtype=object)
    return pd.Series(changed[numbers], index=texts.index, dtype="str")


def _blank(rows: pd.DataFrame) -> pd.Series:
    return pd.Series("", index=rows.index, dtype="str")


def match(
    gazetteer: Gazetteer,
    rows: pd.DataFrame,
    *,
    system: System = "WGS-84",
    level: Level | None = None,
    decided: Mapping[str, Place] | None = None,
    border_m: float = BORDER_M,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """
    Match rows by everything they say of their place.

    A reviewer's decision stands above all. Otherwise code, names, address and point are each looked up, and have to
    agree: where they do, the first of them in that order names the method; where one leaves several places open, the
    others may settle it; where they name different places, the row becomes a question with all of them. An unknown
    code or name does not count against another that is sure.

    Parameters
    ----------
    gazetteer
        Places, their names, codes and shapes.
    rows
        Any of `code`, `province`, `prefecture`, `county`, `address` (text, NA = not given), `lon`, `lat` (degrees in
        `system`, NaN = not given).
    system
        The coordinate system of `lon` and `lat`, as confirmed.
    level
        The level wanted: a place above it becomes a question, unless it holds only one place of that level.
    decided
        Places by the keys of `keys_of`; those that are no longer there are passed over.
    border_m
        See `match_points`.
    progress
        Told after each part how many points are done, of how many.

    Returns
    -------
    matches
        `MATCH_COLUMNS` on the index of `rows`: `area_code`, `level` and `method` are NA where the row is not matched,
        `confidence` from 0 to 1, `question` one of `Question` or NA, `candidates` a tuple of codes (of the level in
        `level`, the likeliest first). A row that says nothing has neither match nor question.
    """
    texts = _Texts(gazetteer, rows, level)
    founds, numbers = texts.found()
    if "lon" in rows and "lat" in rows:
        point_founds, point_numbers = _points(gazetteer, rows, system, border_m, progress)
        founds, numbers = _together(gazetteer, (founds, numbers), (point_founds, point_numbers), level)
    founds = [None if found is None else _at_level(gazetteer, found, level) for found in founds]
    if decided:
        founds, numbers = _with_decisions(gazetteer, rows, decided, founds, numbers)
    return _frame(founds, numbers, rows.index)


def _frame(founds: Sequence[Found | None], numbers: Numbers, index: pd.Index) -> pd.DataFrame:
    """Lay out what was found, one entry a row; `numbers` say which, -1 for nothing."""
    known = [*founds, None]
    sure = [found if found is not None and found.question is None else None for found in known]
    candidates = np.empty(len(known), dtype=object)
    candidates[:] = [_codes(found) for found in known]
    columns = {
        "area_code": pd.Series([f.places[0].code if f else None for f in sure], dtype="str"),
        "level": pd.Series([_deepest(f.places) if f and f.places else None for f in known], dtype="str"),
        "method": pd.Series([f.method if f else None for f in sure], dtype="str"),
        "confidence": pd.Series([f.confidence if f else 0.0 for f in sure], dtype="float64"),
        "question": pd.Series([f.question if f else None for f in known], dtype="str"),
        "candidates": pd.Series(candidates),
    }
    at = np.where(numbers < 0, len(known) - 1, numbers)
    return pd.DataFrame({name: column.take(at).set_axis(index) for name, column in columns.items()})[[*MATCH_COLUMNS]]


def _codes(found: Found | None) -> tuple[str, ...]:
    if found is None or found.question is None or not found.places:
        return ()
    level = _deepest(found.places)
    return tuple(dict.fromkeys(p.code for p in found.places if p.level == level))[:MOST_CANDIDATES]


def _deepest(places: Sequence[Place]) -> Level:
    return max((place.level for place in places), key=LEVELS.index)


def _at_level(gazetteer: Gazetteer, found: Found, level: Level | None) -> Found:
    """Bring a match to the level wanted: down where only one place is there, else a question."""
    if level is None or not found.places:
        return found
    places = tuple(dict.fromkeys(gazetteer.deepened(place, level) for place in found.places))
    if found.question is None and LEVELS.index(places[0].level) < LEVELS.index(level):
        return Found((), found.method, question="too_coarse")
    return found._replace(places=places)


# what a row says in words


class _Texts:
    """Looks up what rows say in words, each different row once."""

    def __init__(self, gazetteer: Gazetteer, rows: pd.DataFrame, level: Level | None) -> None:
        self.gazetteer, self.rows = gazetteer, rows
        self.columns = [name for name in KEYS if name in rows]
        self.level = level or (self._usual_level(rows["code"]) if "code" in rows else None)
        self.country = gazetteer.folded(_country(gazetteer))

    def found(self) -> tuple[list[Found | None], Numbers]:
        if not self.columns:
            return [], np.full(len(self.rows), -1, dtype=np.int64)
        # missing is a value of its own here, told from every text
        parts = [pd.factorize(self.rows[name])[0].astype(np.int64) for name in self.columns]
        numbers = parts[0] + 1
        for part in parts[1:]:
            numbers = pd.factorize(numbers * (part.max(initial=0) + 2) + part + 1)[0].astype(np.int64)
        numbers, _ = pd.factorize(numbers)
        _, first = np.unique(numbers, return_index=True)
        different = self.rows.iloc[first][self.columns]
        founds = [
            self._row(dict(zip(self.columns, row, strict=True))) for row in different.itertuples(index=False, name=None)
        ]
        return founds, numbers.astype(np.int64)

    def _row(self, row: Mapping[str, object]) -> Found | None:
        texts = {name: text for name, text in row.items() if isinstance(text, str) and self.gazetteer.folded(text)}
        named = by_names(self.gazetteer, {level: texts[level] for level in self.gazetteer.levels if level in texts})
        code = by_code(self.gazetteer, texts["code"], self.level) if "code" in texts else None
        if code is not None and code.question == "unknown" and (named is None or named.question is not None):
            code, named = _within_code(self.gazetteer, texts["code"], code, named)
        said = [
            code,
            named,
            by_address(self.gazetteer, texts["address"], self.country) if "address" in texts else None,
        ]
        return agreed(self.gazetteer, [found for found in said if found is not None])

    def _usual_level(self, codes: pd.Series) -> Level | None:
        """Return the level of most codes that are in force at one level only."""
        counts = dict.fromkeys(self.gazetteer.levels, 0)
        for code, n in codes.dropna().value_counts().items():
            levels = self.gazetteer.levels_of_code.get(_digits(str(code)), ())
            if len(levels) == 1 and levels[0] in counts:
                counts[levels[0]] += int(n)
        best = max(counts, key=lambda level: counts[level])
        return best if counts[best] else None


def _digits(text: str) -> str:
    """Return a code without blanks, invisible characters, a decimal tail or an exponent."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum() or c in ".+-").strip("'\"")
    if _EXPONENT.fullmatch(plain):
        value = float(plain)
        return str(int(value)) if value.is_integer() else plain
    return _TAIL.sub("", plain)


def by_code(gazetteer: Gazetteer, text: str, level: Level | None = None) -> Found:
    """
    Look one code up.

    A code that is longer by the digits of a town, or shorter by zeros, is mended only where the data pack allows that
    length and exactly one code comes of it.
    """
    code = _digits(text)
    if found := _known_code(gazetteer, code, level):
        return found
    length, lengths = gazetteer.code_length, gazetteer.rules.code_lengths
    mended: list[str] = []
    if length and code.isdigit():
        if len(code) > length and len(code) in lengths:
            mended = [code[:length]]
        elif len(code) < length:
            mended = [code.zfill(length)] if len(code) == length - 1 else []
            mended += [code.ljust(length, "0")] if len(code) in lengths else []
    founds = [found for other in mended if (found := _known_code(gazetteer, other, level))]
    if len(founds) == 1:
        return founds[0]._replace(confidence=min(founds[0].confidence, _CODE_MENDED))
    if founds:
        return Found(tuple(p for found in founds for p in found.places), "code", question="ambiguous")
    return Found((), "code", question="unknown")


def _within_code(
    gazetteer: Gazetteer, text: str, unknown: Found, named: Found | None
) -> tuple[Found | None, Found | None]:
    """Offer for a code that is in no list, as of a unit that is gone, only places of the area its first digits name."""
    code, length = _digits(text), gazetteer.code_length
    is_code = length > 0 and code.isdigit() and (len(code) == length or len(code) in gazetteer.rules.code_lengths)
    heads = (
        [code[:cut].ljust(length, "0") for cut in range(length - 1, 0, -1)] if is_code and len(code) >= length else []
    )
    uppers = [_uppermost(gazetteer, head) for head in heads if head != code]
    above = next((place for place in uppers if place is not None), None)
    if above is None:
        return unknown, named
    inside = tuple(one for one in (named.places if named else ()) if gazetteer.lies_in(one, above))
    if inside:
        return Found(inside, "code", question="ambiguous"), None
    below = [place for place in gazetteer.places if place.level == gazetteer.levels[-1]]
    return Found(tuple(sorted(one for one in below if gazetteer.lies_in(one, above))), "code", question="unknown"), None


def _uppermost(gazetteer: Gazetteer, code: str) -> Place | None:
    levels = [held for held in gazetteer.levels_of_code.get(code, ()) if held in gazetteer.levels[:-1]]
    return Place(levels[-1], code) if levels else None


def _known_code(gazetteer: Gazetteer, code: str, level: Level | None) -> Found | None:
    levels = [held for held in gazetteer.levels_of_code.get(code, ()) if held in gazetteer.levels]
    if levels:
        # a municipality is a province and a prefecture at once: the level wanted, else the nearest to it
        wanted = gazetteer.levels.index(level) if level in gazetteer.levels else 0
        best = min(levels, key=lambda held: abs(gazetteer.levels.index(held) - wanted))
        return Found((Place(best, code),), "code", _CODE)
    led_to = gazetteer.former_codes.get(code)
    if led_to is None:
        return None
    if len(led_to) > 1:
        return Found(led_to, "former_code", question="divided")
    return Found(led_to, "former_code", _FORMER_CODE)


def by_names(gazetteer: Gazetteer, texts: Mapping[Level, str]) -> Found | None:
    """
    Look the name of a place up, with the names of the places it lies in.

    Returns
    -------
    found
        None where no name is given. Every name given has to be known and to fit the others.
    """
    keys = {level: key for level in gazetteer.levels if (key := _named_key(gazetteer, level, texts.get(level)))}
    if not keys:
        return None
    lowest = list(keys)[-1]
    uppers = [(level, key, _meanings(gazetteer, level, key)) for level, key in keys.items() if level != lowest]
    # a prefecture that is gone is known by the counties that lay in it
    known = [upper for upper in uppers if upper[2] or (lowest, upper[1]) in gazetteer.moved_from]
    meant = _meanings(gazetteer, lowest, keys[lowest])
    if not meant:
        return _not_known(gazetteer, lowest, keys[lowest], known)
    fitting = [named for named in meant if all(_fits(gazetteer, named.place, *upper) for upper in known)]
    if not fitting:
        near = [n for n in gazetteer.near(lowest, keys[lowest]) if all(_fits(gazetteer, n.place, *u) for u in known)]
        places = tuple(dict.fromkeys(named.place for named in (*near, *meant)))
        return Found(places, "name", question="contradiction" if known else "parent_unknown")
    found = _chosen(fitting, lowest, has_parents=bool(known), parents_known=len(known) == len(uppers))
    of_old = any(
        place in gazetteer.moved_from.get((place.level, upper[1]), ()) for place in found.places for upper in uppers
    )
    if found.method == "former_name" and found.question is None and not of_old:
        # a former name of one place may be a slip in today's name of another, unless it comes with a former parent
        near = [n for n in gazetteer.near(lowest, keys[lowest]) if all(_fits(gazetteer, n.place, *u) for u in known)]
        other = tuple(n.place for n in near if n.kind == "official" and n.place not in found.places)
        if other:
            return Found((*found.places, *dict.fromkeys(other)), "former_name", question="near")
    return found


def _named_key(gazetteer: Gazetteer, level: Level, text: str | None) -> str:
    key = gazetteer.folded(text)
    words = {gazetteer.folded(word) for word in gazetteer.rules.placeholders.get(level, ())}
    return "" if key in words else key


def _meanings(gazetteer: Gazetteer, level: Level, key: str) -> tuple[Named, ...]:
    """Return what a name means at its level, else at another, else as several names in one."""
    if found := gazetteer.by_name[level].get(key):
        return found
    at = gazetteer.levels.index(level)
    for other in (*gazetteer.levels[at + 1 :], *reversed(gazetteer.levels[:at])):
        if found := gazetteer.by_name[other].get(key):
            return found
    read = addresses.read(gazetteer, key)
    return tuple(Named(place, "short") for place in read.places) if read.places and not read.rest else ()


def _fits(gazetteer: Gazetteer, place: Place, level: Level, key: str, meant: Sequence[Named]) -> bool:
    if any(gazetteer.lies_in(place, upper.place) for upper in meant):
        return True
    # a county that lay in a prefecture which is gone, or in another one
    return place in gazetteer.moved_from.get((place.level, key), frozenset()) and level != gazetteer.levels[0]


def _not_known(
    gazetteer: Gazetteer, level: Level, key: str, known: Sequence[tuple[Level, str, Sequence[Named]]]
) -> Found:
    near = gazetteer.near(level, key)
    fitting = [named.place for named in near if all(_fits(gazetteer, named.place, *upper) for upper in known)]
    places = tuple(dict.fromkeys(fitting or [named.place for named in near]))
    return Found(places, "name", question="near" if places else "unknown")


def _chosen(fitting: Sequence[Named], level: Level, *, has_parents: bool, parents_known: bool) -> Found:
    official = tuple(dict.fromkeys(named.place for named in fitting if named.kind == "official"))
    former = tuple(dict.fromkeys(named.place for named in fitting if named.kind == "former"))
    every = tuple(dict.fromkeys(named.place for named in fitting))
    places = official if len(official) == 1 and set(former) <= set(official) else every
    kind = min((named.kind for named in fitting if named.place == places[0]), key=list(_SURE).index)
    method: MatchMethod = "former_name" if kind == "former" else "name"
    if len(places) > 1:
        divided = all(named.kind == "former" for named in fitting)
        return Found(places, method, question="divided" if divided else "ambiguous")
    if not parents_known:
        return Found(places, method, question="parent_unknown")
    confidence = _SURE[kind]
    if not has_parents and places[0].level != LEVELS[1]:
        confidence -= _NO_PARENT
    if places[0].level != level:
        confidence -= _OTHER_COLUMN
    return Found(places, method, round(confidence, 2))


def alike(gazetteer: Gazetteer, texts: pd.Series, area_code: pd.Series, level: Level) -> pd.Series:
    """
    Return, for names that were matched, another place that a slip may have hidden.

    Parameters
    ----------
    gazetteer
        Places and their names.
    texts, area_code
        The name of a row, and the place of `level` it was matched to.
    level
        Of the places.

    Returns
    -------
    others
        On the index of `texts`: the codes of other places, a blank between them, whose names differ from the text in
        one character and which are nowhere among `area_code`; NA where there are none. They lie in the same parent, or,
        for a row far from the others, in the province most rows are in. Whoever typed it may have meant one of those:
        nothing in the text can tell.
    """
    codes = area_code.dropna()
    named = {Place(level, code) for code in codes.unique()}
    usual = _usual_holder(gazetteer, codes, level)
    rows = pd.DataFrame({"text": texts, "code": area_code}).dropna()
    found: dict[tuple[str, str], str] = {}
    for text, code in rows.drop_duplicates().itertuples(index=False, name=None):
        place = Place(level, code)
        parent = gazetteer.parents.get(place)
        within = [parent] if usual is None or gazetteer.lies_in(place, usual) else [parent, usual]
        near = [one.place for one in gazetteer.near(level, gazetteer.folded(text)) if one.kind == "official"]
        others = [
            other
            for holder in within
            for other in near
            if holder is not None and other not in named and gazetteer.lies_in(other, holder)
        ]
        if others:
            found[text, code] = " ".join(dict.fromkeys(other.code for other in others[:_FEW]))
    rows = rows[rows["text"].isin({text for text, _code in found})]
    said = [found.get(pair) for pair in rows.itertuples(index=False, name=None)]
    return pd.Series(said, index=rows.index, dtype="str").reindex(texts.index)


def _usual_holder(gazetteer: Gazetteer, codes: pd.Series, level: Level) -> Place | None:
    # the area of the first level that holds most rows
    counts: dict[Place, int] = {}
    for code, n in codes.value_counts().items():
        top = next((at for at in gazetteer.above(Place(level, str(code))) if at.level == LEVELS[1]), None)
        if top is not None:
            counts[top] = counts.get(top, 0) + int(n)
    most = max(counts, key=lambda place: counts[place], default=None)
    return most if most is not None and counts[most] >= len(codes) * _MOST else None


def by_address(gazetteer: Gazetteer, text: str, country: str = "") -> Found:
    """Look the head of an address up; one that begins with no name of a place is `unknown`."""
    read = addresses.read(gazetteer, gazetteer.folded(text), country)
    if not read.places:
        return Found((), "address", question="unknown")
    if read.disagree:
        return Found(read.places, "address", question="contradiction")
    # a city without counties is a prefecture and a county of one name: the lower of them
    lowest = max(read.places, key=lambda place: LEVELS.index(place.level))
    if not all(gazetteer.lies_in(lowest, place) for place in read.places):
        return Found(read.places, "address", question="ambiguous")
    return Found((lowest,), "address", _ADDRESS)


# what a row says together


def agreed(gazetteer: Gazetteer, said: Sequence[Found]) -> Found | None:
    """
    Bring together what a row says of its place in different ways, the surest first.

    Returns
    -------
    found
        None where nothing is said. A place where at least one way is sure and all that know the place agree; a
        question with every place named where they do not.
    """
    if len(said) < 2:  # noqa: PLR2004 - nothing to bring together
        return said[0] if said else None
    telling = [found for found in said if found.places]
    sure = [found for found in telling if found.question is None]
    if not sure:
        return telling[0] if len(telling) == 1 else _open(gazetteer, telling) or said[0]
    best = max(sure, key=lambda found: LEVELS.index(found.places[0].level))
    place = best.places[0]
    narrower = _narrowed(gazetteer, place, telling)
    if narrower is not None:
        return narrower
    if all(_allows(gazetteer, found, place) for found in telling):
        first = next((found for found in sure if found.places[0] == place), best)
        return first._replace(places=(place,))
    places = tuple(dict.fromkeys(p for found in telling for p in found.places))
    return Found(places, best.method, question="contradiction")


def _narrowed(gazetteer: Gazetteer, place: Place, telling: Sequence[Found]) -> Found | None:
    """
    Settle a name of several places by a place above them that is sure; None where there is none to be settled.

    A name of which no place lies in it is not known there: it is asked about, with what does lie in it.
    """
    open_ = [
        found
        for found in telling
        if found.question in {"ambiguous", "near"}
        and all(LEVELS.index(one.level) > LEVELS.index(place.level) for one in found.places)
    ]
    if place.level == gazetteer.levels[-1] or not open_:
        return None
    inside = tuple(one for one in open_[0].places if gazetteer.lies_in(one, place))
    if not inside and open_[0].question == "near":
        return Found((), open_[0].method, question="unknown")
    if not inside:
        return None
    if len(inside) > 1 or open_[0].question == "near":
        return open_[0]._replace(places=inside)
    return Found(inside, open_[0].method, _SURE["official"] - _NO_PARENT)


def _allows(gazetteer: Gazetteer, found: Found, place: Place) -> bool:
    """Say whether one way of naming a place does not speak against a place: it is one of those named, or in one."""
    related = any(gazetteer.lies_in(place, p) or gazetteer.lies_in(p, place) for p in found.places)
    # a contradiction within one way, or points that must be turned around, are not settled by another
    return related and found.question not in {"contradiction", "swapped"}


def _open(gazetteer: Gazetteer, telling: Sequence[Found]) -> Found | None:
    """Settle several open questions by what their places have in common, or ask about all."""
    if not telling:
        return None
    every = tuple(dict.fromkeys(p for found in telling for p in found.places))
    shared = [place for place in every if all(_allows(gazetteer, found, place) for found in telling)]
    if shared:
        return telling[0]._replace(places=tuple(shared), question=telling[0].question)
    return Found(every, telling[0].method, question="contradiction")


def _together(
    gazetteer: Gazetteer,
    texts: tuple[list[Found | None], Numbers],
    points: tuple[list[Found | None], Numbers],
    level: Level | None,
) -> tuple[list[Found | None], Numbers]:
    """Bring what rows say in words and where their points lie together, each different pair once."""
    if not texts[0]:
        return points
    del level
    width = len(points[0]) + 1
    numbers, pairs = pd.factorize((texts[1] + 1) * width + points[1] + 1)
    founds: list[Found | None] = []
    for pair in pairs:
        text, point = divmod(int(pair), width)
        said = [texts[0][text - 1] if text else None, points[0][point - 1] if point else None]
        founds.append(agreed(gazetteer, [found for found in said if found is not None]))
    return founds, numbers.astype(np.int64)


def _with_decisions(
    gazetteer: Gazetteer,
    rows: pd.DataFrame,
    decided: Mapping[str, Place],
    founds: list[Found | None],
    numbers: Numbers,
) -> tuple[list[Found | None], Numbers]:
    places = {key: place for key, place in decided.items() if place in gazetteer.places}
    order = list(places)
    numbered = {key: n for n, key in enumerate(order)}
    at = keys_of(gazetteer, rows).map(numbered)
    if "address" in rows:
        at = at.fillna(full_keys_of(gazetteer, rows).map(numbered))
    chosen = at.to_numpy(dtype=np.float64, na_value=-1).astype(np.int64)
    more: list[Found | None] = [Found((places[key],), "decision", 1.0) for key in order]
    return [*founds, *more], np.where(chosen >= 0, chosen + len(founds), numbers)


# where a row's point lies


def _points(
    gazetteer: Gazetteer, rows: pd.DataFrame, system: System, border_m: float, progress: Progress | None
) -> tuple[list[Found | None], Numbers]:
    """Look points up part by part; the first findings are the shapes' own, in their order."""
    lon, lat = rows["lon"].to_numpy(dtype=np.float64), rows["lat"].to_numpy(dtype=np.float64)
    places = [Place(gazetteer.levels[-1], code) for code in gazetteer.shapes["area_code"]]
    founds: list[Found | None] = [Found((place,), "point", _POINT) for place in places]
    index: dict[Found, int] = {}
    numbers = np.full(len(lon), -1, dtype=np.int64)

    def ask(at: int, found: Found) -> None:
        if found not in index:
            index[found] = len(founds)
            founds.append(found)
        numbers[at] = index[found]

    for start in range(0, len(lon), CHUNK):
        part = slice(start, start + CHUNK)
        x, y = to_wgs84(lon[part], lat[part], system)
        located = gazetteer.points.locate(x, y, border_m)
        numbers[part] = np.where(located.shape >= 0, located.shape, -1)
        for at, near in located.near.items():
            ask(start + int(at), Found(tuple(places[n] for n in near), "point", question="border"))
        lost = np.flatnonzero((located.shape == OUTSIDE) & np.isfinite(x) & np.isfinite(y))
        lost = lost[~np.isin(lost, list(located.near))]
        turned = _turned(gazetteer, lon[part][lost], lat[part][lost], system)
        for lost_at, shape in zip(lost, turned, strict=True):
            found = (
                Found((places[shape],), "point", question="swapped")
                if shape >= 0
                else Found((), "point", question="outside")
            )
            ask(start + int(lost_at), found)
        if progress is not None:
            progress(min(start + CHUNK, len(lon)), len(lon))
    return founds, numbers


def _turned(gazetteer: Gazetteer, lon: Degrees, lat: Degrees, system: System) -> Numbers:
    """Return the shapes that points lie in once longitude and latitude have changed places."""
    return gazetteer.points.locate(*to_wgs84(lat, lon, system), 0.0).shape
