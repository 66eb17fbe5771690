"""What several test modules share; being here, it also puts tests/ on the path of those in folders below."""

import pytest

from pipeline import CONFIGS
from pipeline.text.document import TextPath


@pytest.fixture(scope="session")
def text_path() -> TextPath:
    """The project's own text path."""
    return TextPath.load(CONFIGS)


@pytest.fixture(scope="session")
def encoder(tmp_path_factory):
    """Folder of a tiny encoder, and the sha256 of its weights. The import costs seconds, so it is made late."""
    from tiny_encoder import tiny_encoder

    folder = tmp_path_factory.mktemp("encoder")
    return folder, tiny_encoder(folder)
