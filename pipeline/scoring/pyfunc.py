"""The model as MLflow runs it (models-from-code): this file travels with the bundle and is executed on loading.

``mlflow.pyfunc.load_model("models:/asylum-stance@champion").predict([{"text": …}])`` answers with statements. The
last line is the one thing in this project that happens on import: MLflow wants it so. Nothing else imports this.
"""

import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import mlflow
import pandas as pd

from pipeline.scoring.engine import Scorer
from pipeline.scoring.gate import close_gate
from pipeline.scoring.served import ServedError, Wish, answer

SERVER = "mlflow.pyfunc.scoring_server"


class StatementModel(mlflow.pyfunc.PythonModel):
    """A bundle behind MLflow's interface.

    One request computes at a time: spaCy's vocabulary grows while it reads and is not made for threads, the text
    path is Python and gains nothing by them, and the learner's own threads must not fight. A server uses more
    cores by more worker processes.
    """

    def load_context(self, context: mlflow.pyfunc.PythonModelContext) -> None:
        """Open the bundle that was logged with the model. Raises ``BundleError`` if it was changed since."""
        self._scorer = Scorer.load(Path(context.artifacts["bundle"]))
        self._max_characters = int(context.model_config["max_characters"])
        self._one_at_a_time = threading.Lock()
        if f"{SERVER}.app" in sys.modules:  # only `mlflow models serve` imports it
            close_gate(sys.modules[SERVER])

    def predict(
        self,
        context: mlflow.pyfunc.PythonModelContext,
        model_input: pd.DataFrame,
        params: Mapping[str, object] | None = None,
    ) -> pd.DataFrame:
        """Statements of articles: a row each, ``text`` and, where known, id, title, date, outlet and so on.

        Params: ``heads`` (with commas between; columns of the others are left out), ``threshold`` (of confidence,
        0 to 1, below which a statement is abstained) and ``on_error`` (raise, or skip what cannot be scored).
        Raises ``MlflowException``, which a server answers as a bad request with its message.
        """
        records = pd.DataFrame(model_input).to_dict("records")
        try:
            wish = Wish.of(params or {}, self._scorer.bundle.card)
            with self._one_at_a_time:
                return answer(self._scorer, records, self._max_characters, wish)
        except ServedError as error:
            raise mlflow.MlflowException.invalid_parameter_value(str(error)) from error


mlflow.models.set_model(StatementModel())
