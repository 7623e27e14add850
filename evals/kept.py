"""What rows of evals keep in words, in the language of whoever reads it."""

from evals.gaps import sentences as selecting
from evals.reliability import sentences as measuring
from evals.rft import sentences as exporting
from labeling import runs
from labeling.importing import uploads
from labeling.kept import Sentences

SENTENCES = Sentences(selecting, measuring, exporting, runs, uploads)


def in_words(text: str | None) -> str:
    """As `Sentences.in_words`; nothing where nothing is kept."""
    return SENTENCES.in_words(text or "")
