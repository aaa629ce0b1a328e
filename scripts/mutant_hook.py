"""
Let a Python process import one module from another text than that of its file; also in processes that it starts.

Nothing on disk changes, so that a build finds its own code unchanged, and nothing has to be put back.
"""

import importlib.util
import json
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

#: names the file that says which module is another, and its text
VARIABLE: Final = "MHGIS_MUTANT"


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self._text = text

    def get_code(self, fullname: str) -> CodeType:
        # past the compiled code that is kept on disk
        return compile(self._text, self.get_filename(fullname), "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    def __init__(self, name: str, path: str, text: str) -> None:
        self._loader = _Loader(name, path, text)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target  # the name tells enough
        if fullname != self._loader.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._loader.path, loader=self._loader)


def install() -> None:
    """Put the text that the environment names in the place of its module's, if it names one."""
    written = os.environ.get(VARIABLE)
    if written:
        sys.meta_path.insert(0, _Finder(**json.loads(Path(written).read_text("utf-8"))))
