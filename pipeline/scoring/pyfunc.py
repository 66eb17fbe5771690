"""The model as MLflow runs it (models-from-code): this file travels with the bundle and is executed on loading.

``mlflow.pyfunc.load_model("models:/asylum-stance@champion").predict([{"text": …}])`` answers with statements. The
last line is the one thing in this project that happens on import: MLflow wants it so. Nothing else imports this.
"""

from collections.abc import Mapping
from pathlib import Path

import mlflow
import pandas as pd

from pipeline.scoring.engine import Scorer
from pipeline.scoring.served import ServedError, answer


class StatementModel(mlflow.pyfunc.PythonModel):
    """A bundle behind MLflow's interface."""

    def load_context(self, context: mlflow.pyfunc.PythonModelContext) -> None:
        """Open the bundle that was logged with the model. Raises ``BundleError`` if it was changed since."""
        self._scorer = Scorer.load(Path(context.artifacts["bundle"]))
        self._max_characters = int(context.model_config["max_characters"])

    def predict(
        self,
        context: mlflow.pyfunc.PythonModelContext,
        model_input: pd.DataFrame,
        params: Mapping[str, str] | None = None,
    ) -> pd.DataFrame:
        """Statements of articles: a row each, ``text`` and, where known, id, title, date, outlet and so on.

        Raises ``MlflowException``, which a server answers with its message, where one cannot be scored; with the
        parameter ``on_error`` set to ``skip`` such are left out.
        """
        records = pd.DataFrame(model_input).to_dict("records")
        skip = (params or {}).get("on_error") == "skip"
        try:
            return answer(self._scorer, records, self._max_characters, skip)
        except ServedError as error:
            raise mlflow.MlflowException.invalid_parameter_value(str(error)) from error


mlflow.models.set_model(StatementModel())
