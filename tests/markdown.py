"""What Streamlit's page shows of the Markdown that `mhgis.formats.plain` wrote, read without a browser."""

import re
from typing import Final

#: one sign that is escaped, or an element around one sign; see `mhgis.formats.plain`
SIGN: Final = re.compile(r"\\(?P<escaped>[!-/:-@\[-`{-~])|:color\[(?:\\(?P<alone>[!-/:-@\[-`{-~])|(?P<bare>[@wW]))\]")


def read(markdown: str) -> str:
    """Return a text with each escaped sign as a reader sees it; markup that acts is left as it is."""
    return SIGN.sub(lambda sign: sign["escaped"] or sign["alone"] or sign["bare"], markdown)
