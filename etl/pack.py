"""
A country's data pack: what its `pack.toml` says. The only way code learns which country it is about.

Reading finds every fault before it complains. Holds no tables: see `etl.tables`. What a viewer needs of a pack goes
into the published file as `mhgis.country.Country`.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from mhgis import cage
from mhgis.cage import SMALL, Answer
from mhgis.country import Country, Start, Text
from mhgis.errors import Fault, SchemaError
from mhgis.i18n import LANGUAGES, Language
from mhgis.indicators import DEFAULT, LEVELS, REGISTRY, Level

FILE: Final = "pack.toml"
#: the tiers a pack may have below its country, by how many there are
TIERS: Final[dict[int, tuple[Level, ...]]] = {
    1: ("province",), 2: ("province", "county"), 3: ("province", "prefecture", "county"),
}  # fmt: skip
#: pages on how a pack's figures were made, below its folder: `methods/<name>.<language>.md`
METHODS: Final = "methods"
_GUIDE: Final = "See docs/your-country.en.md."
_DESCRIPTIONS_KEPT: Final = 8


@dataclass(frozen=True)
class Borders:
    """
    Where the shapes of the smallest areas come from.

    `file` is a file of shapes (`etl.boundaries`), its codes in `code_column`; or, with `package` and `folder`, a binary
    file of an installed package, in whose order `attributes` (CSV) names the areas, its columns renamed by `columns`.
    `lines` are border lines that belong to no area, empty for none.
    """

    source_id: str
    file: str
    code_column: str = "area_code"
    package: str = ""
    folder: str = ""
    attributes: str = ""
    lines: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Pack:
    """
    The facts of a pack that are no table.

    `country` is what the published file says of it; `names` are the country's own; `kinds` tell by level and ending of
    a name what kind of unit it is, `setting_kinds` which kinds are in which setting; `view` is the map section; `model`
    is None where the pack has none; every area has a row for each of `years_of_all_levels`.
    """

    country: Country
    names: Text
    code_pattern: str
    borders: Borders
    view: dict[str, Any]
    model: dict[str, Any] | None
    years_of_all_levels: tuple[int, ...]
    kinds: Mapping[str, Mapping[str, str]]
    setting_kinds: Mapping[str, tuple[str, ...]]

    @property
    def id(self) -> str:
        """The pack's name for itself."""
        return self.country.pack

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels the pack has, from the country down."""
        return self.country.levels

    @property
    def country_code(self) -> str:
        """Code of the country's own row."""
        return self.country.code

    def name(self, lang: Language) -> str:
        """Return the country's name in a language, or in the one the pack has."""
        return self.names.get(lang) or next(iter(self.names.values()))


def read(folder: Path) -> Pack:
    """
    Read the pack in `folder`.

    Raises
    ------
    SchemaError
        With every fault: if `pack.toml` is missing or no TOML, lacks an entry, or an entry is not what it has to be.
    """
    reader = _Reader(_load(folder))
    found = reader.pack(folder)
    if reader.faults:
        raise SchemaError(reader.faults)
    return found


def _load(folder: Path) -> dict[str, Any]:
    file = folder / FILE
    try:
        said: dict[str, Any] = json.loads(_parsed(file.read_bytes()))
    except FileNotFoundError as error:
        fault = Fault(file.name, None, None, "no such file", "the data pack's own description", _GUIDE)
        raise SchemaError([fault]) from error
    return said


@lru_cache(maxsize=_DESCRIPTIONS_KEPT)
def _parsed(content: bytes) -> str:
    # one description is read at each stage of a build
    return cage.call(
        f"{__name__}:in_cage", into=lambda answer: str(answer.plain), data=content, limits=SMALL, file=FILE
    )


def in_cage(content: bytes, tell: object) -> Answer:
    """Read a pack's description, in the cage; a date in it becomes its text."""
    del tell
    try:
        return Answer(json.dumps(tomllib.loads(content.decode("utf-8")), default=str))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        fault = Fault(FILE, None, None, f"text that is no TOML ({error})", "a TOML file in UTF-8", _GUIDE)
        raise SchemaError([fault]) from error


_MISSING: Final = object()


