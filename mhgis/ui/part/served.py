"""
Small files that a page hands to the browser: kept in memory while a session shows them, and nowhere else.

What is shown may be an office's own, so it never lies in the folder that is served to everyone: it is gone when the
page no longer shows it, when the session ends, and when the dataset is taken away. Holds no formats.
"""

import hashlib
from typing import Final

from streamlit import runtime

#: from the static folder to the root of the app, below whatever path it is served
_UP: Final = "../.."


def hand_out(content: bytes, mime: str, at: str = "") -> str:
    """
    Keep a file for the session of this run, and return its path as seen from the static folder.

    Parameters
    ----------
    content, mime
        The file, and what it is.
    at
        What it stands for on the page, where a later file is to take its place without a run of the whole page.
    """
    place = at or hashlib.sha256(content).hexdigest()
    return _UP + runtime.get_instance().media_file_mgr.add(content, mime, f"mhgis.{place}")
