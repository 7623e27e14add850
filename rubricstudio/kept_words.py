"""`{% translate %}` as Django has it, but that what a constant text reads in a language is kept.

A page of the desk has some thirty of them, each of which is looked up and wrapped anew otherwise.
"""

from __future__ import annotations

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.templatetags import i18n
from django.utils.translation import get_language

register = template.Library()


class Kept(template.Node):
    """A constant text by language."""

    def __init__(self, said: i18n.TranslateNode) -> None:
        self.said = said
        self.kept: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        if language not in self.kept:
            self.kept[language] = self.said.render(context)
        return self.kept[language]


@register.tag
def translate(parser: Parser, token: Token) -> template.Node:
    """Django's tag; kept where neither values nor the context decide what it says."""
    node = i18n.do_translate(parser, token)
    text = node.filter_expression
    literal = getattr(text.var, "literal", None)
    is_constant = isinstance(literal, str) and not text.filters
    return Kept(node) if is_constant and not (node.asvar or node.message_context) else node
