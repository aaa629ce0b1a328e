"""
Arrange the Chinese catalogue: by the file that first uses a message, named above it, in the order of the alphabet.

Two changes of two files then rarely meet in one place. Messages that are new are added with nothing to say, for
somebody to translate; what is used nowhere stands last; nothing is lost. `make catalogue` runs it.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import normalize, read_po

from mhgis import i18n, paths

CATALOGUE: Final = i18n.CATALOGUE.relative_to(paths.ROOT)
#: what marks a message in the code
KEYWORDS: Final = {"_": None, "N_": None, "gettext": None, "ngettext": (2, 3), "ngettext_noop": (1, 2)}
#: stands above what no file uses any more
UNUSED: Final = "used nowhere"


class Use(NamedTuple):
    """Where a message is first used, and how it says more than one."""

    file: str
    line: int
    plural: str | None


def uses(root: Path) -> dict[str, Use]:
    """Return the messages marked in the code under `root`, each with its first use: files by name, then by line."""
    first: dict[str, Use] = {}
    for path in sorted([*root.glob("app.py"), *(root / "pages").rglob("*.py"), *(root / "mhgis").rglob("*.py")]):
        for line, message, _comments, _context in extract_from_file("python", path, KEYWORDS):
            one, many = (message, None) if isinstance(message, str) else message[:2]
            first.setdefault(one, Use(path.relative_to(root).as_posix(), line, many))
    return first


def arranged(text: str, used: Mapping[str, Use]) -> str:
    """
    Return a catalogue in its order.

    Parameters
    ----------
    text
        The catalogue, in any order. Its header, which ends at the first empty line, stays as it is.
    used
        As of `uses`.
    """
    known = {_id(entry): entry for entry in read_po(text.encode().splitlines(keepends=True), locale="zh") if entry.id}
    entries = [*known.values(), *(_new(message, use) for message, use in used.items() if message not in known)]
    places = {_id(entry): used[_id(entry)].file if _id(entry) in used else UNUSED for entry in entries}
    ordered = sorted(entries, key=lambda entry: (places[_id(entry)] == UNUSED, places[_id(entry)], _id(entry)))
    header = text.partition("\n\n")[0]
    return "\n\n".join([header, *(_written(entry, places[_id(entry)]) for entry in ordered)]) + "\n"


def _new(message: str, use: Use) -> Message:
    return Message(message) if use.plural is None else Message((message, use.plural), ("",))


def _id(entry: Message) -> str:
    return str(entry.id if isinstance(entry.id, str) else entry.id[0])


def _written(entry: Message, place: str) -> str:
    lines = [f"#: {place}"]
    if isinstance(entry.id, str):
        lines += [f"msgid {_quoted(entry.id)}", f"msgstr {_quoted(str(entry.string))}"]
    else:
        translations: Iterable[str] = entry.string
        lines += [f"msgid {_quoted(entry.id[0])}", f"msgid_plural {_quoted(entry.id[1])}"]
        lines += [f"msgstr[{n}] {_quoted(said)}" for n, said in enumerate(translations)]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return normalize(text, width=0)


def main() -> int:
    """Arrange the catalogue of this tree; tell how many messages wait for their Chinese."""
    file = paths.ROOT / CATALOGUE
    before = file.read_text("utf-8")
    after = arranged(before, uses(paths.ROOT))
    file.write_text(after, "utf-8")
    waiting = after.count('msgstr ""\n\n') + after.count('msgstr[0] ""\n')
    print(f"{CATALOGUE}: {'as it was' if after == before else 'arranged'}; {waiting} messages without a translation")
    return 0


if __name__ == "__main__":
    sys.exit(main())
