"""A trained bundle and articles → statements: seal of the bundle, engine, batch runner, MLflow model."""
