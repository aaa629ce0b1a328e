"""
One type family for both scripts, cut to the characters that are needed: Noto Sans SC.

The wheel `justmytype-intl-cjk` holds one variable file of 30,890 characters and 17.8 MB. A cut of it is static, small
and the same bytes at every run. Holds no drawing. The family is under the SIL Open Font License, which travels with
every copy: `licence`.
"""

import io
from functools import cache, lru_cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Final, Literal, get_args

import fontTools
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from mhgis import files, paths

FAMILY: Final = "Noto Sans SC"
#: for style sheets and charts: our own copy, then what a machine may have
STACK: Final = f'"{FAMILY}", "Noto Sans CJK SC", sans-serif'

Weight = Literal[400, 600]
WEIGHTS: Final[tuple[Weight, ...]] = get_args(Weight)
#: `ttf` for Matplotlib, `woff2` for browsers
Flavor = Literal["ttf", "woff2"]

_STYLE: Final[dict[Weight, str]] = {400: "Regular", 600: "SemiBold"}
_FEATURES: Final = ["kern", "mark", "ccmp", "locl", "tnum"]
_NAMES: Final = {"family": 1, "style": 2, "full": 4, "postscript": 6, "typographic_family": 16, "typographic_style": 17}

LATIN: Final = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100)])) + "āēěīōūǎǐǒǔǖǘǚǜ"
PUNCTUATION: Final = (
    "–—―‘’“”…‰′″€→←↑↓≈≠≤≥−×÷±·•、。〈〉《》「」『』【】！（），．：；？～％＋－＝○●◎□■△▲▼◆★☆№℃㎡\u2009\u202f"
)


def _gb2312(first_row: int, last_row: int) -> str:
    cells = (bytes([row, cell]) for row in range(first_row, last_row + 1) for cell in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", errors="ignore") for pair in cells)


@cache
def common_characters() -> str:
    """Return Latin, punctuation and the 3,755 everyday characters (level 1 of GB/T 2312), for the web."""
    return LATIN + PUNCTUATION + _gb2312(0xB0, 0xD7)


@cache
def all_standard_characters() -> str:
    """Return `common_characters` and the 3,008 rarer ones (level 2 of GB/T 2312), for figures."""
    return common_characters() + _gb2312(0xD8, 0xF7)


def _source() -> Path:
    return Path(str(resources.files("justmytype_intl_cjk"))) / "fonts" / "ofl" / "notosanssc"


def licence() -> str:
    """Return the text of the family's licence, to be handed on with every copy."""
    return (_source() / "OFL.txt").read_text("utf-8")


@cache
def _available() -> frozenset[int]:
    with TTFont(_source() / "NotoSansSC[wght].ttf", lazy=True) as font:
        return frozenset(font.getBestCmap())


def missing(text: str) -> str:
    """Return the characters the family does not have, each once and sorted: they would print as boxes."""
    return "".join(sorted(c for c in set(text) if c.isprintable() and ord(c) not in _available()))


def subset_font(text: str, weight: Weight = 400, flavor: Flavor = "woff2") -> bytes:
    """
    Cut the family to the characters of a text, at one weight.

    Parameters
    ----------
    text
        Any text; the order and number of its characters do not matter. What the family lacks is left out: `missing`.
    weight
        400 (regular) or 600 (semibold).
    flavor
        `woff2` for browsers, `ttf` for Matplotlib.

    Returns
    -------
    font
        The file; the same bytes for the same characters.
    """
    return _cut("".join(sorted(set(text))), weight, flavor)


@lru_cache(maxsize=8)
def _cut(characters: str, weight: Weight, flavor: Flavor) -> bytes:
    font = TTFont(_source() / "NotoSansSC[wght].ttf", lazy=True, recalcTimestamp=False)
    options = subset.Options(layout_features=_FEATURES, hinting=False, notdef_outline=True, name_IDs=["*"])
    # cut first: setting the weight of 30,890 outlines takes 12 s
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(font)
    font = instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
    _rename(font, weight)
    font["head"].modified = font["head"].created
    font.flavor = None if flavor == "ttf" else flavor
    file = io.BytesIO()
    font.save(file)
    return file.getvalue()


def _rename(font: TTFont, weight: Weight) -> None:
    # the variable file calls itself by its lightest weight
    style = _STYLE[weight]
    names = {
        "family": FAMILY if weight == 400 else f"{FAMILY} {style}",  # noqa: PLR2004 - the weight itself
        "style": "Regular",
        "full": f"{FAMILY} {style}",
        "postscript": f"{FAMILY.replace(' ', '')}-{style}",
        "typographic_family": FAMILY,
        "typographic_style": style,
    }
    for name, text in names.items():
        font["name"].removeNames(nameID=_NAMES[name])
        font["name"].setName(text, _NAMES[name], 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight


def file_for(text: str, weight: Weight = 400) -> Path:
    """
    Return a TrueType file that has every character of a text that the family has.

    All standard characters are in one file, cut once (about 3 s) and kept below `paths.cache()`; a text that goes
    beyond them gets a small file of its own.
    """
    standard = set(all_standard_characters())
    needed = {c for c in text if ord(c) in _available()}
    characters = "".join(sorted(standard if needed <= standard else needed | set(LATIN)))
    return kept(characters, weight, "ttf")


def kept(text: str, weight: Weight, flavor: Flavor) -> Path:
    """Return a file of what `subset_font` cuts; a cut that was made before is found below `paths.cache()`."""
    characters = "".join(sorted(set(text)))
    key = sha256(f"{_version()} {weight} {characters}".encode()).hexdigest()[:12]
    file = paths.cache() / "typeface" / f"{FAMILY.replace(' ', '')}-{weight}-{key}.{flavor}"
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        files.write_whole(file, subset_font(characters, weight, flavor))
    return file


@cache
def _version() -> str:
    # how cuts are made, and of what: another answer makes another file
    code = sha256(Path(__file__).read_bytes()).hexdigest()
    return f"{code} {fontTools.version} {(_source() / 'NotoSansSC[wght].ttf').stat().st_size}"
