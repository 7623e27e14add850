"""Where an icon is drawn: those that the desk can show have a sprite of their own, a small one."""

from __future__ import annotations

import re
from functools import cache

from django import template
from django.conf import settings
from django.templatetags.static import static

DESK = "vendor/lucide/desk.svg"
OTHERS = "vendor/lucide/icons.svg"
SYMBOL = re.compile(r'<symbol id="([^"]+)"')

register = template.Library()


@cache
def at_the_desk() -> frozenset[str]:
    """The names of the icons in the desk's sprite."""
    sprite = settings.BASE_DIR / "static" / DESK
    return frozenset(SYMBOL.findall(sprite.read_text(encoding="utf-8")))


@register.simple_tag
def icon_address(name: str) -> str:
    """The address of one icon in the sprite that holds it."""
    return f"{static(DESK if name in at_the_desk() else OTHERS)}#{name}"
