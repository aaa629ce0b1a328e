"""
The handbook as the app shows it: its pages, their titles, and links between them that stay in the app.

The pages are the Markdown files of `docs`, but for those that are for developers; holds no text of its own but what the
groups of pages are called. Pure.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from mhgis import paths
from mhgis.i18n import N_, Language

DOCS: Final = paths.ROOT / "docs"
#: marks a method page that is about one country's own figures, and says whose
OF_PACK: Final = "<!-- of the pack "

#: marks a decision that only whoever changes the code asks about
FOR_DEVELOPERS: Final = "<!-- for developers -->"

#: the groups of pages in the order of the index
GROUPS: Final[dict[str, str]] = {
    "methods": N_("How figures are made, and what they cannot say"),
    "guides": N_("Guides"),
    "decisions": N_("Why it is as it is (in English)"),
    "words": N_("Words, changes, contents"),
}

_LINK: Final = re.compile(r"(?<!!)\[(?P<said>[^\]]*)\]\((?P<to>[^)\s]+)\)")
_LANGS: Final = re.compile(r"\.(en|zh)\.md$")
#: heads the limitations of a method page
_LIMITS: Final[dict[Language, str]] = {"en": "## Limitations", "zh": "## 局限"}


@dataclass(frozen=True)
class Page:
    """
    A page of the handbook.

    Attributes
    ----------
    name
        In links of the app; small letters, digits and hyphens.
    group
        A key of `GROUPS`.
    file
        The Markdown file in the language of the reader, or the only one there is.
    """

    name: str
    group: str
    file: Path

    @property
    def title(self) -> str:
        """The heading of the page."""
        return self.file.read_text("utf-8").partition("\n")[0].lstrip("# ").strip()

    @property
    def text(self) -> str:
        """The page below its heading, without the mark that says whose it is."""
        body = self.file.read_text("utf-8").partition("\n")[2]
        return re.sub(rf"^{OF_PACK}.*$\n?", "", body, flags=re.MULTILINE).strip()

    @property
    def pack(self) -> str:
        """Id of the country whose figures the page is about; empty for any."""
        _text, mark, of = self.file.read_text("utf-8").partition(OF_PACK)
        return of.split()[0] if mark else ""


@cache
def pages(lang: Language, pack: str) -> Mapping[str, Page]:
    """
    Return the pages by name, in the order of the index.

    Parameters
    ----------
    lang
        Of the reader; a page that has one language only comes in that.
    pack
        Id of the country in view; pages about another country's own figures are left out.
    """
    found = [Page(_stem(file), "methods", file) for file in sorted((DOCS / "methods").glob(f"*.{lang}.md"))]
    found += [Page(_stem(file), "guides", file) for file in sorted(DOCS.glob(f"*.{lang}.md"))]
    found += [
        Page(f"decision-{file.stem}", "decisions", file)
        for file in sorted((DOCS / "decisions").glob("*.md"))
        if FOR_DEVELOPERS not in file.read_text("utf-8")
    ]
    found += [
        Page("glossary", "words", paths.ROOT / "GLOSSARY.md"), Page("changelog", "words", paths.ROOT / "CHANGELOG.md"),
        Page("handbook", "words", DOCS / "README.md"),
    ]  # fmt: skip
    return {page.name: page for page in found if page.pack in {"", pack}}


def _stem(file: Path) -> str:
    return _LANGS.sub("", file.name)


def linked(page: Page, known: Mapping[str, Page]) -> dict[str, Page]:
    """Return the pages that a page links to, by the target as it is written in its text."""
    found: dict[str, Page] = {}
    for link in _LINK.finditer(page.text):
        named = _named(page, link["to"], known)
        if named is not None:
            found[link["to"]] = named
    return found


def _named(page: Page, target: str, known: Mapping[str, Page]) -> Page | None:
    if "://" in target:
        return None
    file = (page.file.parent / target.partition("#")[0]).resolve()
    by_place = {(one.file.parent.resolve(), _stem(one.file)): one for one in known.values()}
    return by_place.get((file.parent, _stem(file)))


def in_app(page: Page, known: Mapping[str, Page], address: Callable[[str], str]) -> str:
    """
    Return the text of a page with links that stay in the app.

    Parameters
    ----------
    page
        The page.
    known
        As of `pages`.
    address
        Gives the address of a page by its name. A link to a file that is no page loses its link and keeps its words;
        one to another host stays.
    """
    leads = linked(page, known)

    def rewrite(link: re.Match[str]) -> str:
        target = link["to"]
        if target in leads:
            return f"[{link['said']}]({address(leads[target].name)})"
        return link[0] if "://" in target else link["said"]

    return _LINK.sub(rewrite, page.text)


def limitations(page: Page, lang: Language) -> str:
    """Return what a method page says of the method's limits; empty where it has no such part."""
    _before, _head, after = page.text.partition(_LIMITS[lang])
    return after.partition("\n")[2].partition("\n## ")[0].strip()