class _Reader:
    """Takes a pack's entries one by one and collects what is wrong with them."""

    def __init__(self, says: dict[str, Any]) -> None:
        self.says = says
        self.faults: list[Fault] = []
        self.languages: tuple[Language, ...] = LANGUAGES

    def fault(self, entry: str, found: object, expected: str) -> None:
        self.faults.append(Fault(FILE, None, entry, str(found), expected, f"Mend the entry. {_GUIDE}"))

    def entry(self, path: str, kind: type, expected: str, default: Any = _MISSING) -> Any:  # noqa: ANN401 - TOML's types
        """Return an entry by its dotted path; a missing or wrong one is a fault and comes as the default or empty."""
        at: Any = self.says
        for part in path.split("."):
            at = at.get(part, _MISSING) if isinstance(at, dict) else _MISSING
        if at is _MISSING:
            if default is not _MISSING:
                return default
            self.fault(path, "no such entry", expected)
        elif not isinstance(at, kind) or (kind in {int, float} and isinstance(at, bool)):
            self.fault(path, repr(at), expected)
        else:
            return at
        return kind()

    def text(self, path: str, *, needed: bool = False) -> Text:
        """Return a text in each language of the pack, empty where it is left out."""
        said = self.entry(path, dict, 'a text in each language, such as { en = "..." }', _MISSING if needed else {})
        return self.in_languages(path, said)

    def in_languages(self, path: str, said: object) -> Text:
        if not isinstance(said, dict):
            self.fault(path, repr(said), "a text in each language")
            return {}
        for lang in self.languages if said else ():
            if not isinstance(said.get(lang), str) or not said[lang].strip():
                self.fault(f"{path}.{lang}", repr(said.get(lang)), f"a text, for the pack offers the language {lang}")
        return {lang: said[lang] for lang in self.languages if isinstance(said.get(lang), str)}

    def numbers(self, path: str, n: int, expected: str, *, needed: bool = True) -> list[float]:
        found = self.entry(path, list, expected, _MISSING if needed else [])
        if (found or needed) and (len(found) != n or not all(isinstance(x, int | float) for x in found)):
            self.fault(path, repr(found), expected)
            return []
        return [float(x) for x in found]

    def pack(self, folder: Path) -> Pack:
        languages = self.entry("languages", list, "a list of languages", list(LANGUAGES))
        if not languages or not set(languages) <= set(LANGUAGES):
            self.fault("languages", repr(languages), f"some of: {', '.join(LANGUAGES)}")
        self.languages = tuple(lang for lang in languages if lang in LANGUAGES) or LANGUAGES
        names = self.text("country.name", needed=True)
        settings = self.entry("settings", dict, "a table", {})
        kinds: dict[str, tuple[str, ...]] = {
            name: tuple(self.entry(f"settings.{name}.kinds", list, "a list of kinds of area")) for name in settings
        }
        years = self.entry("years.all_levels", list, "a list of years")
        if not years or not all(isinstance(year, int) for year in years):
            self.fault("years.all_levels", repr(years), "at least one year")
        return Pack(
            country=self.country(folder, names),
            names=names or {"en": ""},
            code_pattern=self.pattern(),
            borders=self.borders(),
            view=self.view(),
            model=self.model(),
            years_of_all_levels=tuple(years),
            kinds=self.entry("kinds", dict, "a table", {}),
            setting_kinds=kinds,
        )

    def country(self, folder: Path, names: Text) -> Country:
        group = {name: self.entry(name, dict, "a table", {}) for name in ("regions", "settings")}
        regions = {name: self.text(f"regions.{name}") for name in group["regions"]}
        for name in regions:
            if not re.fullmatch(r"[a-z0-9-]+", name):
                self.fault(f"regions.{name}", name, "an id in small letters, digits and hyphens")
        for name in set(group["settings"]) - {"urban", "rural"}:
            self.fault(f"settings.{name}", name, "urban or rural")
        return Country(
            pack=self.entry("id", str, "a short id, such as the country's ISO code"),
            code=self.entry("country.area_code", str, "the code of the country's own row, as text"),
            names=self.text("country.sentence") or names,
            whole=self.text("country.whole", needed=True),
            languages=self.languages,
            levels=self.levels(),
            level_names=self.level_names(),
            published=self.entry("published.dataset_id", str, "the id of the dataset of published figures"),
            start=self.start(),
            regions=regions,
            settings={name: self.text(f"settings.{name}.name", needed=True) for name in group["settings"]},
            inset_name=self.text("inset.name"),
            boundaries=self.text("boundaries.note", needed=True),
            known=self.text("notes.known"),
            unknown=tuple(self.list_of("notes.unknown")),
            sources=self.text("notes.sources"),
            warnings=self.warnings(),
            methods=self.methods(folder),
        )

    def list_of(self, path: str) -> Iterable[Text]:
        for at, one in enumerate(self.entry(path, list, "a list of texts", []), start=1):
            yield self.in_languages(f"{path} {at}", one)

    def levels(self) -> tuple[Level, ...]:
        used = tuple(self.entry("levels.used", list, "the levels below the country"))
        if used not in TIERS.values():
            allowed = " or ".join(str(list(one)) for one in TIERS.values())
            self.fault("levels.used", list(used), f"the parts that 1, 2 or 3 levels play: {allowed}")
            return LEVELS
        return ("country", *used)

    def level_names(self) -> dict[Language, dict[str, tuple[str, str]]]:
        found: dict[Language, dict[str, tuple[str, str]]] = {}
        for level in LEVELS[1:]:
            said = self.entry(f"levels.{level}", dict, "names by language", {})
            for lang in self.languages if said else ():
                forms = said.get(lang)
                forms = [forms, forms] if isinstance(forms, str) else forms
                if not isinstance(forms, list) or len(forms) != 2 or not all(isinstance(one, str) for one in forms):  # noqa: PLR2004 - one and many
                    self.fault(f"levels.{level}.{lang}", repr(forms), "its name for one and for many, such as "
                               '["district", "districts"]')  # fmt: skip
                    continue
                found.setdefault(lang, {})[level] = (forms[0], forms[1])
        used = self.says.get("levels", {}).get("used") or [""]
        for forms in found.values():
            # sentences about the smallest areas speak of counties, whatever part those play
            if "county" not in used and used[-1] in forms:
                forms.setdefault("county", forms[used[-1]])
        return found

    def start(self) -> Start:
        level = self.entry("start.level", str, "a level", "province")
        indicator = self.entry("start.indicator", str, "an indicator", DEFAULT)
        if level not in self.says.get("levels", {}).get("used", ()):
            self.fault("start.level", level, "one of the levels in levels.used")
        if indicator not in REGISTRY:
            self.fault("start.indicator", indicator, f"one of: {', '.join(REGISTRY)}")
        return Start(
            self.entry("start.dataset", str, "the id of a dataset", ""), level, indicator,
            self.entry("start.year", int, "a year", 0),
        )  # fmt: skip

    def warnings(self) -> dict[str, tuple[Text, ...]]:
        found: dict[str, tuple[Text, ...]] = {}
        for at, one in enumerate(self.entry("warnings", list, "a list of warnings", []), start=1):
            said = dict(one) if isinstance(one, dict) else {}
            indicators = said.pop("indicators", [])
            unknown = [name for name in indicators if name not in REGISTRY]
            if unknown or not indicators:
                self.fault(f"warnings {at}.indicators", unknown or "none", f"some of: {', '.join(REGISTRY)}")
            text = self.in_languages(f"warnings {at}", said)
            for name in indicators:
                found[name] = (*found.get(name, ()), text)
        return found

    def methods(self, folder: Path) -> dict[str, Text]:
        found: dict[str, dict[Language, str]] = {}
        for lang in self.languages:
            for path in sorted((folder / METHODS).glob(f"*.{lang}.md")):
                found.setdefault(path.name.removesuffix(f".{lang}.md"), {})[lang] = path.read_text("utf-8")
        return dict(found)

    def pattern(self) -> str:
        pattern: str = self.entry("country.code_pattern", str, "a regular expression that every code fits", ".+")
        try:
            re.compile(pattern)
        except re.error as error:
            self.fault("country.code_pattern", f"{pattern!r} ({error})", "a regular expression that every code fits")
            return ".+"
        return pattern

    def borders(self) -> Borders:
        texts = {
            name: self.entry(f"boundaries.{name}", str, "a text", "")
            for name in ("package", "folder", "attributes", "lines")
        }
        return Borders(
            source_id=self.entry("boundaries.source_id", str, "a source_id of sources.csv"),
            file=self.entry("boundaries.file", str, "the name of the file of boundaries"),
            code_column=self.entry("boundaries.code_column", str, "the column that holds the code", "area_code"),
            columns=self.entry("boundaries.columns", dict, "new names by column", {}),
            **texts,
        )

    def view(self) -> dict[str, Any]:
        window = "west, south, east, north in degrees"
        found: dict[str, Any] = {
            "standard_parallels": self.numbers("map.standard_parallels", 2, "two latitudes in degrees"),
            "centre": self.numbers("map.centre", 2, "longitude and latitude in degrees"),
            "view": self.numbers("map.view", 4, window),
        }
        inset = self.numbers("map.inset", 4, window, needed=False)
        return found | {"inset": inset} if inset else found

    def model(self) -> dict[str, Any] | None:
        found: dict[str, Any] = self.entry("model", dict, "a table", {})
        for name, kind in {"dataset_id": str, "origin_id": str, "year": int, "draws": int, "seed": int,
                           "concentrated_region": str}.items() if found else ():  # fmt: skip
            self.entry(f"model.{name}", kind, "an entry of the model")
        return found or None
