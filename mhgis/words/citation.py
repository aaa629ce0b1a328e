"""
How a figure is cited: as text and in BibTeX, the sources and what was computed from them, the same for the same build.

Pure; asks no clock: the date is that of the build.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mhgis import __version__
from mhgis.i18n import Language, translator
from mhgis.words.provenance import About

#: what each kind of identifier leads to, where it leads anywhere
_ADDRESSES: Final = (
    (re.compile(r"doi:(10\.\S+)"), "https://doi.org/{}"),
    (re.compile(r"(PMC\d+)"), "https://pmc.ncbi.nlm.nih.gov/articles/{}/"),
    (re.compile(r"(https?://\S+)"), "{}"),
)
_SPECIAL: Final = re.compile(r"([&%$#_{}])")
_PRODUCT: Final = "mhgis"


@dataclass(frozen=True)
class Work:
    """A source in the language of the reader; texts are empty and `year` None where not known."""

    origin_id: str
    title: str
    publisher: str = ""
    year: int | None = None
    identifier: str = ""
    licence: str = ""
    how_read: str = ""

    @property
    def address(self) -> str:
        """Return where the work is found on the net; empty where its identifier leads nowhere."""
        for form, address in _ADDRESSES:
            found = form.fullmatch(self.identifier)
            if found:
                return address.format(found[1])
        return ""


def cite(about: About, works: Sequence[Work], product: str, link: str, lang: Language) -> str:
    """
    Return a figure's citation as text: what it shows, its sources, and the build it was computed by.

    Parameters
    ----------
    about
        What the figure shows.
    works
        Its sources.
    product
        Name of the app in the language of the reader.
    link
        Address that opens the figure; empty for none.
    lang
        Language of the reader.
    """
    _ = translator(lang)
    what = ", ".join(part for part in (about.unit, "" if about.year is None else str(about.year), about.named) if part)
    sources = _("; ").join(_of(work, lang) for work in works)
    said = [
        f"{about.title} ({what})." if lang == "en" else f"{about.title}（{what.replace(', ', '，')}）。",
        _("Sources: {sources}.").format(sources=sources),
        _("Computed by {product} ({name}) {version}, build {build} of {date}.").format(
            product=product, name=_PRODUCT, version=__version__, build=about.build, date=about.built_on
        ),
        link,
    ]
    return ("" if lang == "zh" else " ").join(part for part in said if part)


def _of(work: Work, lang: Language) -> str:
    _ = translator(lang)
    details = ", ".join(part for part in (work.publisher, str(work.year or ""), work.identifier) if part)
    return _("{title} ({details})").format(title=work.title, details=details) if details else work.title


def bibtex(about: About, works: Sequence[Work], product: str, link: str) -> str:
    """Return the entries of a figure and of its sources; parameters as of `cite`."""
    figure = {
        "title": f"{about.title} ({about.unit})" if about.unit else about.title,
        "author": f"{{{product}}}",
        "year": about.built_on[:4],
        "version": __version__,
        "howpublished": link,
        "note": f"Build {about.build} of {about.built_on}; dataset {about.dataset}",
    }
    name = "-".join(re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") for part in
                    (_PRODUCT, about.dataset, about.indicator, str(about.year or ""), about.build))  # fmt: skip
    entries = [_entry("misc", re.sub("-+", "-", name), figure)]
    for work in works:
        fields = {
            "title": work.title, "author": f"{{{work.publisher}}}" if work.publisher else "",
            "year": "" if work.year is None else str(work.year), "howpublished": work.address,
            "note": work.identifier,
        }  # fmt: skip
        entries.append(_entry("misc", work.origin_id, fields))
    return "\n\n".join(entries)


def _entry(kind: str, name: str, fields: dict[str, str]) -> str:
    lines = [f"  {field} = {{{_escaped(field, text)}}}" for field, text in fields.items() if text and text != "{}"]
    return "\n".join([f"@{kind}{{{name},", ",\n".join(lines), "}"])


def _escaped(field: str, text: str) -> str:
    # an address is printed as it is; braces that keep a name whole are ours
    if field == "howpublished":
        return text
    whole = text.startswith("{") and text.endswith("}")
    inner = _SPECIAL.sub(r"\\\1", text.strip("{}") if whole else text)
    return f"{{{inner}}}" if whole else inner
