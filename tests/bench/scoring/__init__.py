"""How fast articles become statements, beside goals and peers: ``python -m tests.bench.scoring --help``."""
