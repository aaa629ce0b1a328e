"""
The place at the head of an address: a province, then a city, then a county, as far as they are named one by one.

The longest name that fits is read first, and below a place only names that lie in it. A short form counts only where
another name or the end follows, so that a road named after a city is no city. Text in, places out; see `places` for
what is made of them.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from mhgis.importing.gazetteer import Gazetteer, Named, Place


class Read(NamedTuple):
    """
    What the head of an address says.

    `places` are those the names can mean, `rest` the number of characters left after them; `disagree` is whether a
    name follows that lies elsewhere, whose places are then listed as well.
    """

    places: tuple[Place, ...]
    rest: int
    disagree: bool = False


#: what follows the name of a street; a street named after a place is no place
_STREET: Final = re.compile(r"[东西南北中前后大小新老一二三四五六七八九十]{0,2}(?:路|街|道|巷|弄|胡同|里弄|桥|村|广场)")
#: shorter names are too easily the beginning of another word
_SHORTEST = 2
#: how names of areas end that no street is named by
_ENDINGS: Final = ("省", "市", "县", "区", "旗", "州", "盟")


def read(gazetteer: Gazetteer, address: str, country: str = "") -> Read:
    """
    Read the places an address begins with.

    Parameters
    ----------
    gazetteer
        Places and their names.
    address
        As `Gazetteer.folded` gives it.
    country
        The country's own name, folded; passed over at the beginning.

    Returns
    -------
    read
        The deepest places that the head of the address can mean: none where it does not begin with a name.
    """
    start = len(country) if country and address.startswith(country) else 0
    held: tuple[Place, ...] = ()
    at = start
    while found := _next(gazetteer, address, at, held):
        name, places = found
        held, at = places, at + len(name)
        if all(place.level == gazetteer.levels[-1] for place in held):
            return Read(held, len(address) - at)
    if held and (elsewhere := _elsewhere(gazetteer, address, at)):
        return Read((*held, *elsewhere), len(address) - at, disagree=True)
    return Read(held, len(address) - at)


def _next(gazetteer: Gazetteer, address: str, at: int, held: tuple[Place, ...]) -> tuple[str, tuple[Place, ...]] | None:
    """Return the longest name at a place of the address that lies in what was read before, and what it means."""
    for name in _names_at(gazetteer, address, at):
        meant = [named for named in _meanings(gazetteer, name) if _fits(gazetteer, named.place, held)]
        if not meant:
            continue
        # a short name of old says as little by itself as one of today
        whole = [
            named for named in meant if named.kind == "official" or (named.kind == "former" and name.endswith(_ENDINGS))
        ]
        end = at + len(name)
        if _STREET.match(address, end) and not _is_told(name, whole):
            continue
        places = tuple(dict.fromkeys(named.place for named in (whole or meant)))
        if whole or end == len(address) or _next(gazetteer, address, end, places):
            return name, places
    return None


def _is_told(name: str, whole: Sequence[Named]) -> bool:
    """Say whether a name says by itself that it is one of an area, so that a street may follow it."""
    is_long = len(name) > _SHORTEST
    return any(named.kind == "official" for named in whole) and is_long and name.endswith(_ENDINGS)


def _fits(gazetteer: Gazetteer, place: Place, held: tuple[Place, ...]) -> bool:
    return not held or any(place != above and gazetteer.lies_in(place, above) for above in held)


def _elsewhere(gazetteer: Gazetteer, address: str, at: int) -> tuple[Place, ...]:
    for name in _names_at(gazetteer, address, at):
        if _STREET.match(address, at + len(name)):
            continue
        official = [named.place for named in _meanings(gazetteer, name) if named.kind == "official"]
        if official:
            return tuple(official)
    return ()


def _names_at(gazetteer: Gazetteer, address: str, at: int) -> Iterator[str]:
    for name in gazetteer.by_first_letter.get(address[at : at + 1], ()):
        if len(name) >= _SHORTEST and address.startswith(name, at):
            yield name


def _meanings(gazetteer: Gazetteer, name: str) -> Iterator[Named]:
    for level in gazetteer.levels:
        yield from gazetteer.by_name[level].get(name, ())
