"""The language of a page, and the sentences that its scripts need in it."""

from __future__ import annotations

from functools import lru_cache, partial

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation.trans_real import DjangoTranslation

# In every language of gettext what decides about plurals repeats after a hundred.
COUNTED = 200


def page_language(request: HttpRequest) -> dict[str, object]:
    """What the page's frame says of its language; scripts speak the code's own without help."""
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "page_language": language,
        "right_to_left": get_language_bidi(),
        "browser_words": "" if language == "en" else partial(browser_words, language),
    }


@lru_cache(maxsize=64)
def browser_words(language: str) -> dict[str, object]:
    """The scripts' sentences: by their English, and the form of plural for 0, 1, … 199."""
    told = DjangoTranslation(language, domain="djangojs")
    texts: dict[str, object] = {}
    for key, text in told._catalog.items():  # type: ignore[attr-defined]
        if isinstance(key, tuple):
            forms = texts.setdefault(key[0], {})
            if isinstance(forms, dict):
                forms[str(key[1])] = text
        elif key:
            texts[key] = text
    if not texts:
        return {}
    plural = "".join(str(told.plural(n)) for n in range(COUNTED))
    return {"texts": texts, "plural": plural}
