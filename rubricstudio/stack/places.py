"""Where the source of this installation lies."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
