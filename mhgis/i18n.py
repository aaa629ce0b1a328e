"""
Text in two languages: message ids are English, `locale/zh/LC_MESSAGES/mhgis.po` holds the Chinese.

The catalogue is read from its source once a process, so there is nothing to compile and nothing to forget.
"""

import gettext as _gettext
import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

#: what each language calls itself
ENDONYMS: Final[dict[Language, str]] = {"zh": "中文", "en": "English"}

CATALOGUE = Path(__file__).parent / "locale" / "zh" / "LC_MESSAGES" / "mhgis.po"

Translate = Callable[[str], str]


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a message for the catalogue without translating it here."""
    return message


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


def translator(lang: Language) -> Translate:
    """Return the function that gives a message in `lang`; a message without a translation stays English."""
    return _translations(lang).gettext


def ngettext(lang: Language, singular: str, plural: str, n: int) -> str:
    """Return the form of a message that fits the number `n`."""
    return _translations(lang).ngettext(singular, plural, n)
