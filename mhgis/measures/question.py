"""
A question of a page as plain values and as the text of a link: `threshold-50,unit-min`.

Pure. A text names only what differs from the first choice; an empty one asks the first choice. What each part may be
stands on its field: the words of a `Literal`, or one of the kinds below in an `Annotated`. The questions themselves
stand beside what answers them.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Final, Literal, Protocol, Self, get_args, get_origin, get_type_hints
from urllib.parse import quote, unquote

_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,20}", re.ASCII)


class Kind(Protocol):
    """What a part of a question may be."""

    def read(self, text: str) -> Any:  # noqa: ANN401 - of the type of the field
        """Return the value of a text; None where it is none."""

    def write(self, name: str, value: Any) -> str:  # noqa: ANN401 - of the type of the field
        """Return the part of a link that says a value."""


@dataclass(frozen=True)
class Words:
    """One of some words: of a field that is a `Literal`."""

    words: tuple[str, ...]

    def read(self, text: str) -> str | None:
        """Return the word; None where it is none of these."""
        return text if text in self.words else None

    def write(self, name: str, value: str) -> str:
        """Return the part of a link."""
        return f"{name}-{value}"


@dataclass(frozen=True)
class Between:
    """A whole number with a least and a most."""

    least: int
    most: int

    def read(self, text: str) -> int | None:
        """Return the number; None where it is none, or too small or too large."""
        return int(text) if text.isascii() and text.isdigit() and self.least <= int(text) <= self.most else None

    def write(self, name: str, value: int) -> str:
        """Return the part of a link."""
        return f"{name}-{value}"


@dataclass(frozen=True)
class Flag:
    """Yes or no: a link says yes by a word, and no by its absence."""

    word: str

    def read(self, text: str) -> Literal[True] | None:
        """Return True for the word alone; None where something follows it."""
        return None if text else True

    def write(self, _name: str, _value: bool) -> str:  # noqa: FBT001 - the value of a field
        """Return the word."""
        return self.word


@dataclass(frozen=True)
class Code:
    """The code of an area or of a region."""

    def read(self, text: str) -> str | None:
        """Return the code; None where it is none."""
        return text if _CODE.fullmatch(text) else None

    def write(self, name: str, value: str) -> str:
        """Return the part of a link."""
        return f"{name}-{value}"


@dataclass(frozen=True)
class Codes:
    """Codes of areas with a dot between them, up to `most`."""

    most: int

    def read(self, text: str) -> tuple[str, ...] | None:
        """Return the codes; None where one is none, or there are too many."""
        codes = tuple(text.split("."))
        return codes if all(map(_CODE.fullmatch, codes)) and len(codes) <= self.most else None

    def write(self, name: str, value: tuple[str, ...]) -> str:
        """Return the part of a link."""
        return f"{name}-{'.'.join(value)}"


@dataclass(frozen=True)
class Checked:
    """A text that `is_one` says yes to."""

    is_one: Callable[[str], bool]

    def read(self, text: str) -> str | None:
        """Return the text; None where it is none of these."""
        plain = unquote(text)
        return plain if self.is_one(plain) else None

    def write(self, name: str, value: str) -> str:
        """Return the part of a link."""
        return f"{name}-{quote(value, safe=':/')}"


@dataclass(frozen=True)
class Question:
    """What is asked, each part with a first choice."""

    #: what each part may be, by its name, in the order in which a link has them
    kinds: ClassVar[Mapping[str, Kind]] = {}
    #: the parts by what a link calls them
    names: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls) -> None:
        """Read off the fields what each may be."""
        super().__init_subclass__()
        types = get_type_hints(cls, include_extras=True)
        cls.kinds = {name: _kind_of(types[name]) for name in inspect.get_annotations(cls)}
        cls.names = {kind.word if isinstance(kind, Flag) else name: name for name, kind in cls.kinds.items()}

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read the text of a link; None where it is not one."""
        asked: dict[str, Any] = {}
        for part in text.split(",") if text else ():
            said, dash, value = part.partition("-")
            name = cls.names.get(said)
            if name is None or name in asked or bool(dash) is isinstance(cls.kinds[name], Flag):
                return None
            asked[name] = cls.kinds[name].read(value)
            if asked[name] is None:
                return None
        return cls(**asked)

    def typed(self, part: str, text: str) -> Self | None:
        """Return the question with one part as a person typed it; None where the text is none."""
        value = self.kinds[part].read(text)
        return None if value is None else replace(self, **{part: value})

    def __str__(self) -> str:
        """Return the text of a link: what differs from the first choice."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        first = {field.name: field.default for field in fields(self)}
        return ",".join(self.kinds[name].write(name, value) for name, value in values.items() if value != first[name])

    @classmethod
    def limits(cls, part: str) -> tuple[int, int]:
        """
        Return the least and the most that a number of the question may be.

        Raises
        ------
        TypeError
            If the part is no number.
        """
        kind = cls.kinds[part]
        if not isinstance(kind, Between):
            message = f"{part!r} of {cls.__name__} is no number between two others."
            raise TypeError(message)
        return kind.least, kind.most


def _kind_of(of: Any) -> Kind:  # noqa: ANN401 - a type
    if get_origin(of) is Literal:
        return Words(get_args(of))
    kind: Kind = get_args(of)[1]
    return kind
