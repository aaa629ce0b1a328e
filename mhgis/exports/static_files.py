"""
The files a browser fetches by itself: shapes, names, lines, and the map's own code, each named by its content.

`build` writes the first kind once a build; `component` puts the map's code in place whenever it has changed; `keep`
adds a small file while the app runs, and `prune` deletes such files that no server has used for a month. A name never
changes its content, so browsers may keep it and two processes may write it at once.
"""

import hashlib
import logging
import os
import shutil
import time
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from mhgis import files, paths
from mhgis.exports import map_bytes

_log: Final = logging.getLogger(__name__)

HASH_DIGITS: Final = 12

#: days after which a file nobody has used is deleted
KEPT_DAYS: Final = 30
#: made while servers run, and made again when asked for; what builds and packages bring stays
_MADE_WHILE_RUNNING: Final = ("map-setup",)
#: where servers before this one left figures that may be an office's own: gone at the next start
_LEFT_BY_OLDER: Final = ("values", "pictures", "slides")
_DAY_S: Final = 86_400

_CODE = Path(__file__).parent.parent / "ui" / "map" / "js"
_VENDOR_FILES: Final = ("maplibre-gl.js", "maplibre-gl.css")


def build(
    static_dir: Path, shapes: dict[str, gpd.GeoDataFrame], names: dict[str, pd.DataFrame], lines: gpd.GeoDataFrame
) -> dict[str, str]:
    """
    Write the files of a build.

    Parameters
    ----------
    static_dir
        The folder that is served under `app/static/`.
    shapes
        Level -> frame for `wire.encode_shapes`.
    names
        Level -> frame for `wire.encode_names`.
    lines
        Border lines that belong to no area, EPSG:4326.

    Returns
    -------
    manifest
        `shapes/<level>`, `names`, `lines` -> path below `static_dir`.
    """
    manifest = {
        f"shapes/{level}": _write(static_dir, "geo", level, ".bin.gz", map_bytes.encode_shapes(level, frame))
        for level, frame in shapes.items()
    }
    manifest["names"] = _write(static_dir, "geo", "names", ".json.gz", map_bytes.encode_names(names))
    manifest["lines"] = _write(static_dir, "geo", "lines", ".bin.gz", map_bytes.encode_lines(lines))
    return manifest


def put_fonts(static_dir: Path, folder: Path) -> None:
    """Put the type family of a build in place under the fixed names that the theme and the licence ask for."""
    for path in sorted([*folder.glob("*.woff2"), folder / "OFL.txt"]):
        _replace(static_dir / "fonts" / path.name, path.read_bytes())


def keep(folder: str, stem: str, suffix: str, content: bytes) -> str:
    """
    Write a small file under its content's name, if it is not there yet, and return its path in static.

    For what everybody may read: of an office's own figures nothing is ever written here.
    """
    return _write(paths.static(), folder, stem, suffix, content)


#: what the folder would not take, by its path in it, for the server to hand out from memory
_held: Final[dict[str, bytes]] = {}


def held(name: str) -> bytes | None:
    """Return a file that could not be written to the static folder; None where it lies there, or is none of ours."""
    return _held.get(name)


def is_shut() -> bool:
    """Say whether the static folder took something no more since this server started."""
    return bool(_held)


def prune() -> int:
    """
    Delete what no server has used for `KEPT_DAYS`, and return how many files and folders that were.

    Several servers may share the folder: each marks what it hands out as used, so that nothing of theirs is old.
    Shapes, fonts and packages stay, and so does the map's code of every server that has drawn a map.
    """
    static_dir, before = paths.static(), time.time() - KEPT_DAYS * _DAY_S
    for folder in _LEFT_BY_OLDER:
        shutil.rmtree(static_dir / folder, ignore_errors=True)
    files = [path for folder in _MADE_WHILE_RUNNING for path in (static_dir / folder).glob("*") if path.is_file()]
    code = [path for path in static_dir.glob(f"map-{'[0-9a-f]' * HASH_DIGITS}") if path.is_dir()]
    old = [path for path in (*files, *code) if _used_at(path) < before]
    for path in old:
        if path in code:
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(old)


def _used_at(path: Path) -> float:
    # another server may have deleted it since it was listed
    return path.stat().st_mtime if path.exists() else time.time()


def component() -> dict[str, str]:
    """
    Put the map's modules and MapLibre GL JS into the static folder, once a process, and mark them as used.

    Returns
    -------
    manifest
        `main`, `style`, `maplibre`, `maplibre_style` -> path below the static folder.
    """
    static_dir = paths.static()
    manifest = _component(static_dir)
    if manifest["main"] not in _held and not _mark_used((static_dir / manifest["main"]).parent):
        _component.cache_clear()
        manifest = _component(static_dir)
    return manifest


@cache
def _component(static_dir: Path) -> dict[str, str]:
    modules = sorted(path for path in _CODE.iterdir() if path.suffix in {".js", ".css"})
    mark = _hash(b"".join(path.name.encode() + path.read_bytes() for path in modules))
    for path in modules:
        _put(static_dir, static_dir / f"map-{mark}" / path.name, path.read_bytes())
    vendor = _package("maplibre") / "srcjs"
    script, style = (
        _write(static_dir, "vendor", Path(name).stem, Path(name).suffix, (vendor / name).read_bytes())
        for name in _VENDOR_FILES
    )
    return {"main": f"map-{mark}/main.js", "style": f"map-{mark}/map.css", "maplibre": script, "maplibre_style": style}


def _package(name: str) -> Path:
    """Return the folder of an installed package without importing it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        message = f"the package {name} is not installed; install the requirements again"
        raise ModuleNotFoundError(message)
    return Path(spec.origin).parent


def _write(static_dir: Path, folder: str, stem: str, suffix: str, content: bytes) -> str:
    name = f"{folder}/{stem}-{_hash(content)}{suffix}"
    _put(static_dir, static_dir / name, content)
    return name


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:HASH_DIGITS]


def _put(static_dir: Path, path: Path, content: bytes) -> None:
    """Write a file as a whole or not at all; one that is there is only marked as used, its name says what it holds."""
    if _mark_used(path):
        return
    name = path.relative_to(static_dir).as_posix()
    try:
        _replace(path, content)
    except OSError as error:
        if name not in _held:
            _log.warning("%s cannot be written to the static folder (%s); it is served from memory.", name, error)
        _held[name] = content
    else:
        _held.pop(name, None)


def _mark_used(path: Path) -> bool:
    """Give what is there the time of its use, to the day; return whether it is there."""
    try:
        age_s = time.time() - path.stat().st_mtime
    except OSError:
        return False
    if age_s > _DAY_S:
        # of a folder that only others may change nothing is ever deleted by us
        with suppress(OSError):
            os.utime(path)
    return True


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_whole(path, content, mode=0o644)
