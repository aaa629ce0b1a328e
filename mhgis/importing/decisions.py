"""
What a reviewer decided about places that could not be matched, kept for the next import of the same source.

One small JSON file beside the imported data, changed as one step that no other session can come between. A decision is
keyed by the source and by what the file says of the place; it holds a code, no figure.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from mhgis import files, paths
from mhgis.errors import Fault, SchemaError
from mhgis.importing.gazetteer import Place
from mhgis.indicators import LEVELS

FORMAT: Final = "mhgis-places"
VERSION: Final = 1
FILE: Final = "places.json"

#: what the file says of a place -> the place
Decisions = Mapping[str, Place]


def file() -> Path:
    """Return where the decisions of this machine are kept."""
    return paths.data() / "local" / FILE


def load(source: str, at: Path | None = None) -> dict[str, Place]:
    """
    Return the decisions about a source; none where nothing was decided.

    Raises
    ------
    SchemaError
        If the file is damaged.
    """
    return _of(_read(at or file()), source, (at or file()).name)


def save(source: str, decided: Mapping[str, Place | None], at: Path | None = None) -> dict[str, Place]:
    """
    Add decisions about a source to those there are, and return all; None takes one back.

    Two who save at once are both heard. Where writing fails the file stays as it was.

    Raises
    ------
    SchemaError
        If the file is damaged; it is not written over.
    """
    at = at or file()
    at.parent.mkdir(parents=True, exist_ok=True)
    with files.alone(at.with_suffix(".lock")):
        sources = _read(at)
        changed = _of(sources, source, at.name) | dict(decided)
        kept = {key: place for key, place in changed.items() if place is not None}
        sources[source] = {key: [place.level, place.code] for key, place in sorted(kept.items())}
        content = {"format": FORMAT, "version": VERSION, "sources": dict(sorted(sources.items()))}
        files.write_whole(at, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())
    return kept


def _read(at: Path) -> dict[str, Any]:
    try:
        text = at.read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return {}
    try:
        content = json.loads(text)
    except ValueError as error:
        raise _damaged(at.name) from error
    whole = isinstance(content, dict) and (content.get("format"), content.get("version")) == (FORMAT, VERSION)
    if not whole or not isinstance(content.get("sources"), dict):
        raise _damaged(at.name)
    return dict(content["sources"])


def _of(sources: Mapping[str, Any], source: str, name: str) -> dict[str, Place]:
    entries = sources.get(source, {})
    if not isinstance(entries, dict):
        raise _damaged(name)
    found: dict[str, Place] = {}
    for key, entry in entries.items():
        match entry:
            case [str(level), str(code)] if level in LEVELS:
                found[key] = Place(level, code)
            case _:
                raise _damaged(name)
    return found


def _damaged(name: str) -> SchemaError:
    todo = "Delete the file to begin anew: the places will be asked about again."
    return SchemaError(
        [Fault(name, None, None, "a damaged text", "the decisions about places, as this app saves them", todo)]
    )
