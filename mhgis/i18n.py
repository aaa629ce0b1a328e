"""
Text in two languages: message ids are English, `locale/zh/LC_MESSAGES/mhgis.po` holds the Chinese.

The catalogue is read from its source once a process, so there is nothing to compile and nothing to forget.
"""

import gettext as _gettext
import io
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from mhgis import vocabulary

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

#: what each language calls itself
ENDONYMS: Final[dict[Language, str]] = {"zh": "中文", "en": "English"}

CATALOGUE = Path(__file__).parent / "locale" / "zh" / "LC_MESSAGES" / "mhgis.po"

Translate = Callable[[str], str]


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a message for the catalogue without translating it here."""
    return message


def ngettext_noop(singular: str, plural: str) -> tuple[str, str]:
    """Mark a message that says one and many for the catalogue, to be said by `ngettext` elsewhere."""
    return singular, plural


@cache
def _translations(lang: Language) -> _gettext.NullTranslations:
    if lang == "en":
        return _gettext.NullTranslations()
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


#: how each language names the levels of the country in view; a process serves one published file
_SPOKEN: Final[dict[Language, Callable[[str], str]]] = {}
_CALLED: Final[list[Mapping[Language, vocabulary.Names]]] = []


def call_levels(names: Mapping[Language, vocabulary.Names]) -> None:
    """
    Name the levels of areas as the country does, from now on and in the whole process.

    Parameters
    ----------
    names
        By language and level, one and many; a level that is not there keeps the catalogue's words.
    """
    if _CALLED[-1:] != [names]:
        _CALLED[:] = [names]
        _SPOKEN.clear()
        _SPOKEN.update({lang: vocabulary.reword(lang, forms) for lang, forms in names.items() if forms})


def translator(lang: Language) -> Translate:
    """Return the function that gives a message in `lang`; a message without a translation stays English."""
    found, named = _translations(lang).gettext, _SPOKEN.get(lang)
    return found if named is None else lambda message: named(found(message))


def ngettext(lang: Language, singular: str, plural: str, n: int) -> str:
    """Return the form of a message that fits the number `n`."""
    found, named = _translations(lang).ngettext(singular, plural, n), _SPOKEN.get(lang)
    return found if named is None else named(found)
