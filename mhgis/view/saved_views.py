"""
Saved views: a name, a page and its query string, kept in a small JSON file beside the data.

The list is changed by pure functions; `change` reads, changes and writes it as one step that no other session or
process can come between. A write that fails leaves the file as it was. Holds no figures: a saved view is a link.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

from mhgis import cage, files, paths
from mhgis.cage import Answer
from mhgis.errors import Fault, SchemaError, UnknownChoiceError
from mhgis.formats import one_line
from mhgis.i18n import N_, Language, translator

FORMAT: Final = "mhgis-views"
VERSION: Final = 1
FILE: Final = "views.json"
#: the page at the app's own address, and the one that shows saved views
START: Final = "overview"
PRESENT: Final = "present"

#: characters of a part of a query
LONGEST_PART: Final = 500
#: views in one store, and bytes of a file of them
MOST: Final = 500
MOST_BYTES: Final = 4 * 2**20

_PAGE: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}", re.ASCII)


@dataclass(frozen=True)
class SavedView:
    """
    One view with a name.

    `view_id` is unique within a store; `page` the last part of the page's address; `query` its query string, as pairs.
    """

    view_id: str
    name: str
    page: str
    query: tuple[tuple[str, str], ...]

    def link(self, base: str) -> str:
        """Return the address of the view; `base` is that of the app, without a page."""
        asked = f"?{urlencode(self.query, safe=',/')}" if self.query else ""
        page = "" if self.page == START else self.page
        return f"{base.rstrip('/')}/{page}{asked}"


Views = tuple[SavedView, ...]


def new(name: str, page: str, query: Mapping[str, str]) -> SavedView:
    """Return a view with an id of its own; a name is brought to one line and a length that a list can show."""
    return SavedView(uuid4().hex[:12], one_line(name), page, tuple(query.items()))


def add(views: Views, *more: SavedView) -> Views:
    """Return the views with more behind them; one whose id is taken gets another."""
    taken = {view.view_id for view in views}
    found = list(views)
    for view in more:
        kept = replace(view, view_id=uuid4().hex[:12]) if view.view_id in taken else view
        taken.add(kept.view_id)
        found.append(kept)
    return tuple(found)


def rename(views: Views, view_id: str, name: str) -> Views:
    """Return the views with one named anew. Raises `UnknownChoiceError` where it is gone."""
    at = place(views, view_id)
    return (*views[:at], replace(views[at], name=one_line(name) or views[at].name), *views[at + 1 :])


def remove(views: Views, view_id: str) -> Views:
    """Return the views without one; one that is gone already is no error."""
    return tuple(view for view in views if view.view_id != view_id)


def move(views: Views, view_id: str, steps: int) -> Views:
    """Return the views with one moved by some steps, towards the end where positive; it stops at either end."""
    at = place(views, view_id)
    rest = list(views)
    view = rest.pop(at)
    rest.insert(min(max(at + steps, 0), len(rest)), view)
    return tuple(rest)


def place(views: Views, view_id: str) -> int:
    """Return where a view stands. Raises `UnknownChoiceError` where it is gone: someone else may have removed it."""
    for at, view in enumerate(views):
        if view.view_id == view_id:
            return at
    message = f"There is no saved view {view_id!r}; it may have been deleted meanwhile."
    raise UnknownChoiceError(message)


def to_json(views: Sequence[SavedView]) -> str:
    """Return views as the text of a store, which is also the file to hand on."""
    rows = [{"id": v.view_id, "name": v.name, "page": v.page, "query": dict(v.query)} for v in views]
    return json.dumps({"format": FORMAT, "version": VERSION, "views": rows}, ensure_ascii=False, indent=1) + "\n"


def from_json(text: str, file: str = FILE, lang: Language = "en") -> Views:
    """
    Read the text of a store.

    Parameters
    ----------
    text
        As `to_json` writes it. Views without an id get one.
    file
        What the file is called in a message.
    lang
        The language of the parts of a fault.

    Raises
    ------
    SchemaError
        If it is no such text; all faults at once. `row` of a fault is the number of the view, from 1.
    """
    reader = _Reader(file, lang)
    rows = reader.rows(text)
    views = [view for at, row in enumerate(rows, start=1) if (view := reader.view(at, row)) is not None]
    if reader.faults:
        raise SchemaError(reader.faults)
    return add((), *views)


def from_upload(content: bytes, file: str, lang: Language = "en") -> Views:
    """
    Read a file of views that somebody brought, in the cage.

    Parameters
    ----------
    content
        The file.
    file, lang
        As for `from_json`; so is what is raised, and a file of more than `MOST_BYTES` is a fault.
    """
    return cage.call_on_text(f"{__name__}:in_cage", content, file, lang, most_bytes=MOST_BYTES, into=from_json)


def in_cage(content: bytes, file: str, lang: Language, tell: object) -> Answer:
    """Return a file of views as `to_json` writes it, in the cage."""
    del tell
    return Answer(to_json(from_json(content.decode("utf-8", errors="replace"), file, lang)))


class _Reader:
    """Reads a store and collects what is wrong with it."""

    def __init__(self, file: str, lang: Language) -> None:
        self.file, self.lang = file, lang
        self.faults: list[Fault] = []

    def fault(self, row: int | None, column: str | None, found: str, expected: str) -> None:
        _ = translator(self.lang)
        todo = _("Export the views again, or mend the file.")
        self.faults.append(Fault(self.file, row, column, found, _(expected), todo))

    def rows(self, text: str) -> list[Any]:
        _ = translator(self.lang)
        try:
            content = json.loads(text)
        except (ValueError, RecursionError) as error:
            line = getattr(error, "lineno", 1)
            self.fault(None, None, _("a text that breaks off at line {line}").format(line=line), _JSON)
            return []
        if not isinstance(content, dict) or content.get("format") != FORMAT or content.get("version") != VERSION:
            self.fault(None, None, _("another kind of JSON"), _JSON)
            return []
        rows = content.get("views")
        if not isinstance(rows, list) or len(rows) > MOST:
            self.fault(None, "views", _said(rows), _ROWS)
            return []
        return rows

    def view(self, at: int, row: object) -> SavedView | None:
        if not isinstance(row, dict):
            self.fault(at, None, _said(row), _VIEW)
            return None
        name, page, query = row.get("name"), row.get("page"), row.get("query", {})
        known = row.get("id")
        before = len(self.faults)
        if not isinstance(name, str) or not one_line(name) or _has_half(name):
            self.fault(at, "name", _said(name), N_("a name"))
        if not isinstance(page, str) or not _PAGE.fullmatch(page):
            self.fault(at, "page", _said(page), N_("the name of a page, in small letters"))
        if not _is_query(query):
            self.fault(at, "query", _said(query), N_("the parts of a link, each a text"))
        if len(self.faults) > before:
            return None
        view_id = known if isinstance(known, str) and _ID.fullmatch(known) else uuid4().hex[:12]
        return SavedView(view_id, one_line(str(name)), str(page), tuple(query.items()))


_ID: Final = re.compile(r"[0-9a-f]{12}", re.ASCII)
_JSON: Final = N_("a file of saved views, as this app exports them")
_ROWS: Final = N_("a list of at most 500 views")
_VIEW: Final = N_("a view: its name, page and query")
_SHOWN: Final = 60


def _said(found: object) -> str:
    text = json.dumps(found, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _is_query(query: object) -> bool:
    return isinstance(query, dict) and all(
        isinstance(key, str) and _KEY.fullmatch(key) and isinstance(part, str) and _is_part(part)
        for key, part in query.items()
    )


def _is_part(part: str) -> bool:
    return len(part) <= LONGEST_PART and not _has_half(part)


def _has_half(text: str) -> bool:
    # half a character can be told in JSON, and stands in no link, no name and no file
    return any("\ud800" <= sign <= "\udfff" for sign in text)


def file() -> Path:
    """Return where the views of this machine are kept."""
    return paths.data() / "local" / FILE


def load(at: Path | None = None) -> Views:
    """Return the saved views in their order; none where nothing was saved. Raises `SchemaError` on a damaged file."""
    at = at or file()
    return from_json(_text(at), at.name)


def readable(at: Path | None = None, lang: Language = "en") -> tuple[Views, tuple[Fault, ...]]:
    """Return the saved views that can be read, in their order, and what is wrong with the others."""
    at = at or file()
    reader = _Reader(at.name, lang)
    try:
        rows = reader.rows(_text(at))
    except OSError as error:
        reader.fault(None, None, str(error.strerror), _JSON)
        rows = []
    views = [view for place, row in enumerate(rows, start=1) if (view := reader.view(place, row)) is not None]
    return add((), *views), tuple(reader.faults)


def _text(at: Path) -> str:
    try:
        return at.read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return to_json(())


def change(by: Callable[[Views], Views], at: Path | None = None) -> Views:
    """
    Change the store as one step: read, `by`, write; return the views as they then are.

    Two who save at once are both heard: the second waits for the first. Where writing fails the file stays as it was.

    Raises
    ------
    SchemaError
        If the file is damaged, or would hold more than `MOST` views; it is not written over.
    """
    at = at or file()
    at.parent.mkdir(parents=True, exist_ok=True)
    with files.alone(at.with_suffix(".lock")):
        changed = by(load(at))
        if len(changed) > MOST:
            raise SchemaError([Fault(at.name, None, "views", str(len(changed)), _ROWS, "Delete some first.")])
        files.write_whole(at, to_json(changed).encode())
    return changed
