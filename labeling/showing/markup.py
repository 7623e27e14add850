"""The only door through which text made elsewhere becomes HTML. Pure.

Everything that a model or a person wrote passes `cleaned`: a short list of tags, no style, no id,
no handler, no address but web and mail links and small raster images that the text carries.
"""

from __future__ import annotations

import re
from base64 import b64decode

import nh3
from pygments.token import STANDARD_TYPES

IMAGE_BYTES = 2 * 1024 * 1024

_LINK = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f]+", re.IGNORECASE)
_IMAGE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,([A-Za-z0-9+/]+=*)")
# What a file of the kind begins with; a browser goes by the bytes, not by the name.
_MAGIC = {
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpeg": (b"\xff\xd8\xff",),
    "gif": (b"GIF87a", b"GIF89a"),
    "webp": (b"RIFF",),
}
_TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "del", "ins", "mark", "blockquote", "ul", "ol", "li"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "pre", "code", "a"),
    *("img", "span", "details", "summary", "dl", "dt", "dd", "div"),
}
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "span": {"data-math", "title"},
    "div": {"data-math"},
    "details": {"open"},
}
# Colours of code, and our own few words; a class from elsewhere could borrow the page's look.
_CLASSES = {
    "span": {*STANDARD_TYPES.values(), "math", "unloaded", "control", "json-key", "json-value"}
    - {""},
    "div": {"math"},
    "ul": {"json"},
    "pre": {"code"},
}


class Markup(str):
    """HTML that has passed `cleaned`; templates show it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def cleaned(html: str) -> Markup:
    """What of `html` may stand on a page."""
    return Markup(
        nh3.clean(
            html,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            allowed_classes=_CLASSES,
            attribute_filter=_attribute,
            url_schemes={"http", "https", "mailto", "data"},
            link_rel="noopener noreferrer nofollow",
            set_tag_attribute_values={"a": {"target": "_blank"}},
        )
    )


def is_link(address: str) -> bool:
    """Whether an address leads to the web or to a mail program, and nowhere else."""
    return _LINK.fullmatch(address) is not None


def is_image(address: str) -> bool:
    """Whether an address is itself a raster image of at most 2 MB; nothing is fetched for it."""
    if len(address) > IMAGE_BYTES * 4 // 3 + 64 or not (match := _IMAGE.fullmatch(address)):
        return False
    try:
        head = b64decode(match[2][:64] + "=" * (-len(match[2][:64]) % 4))
    except ValueError:
        return False
    return head.startswith(_MAGIC[match[1]])


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href" and not is_link(value):
        return None
    if name == "src" and not is_image(value):
        return None
    return value
