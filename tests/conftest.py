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


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """A bundle of the little world and the model that MLflow made of it. The import costs seconds, so it is made
    late."""
    from served_model import logged

    return logged(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="session")
def server(served):
    """A server of that model, as `mlflow models serve` starts it."""
    from tests.bench.serving import serving

    with serving(str(served.model)) as started:
        yield started
