"""What several unit tests need of the cage."""

import pytest

from mhgis import cage, paths


@pytest.fixture(scope="module")
def keeper_of_tests():
    """Have a keeper of the module's own, which can import the tests, and none of it later."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(paths.ROOT))
        patch.delenv(cage.KEEPER, raising=False)
        cage._started.cache_clear()
        yield
        cage._started.cache_clear()
