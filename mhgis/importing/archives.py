"""
Archives that strangers send: measured before anything is unpacked, and unpacked to bytes, never to a path of theirs.

What a directory of an archive declares can be a lie, so a member is counted while it is unpacked, too.
"""

import io
import zipfile
import zlib
from copy import copy
from typing import Final

from mhgis.errors import UnreadableError
from mhgis.i18n import Language, translator
from mhgis.importing import refusals

_CHUNK_BYTES: Final = 4 * 2**20
_ENCRYPTED: Final = 0x1
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, KeyError)


def members(data: bytes, file: str, lang: Language) -> list[str]:
    """
    Return the names of an archive's members.

    Raises
    ------
    UnreadableError
        If the archive is damaged, protected by a password, declares more than the limits allow, or holds a name that
        leads out of its folder.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except _BROKEN as error:
        raise refusals.damaged(file, lang) from error
    unpacked = sum(info.file_size for info in infos)
    if (
        len(infos) > refusals.MAX_MEMBERS
        or unpacked > refusals.MAX_UNPACKED_BYTES
        or unpacked > max(refusals.HARMLESS_BYTES, refusals.MAX_RATIO * len(data))
    ):
        raise refusals.bomb(file, lang)
    for info in infos:
        if _leads_out(info.filename):
            raise _stray(file, info.filename, lang)
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise protected(file, lang)
    return [info.filename for info in infos]


def unpack(data: bytes, name: str, file: str, lang: Language) -> bytes:
    """
    Return what a member holds.

    Raises
    ------
    UnreadableError
        If it is damaged or larger than the limits allow, whatever its archive declares.
    """
    out = bytearray()
    most = max(refusals.HARMLESS_BYTES, min(refusals.MAX_UNPACKED_BYTES, refusals.MAX_RATIO * len(data)))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            info = copy(archive.getinfo(name))
            declared = info.file_size
            info.file_size = most + 2 * _CHUNK_BYTES  # read on to the true end
            with archive.open(info) as member:
                while chunk := member.read(_CHUNK_BYTES):
                    out += chunk
                    if len(out) > most:
                        raise refusals.bomb(file, lang)
    except _BROKEN as error:
        if isinstance(error, UnreadableError):
            raise
        raise refusals.damaged(file, lang) from error
    if len(out) != declared:
        raise refusals.damaged(file, lang)
    return bytes(out)


def protected(file: str, lang: Language) -> UnreadableError:
    """Refuse a file that asks for a password."""
    _ = translator(lang)
    return refusals.refuse(
        file,
        _("the file is protected by a password"),
        _("a file without a password"),
        _("Open it with its password, take the password away, save it, and import it again."),
        lang=lang,
    )


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name


def _stray(file: str, name: str, lang: Language) -> UnreadableError:
    _ = translator(lang)
    return refusals.refuse(
        file,
        _("a name in the archive that leads out of it: {name}").format(name=repr(name[:80])),
        _("names within the archive"),
        _("Do not use this file; ask its sender for the table as CSV."),
        lang=lang,
    )
