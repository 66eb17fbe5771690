"""asylum-stance: news articles on UK asylum policy → statements. Imports go downward (see README, "The house")."""

from pathlib import Path

__version__ = "0.1.0"

ROOT = Path(__file__).resolve().parents[1]
CONFIGS = ROOT / "configs"
