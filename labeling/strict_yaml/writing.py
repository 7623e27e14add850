"""Writing YAML that reads back as the same value, here and by readers of YAML 1.1."""

from typing import Any

import yaml
from yaml.nodes import ScalarNode

from labeling.strict_json import number_text
from labeling.strict_yaml.scalars import is_plain_text

WIDTH = 100


class _Dumper(yaml.SafeDumper):
    """Quotes whatever either version would not read as a text."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        tag: str = super().resolve(kind, value, implicit)
        if kind is ScalarNode and implicit[0] and tag == _TEXT and not is_plain_text(value):
            return "tag:yaml.org,2002:other"
        return tag


_TEXT = "tag:yaml.org,2002:str"


def dumps(value: object) -> str:
    """The value as YAML in block style, keys in their order, long texts as blocks."""
    return yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH, indent=2
    )


def _text(dumper: _Dumper, text: str) -> ScalarNode:
    # A block keeps lines as they stand; what it could not keep to the letter is quoted.
    lines = text.split("\n")
    is_block = len(lines) > 1 and all(
        line == line.rstrip() and line.isprintable() for line in lines
    )
    style = "|" if is_block and not text.startswith((" ", "\n")) else None
    if style is None and not text.isprintable():
        style = '"'
    return dumper.represent_scalar(_TEXT, text, style=style)


def _number(dumper: _Dumper, number: int | float) -> ScalarNode:
    text = number_text(number)
    tag = "float" if "." in text else "int"
    return ScalarNode(f"tag:yaml.org,2002:{tag}", text)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(int, _number)
_Dumper.add_representer(float, _number)
