"""A country's data pack: what `pack.toml` says. The only way code learns which country it is about."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mhgis.errors import Fault, SchemaError


@dataclass(frozen=True)
class Pack:
    """
    The facts of a pack that are no table.

    `boundary_columns` maps the boundary set's column names to ours; bounds are (west, south, east, north) in degrees.
    """

    id: str
    country_code: str
    country_zh: str
    country_en: str
    boundary_source_id: str
    county_shapes: str
    attributes: str
    lines: str
    boundary_columns: dict[str, str]
    view: dict[str, Any]
    model: dict[str, Any]
    years_of_all_levels: tuple[int, ...]


def read(folder: Path) -> Pack:
    """
    Read the pack in `folder`.

    Raises
    ------
    SchemaError
        If `pack.toml` is missing, no TOML, or lacks an entry.
    """
    file = folder / "pack.toml"
    try:
        says = tomllib.loads(file.read_text("utf-8"))
        return Pack(
            id=says["id"],
            country_code=says["country"]["area_code"],
            country_zh=says["country"]["name_zh"],
            country_en=says["country"]["name_en"],
            boundary_source_id=says["boundaries"]["source_id"],
            county_shapes=says["boundaries"]["counties"],
            attributes=says["boundaries"]["attributes"],
            lines=says["boundaries"]["lines"],
            boundary_columns=says["boundaries"]["columns"],
            view=says["map"],
            model=says["model"],
            years_of_all_levels=tuple(says["years"]["all_levels"]),
        )
    except FileNotFoundError as error:
        fault = Fault(file.name, None, None, "no such file", "the data pack's own description", "Restore it from git.")
        raise SchemaError([fault]) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        fault = Fault(file.name, None, None, f"text that is no TOML ({error})", "a TOML file in UTF-8")
        raise SchemaError([fault]) from error
    except KeyError as error:
        fault = Fault(file.name, None, None, f"no entry {error}", "every entry of the pack", "Restore it from git.")
        raise SchemaError([fault]) from error
