"""Where things lie on disk. One place, so that a test can move them all with `MHGIS_DATA`."""

import os
from pathlib import Path
from typing import Final

from mhgis.errors import UnknownChoiceError

#: the variable that names a data pack outside the data folder
PACK: Final = "MHGIS_PACK"
#: the project's folder: the one that holds `app.py` and `data/`
ROOT = Path(__file__).resolve().parent.parent


def data() -> Path:
    """Return the data folder: `MHGIS_DATA` if set, else `data/` beside `app.py`."""
    return Path(os.environ.get("MHGIS_DATA", ROOT / "data"))


def tables() -> Path:
    """
    Return the folder of the country's data pack: `MHGIS_PACK` if set, else the one in the data folder.

    Raises
    ------
    UnknownChoiceError
        If the data folder holds no pack, or several.
    """
    chosen = os.environ.get(PACK)
    if chosen:
        return Path(chosen)
    found = sorted(file.parent for file in data().glob("*/pack.toml"))
    if len(found) == 1:
        return found[0]
    named = f"{len(found)} data packs ({', '.join(folder.name for folder in found)})" if found else "no data pack"
    message = f"The data folder holds {named}; expected one. Name the pack: mhgis build --pack DIR."
    raise UnknownChoiceError(message)


def cache() -> Path:
    """Return the folder of stage outputs; safe to delete."""
    return data() / "cache"


def published() -> Path:
    """Return the folder of published files and of the pointer `current.json`."""
    return data() / "published"


def datasets() -> Path:
    """Return the folder of imported datasets, which no build touches."""
    return data() / "local" / "datasets"


def static() -> Path:
    """Return the folder the web server serves as it is, under `app/static/`: `MHGIS_STATIC` or `static/`."""
    return Path(os.environ.get("MHGIS_STATIC", ROOT / "static"))
