"""A script with the modules it is made of in one file, so that one request brings them all.

Each module becomes a function that is called once and returns what it exports. That holds for
modules as they are written here: named exports that are never assigned again, imports of names or
of what a module does alone, no circle. Anything else is refused, never joined into something that
behaves in another way.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field

IMPORT = re.compile(r'^import (?:\{([^}]+)\} from )?"(\.[^"]+\.js)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:const|class|function|async function) (\w+)\b)", re.MULTILINE)
OTHER = re.compile(r"^(?:import|export)\b.*|\bimport\s*[(.].*", re.MULTILINE)
NAME = re.compile(r"\w+")


class Unjoinable(ValueError):
    """A module that cannot stand in one file with others; the text says which and why."""


@dataclass
class Joined:
    """What has been put into the one file so far: modules in the order in which they run."""

    folder: str
    read: Callable[[str], str]
    outside: dict[str, str] = field(default_factory=dict)
    exports: dict[str, list[str]] = field(default_factory=dict)
    begun: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def place(self, name: str) -> str:
        """The constant that holds what a module exports, after it was put in."""
        if name in self.begun:
            raise Unjoinable(f"{' > '.join([*self.begun, name])} is a circle")
        if name not in self.exports:
            body = self.body(name)
            self.exports[name] = EXPORT.findall(self.read(name))
            given = ", ".join(self.exports[name])
            constant = f"m{len(self.exports)}"
            self.parts.append(
                f"const {constant} = (() => {{\n{body}return {{ {given} }};\n}})();\n"
            )
        return f"m{list(self.exports).index(name) + 1}"

    def body(self, name: str) -> str:
        """A module's text, its imports taken from what stands before it."""
        self.begun.append(name)
        text, taken = self.read(name), []
        for names, address in IMPORT.findall(text):
            wanted = [one.strip() for one in names.split(",") if one.strip()]
            taken.append(self.take(name, wanted, address))
        text = EXPORT.sub("", IMPORT.sub("", text))
        if found := OTHER.search(text):
            raise Unjoinable(f"{name} says “{found[0]}”, which cannot be joined")
        self.begun.pop()
        return "".join(taken) + text

    def take(self, name: str, wanted: list[str], address: str) -> str:
        """How a module gets at the names it imports."""
        if odd := [one for one in wanted if not NAME.fullmatch(one)]:
            raise Unjoinable(f"{name} imports “{odd[0]}”: only plain names can be joined")
        source = posixpath.normpath(posixpath.join(posixpath.dirname(name), address))
        if not source.startswith(self.folder):
            return self.leave_outside(name, wanted, source)
        constant = self.place(source)
        if not wanted:
            return ""
        if missing := set(wanted) - set(self.exports[source]):
            raise Unjoinable(f"{name} imports {min(missing)}, which {source} does not export")
        return f"const {{ {', '.join(wanted)} }} = {constant};\n"

    def leave_outside(self, name: str, wanted: list[str], source: str) -> str:
        """What other scripts use, too, stays a module of its own: it must not be there twice."""
        if not wanted:
            raise Unjoinable(f"{name} imports no name of {source}, which stands outside")
        for one in wanted:
            if self.outside.setdefault(one, source) != source:
                raise Unjoinable(f"{name} imports {one} of {source}, and so of {self.outside[one]}")
        return ""


def joined(name: str, folder: str, read: Callable[[str], str]) -> str:
    """The script `name` with every module it imports from `folder`; `read` gives a file's text."""
    script = Joined(folder, read)
    own = script.body(name)
    return "".join([*_imports(script, name), *script.parts, f"{{\n{own}}}\n"])


def _imports(script: Joined, name: str) -> list[str]:
    lines = []
    for source in dict.fromkeys(script.outside.values()):
        names = ", ".join(one for one, of in script.outside.items() if of == source)
        address = posixpath.relpath(source, posixpath.dirname(name))
        lines.append(f'import {{ {names} }} from "./{address}";\n')
    return lines
