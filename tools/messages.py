"""What the program says and which of it has no French yet: `python tools/messages.py`.

Messages are found by the names of the parameters that take them. An f-string becomes a template, `{}` standing for
what is filled in, as in `src/analysis/messages.fr.toml`.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import product
from pathlib import Path

from analysis.messages import CATALOG, FRAGMENTS, PLACE

SRC = Path(__file__).resolve().parents[1] / "src" / "analysis"
SAID = ("problem", "reason", "remedy", "expected", "message")
"""Parameters and fields, of whatever function or class, that take a message."""
BEFORE = {"expected": "expected "}
"""What the function that takes such a parameter puts before it."""
STEP_SAYERS = ("progress",)
"""Functions passed on to say a step: their first argument is a message."""
RETURNING = ("conflict_remedy", "status_reason")
"""Functions that give back a message."""
MADE_OF_MESSAGES = ("Problem",)
"""What is passed on whole: its own arguments are messages already."""


@dataclass(frozen=True)
class Takers:
    """The functions and classes that take messages, with the names of their parameters; by module where defined."""

    by_module: dict[str, dict[str, tuple[str, ...]]]

    def of(self, name: str, module: str) -> tuple[str, ...]:
        """The parameters of what a call in `module` names."""
        own = self.by_module[module]
        found = [names[name] for names in self.by_module.values() if name in names]
        return own[name] if name in own else found[0] if found else ()


def definitions(tree: ast.Module) -> dict[str, tuple[str, ...]]:
    """Functions and classes of a module that take a message, by name, with all their parameters in order."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            named = tuple(one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs))
            found[node.name] = tuple(name for name in named if name != "self")
        elif isinstance(node, ast.ClassDef):
            fields = tuple(one.target.id for one in node.body if isinstance(one, ast.AnnAssign))
            found[node.name] = fields
    return {name: parameters for name, parameters in found.items() if set(parameters) & set(SAID)}


@dataclass
class Source:
    """A module's messages: `said` in order, `unclear` where an argument is neither written out nor passed on."""

    name: str
    tree: ast.Module
    constants: dict[str, ast.expr]
    said: set[str] = field(default_factory=set)
    unclear: dict[str, str] = field(default_factory=dict)

    @property
    def strings(self) -> set[str]:
        """Everything between quotes in the module, f-strings as templates."""
        nodes = list(ast.walk(self.tree))
        plain = {one.value for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str)}
        return plain | {self._template(one) for one in nodes if isinstance(one, ast.JoinedStr)} | self.said

    def read(self, takers: Takers) -> None:
        """Collect every message of the module."""
        self._visit(self.tree, takers, {})

    def _visit(self, node: ast.AST, takers: Takers, local: dict[str, list[ast.expr] | None]) -> None:
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            given = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            local = {**local, **assigned(node), **dict.fromkeys(one.arg for one in given)}
        if isinstance(node, ast.FunctionDef) and node.name in RETURNING:
            for one in (one for one in ast.walk(node) if isinstance(one, ast.Return)):
                self._note(f"{self.name}:{one.lineno}", "", one.value, local)
        if isinstance(node, ast.Call):
            for parameter, argument in self._messages(node, takers):
                self._note(f"{self.name}:{argument.lineno}", BEFORE.get(parameter, ""), argument, local)
        for child in ast.iter_child_nodes(node):
            self._visit(child, takers, local)

    def _note(self, place: str, before: str, node: ast.expr, local: dict[str, list[ast.expr] | None]) -> None:
        texts = self._texts(node, local)
        if texts is None:
            self.unclear[place] = ast.unparse(node)
        self.said |= {f"{before}{text}" for text in texts or ()}

    def _messages(self, call: ast.Call, takers: Takers) -> list[tuple[str, ast.expr]]:
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        if name in STEP_SAYERS:
            return [("message", call.args[0])]
        parameters = takers.of(name, self.name)
        if any(isinstance(one, ast.Starred) for one in call.args):
            return []
        given = [*zip(parameters, call.args, strict=False), *((one.arg or "", one.value) for one in call.keywords)]
        return [(parameter, value) for parameter, value in given if parameter in SAID]

    def _texts(self, node: ast.expr, local: dict[str, list[ast.expr] | None]) -> list[str] | None:
        """The templates that an expression may be; [] where it only passes on what a caller said; None if unclear."""
        if isinstance(node, ast.Constant):
            return [node.value] if node.value else []
        if isinstance(node, ast.JoinedStr):
            inside = [one.value.id for one in node.values if isinstance(getattr(one, "value", None), ast.Name)]
            passed_on = any(name in SAID and local.get(name, ()) is None for name in inside)
            return [] if passed_on else [self._template(node)]
        if isinstance(node, ast.Attribute):
            return [] if node.attr in SAID else None
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MADE_OF_MESSAGES:
            return []
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Dict):
            return joined(*(self._texts(value, local) for value in node.value.values))
        if isinstance(node, ast.IfExp):
            return joined(self._texts(node.body, local), self._texts(node.orelse, local))
        if isinstance(node, ast.BinOp):
            both = self._texts(node.left, local), self._texts(node.right, local)
            return None if None in both else ["".join(pair) for pair in product(*both)]
        if isinstance(node, ast.Name):
            return self._named(node.id, local)
        return None

    def _template(self, node: ast.JoinedStr) -> str:
        """An f-string with {} for what is filled in; text that a constant holds is written out."""
        parts = [one.value if isinstance(one, ast.FormattedValue) else one for one in node.values]
        told = [self.constants.get(part.id, part) if isinstance(part, ast.Name) else part for part in parts]
        texts = [getattr(part, "value", None) if isinstance(part, ast.Constant) else None for part in told]
        return "".join(text if isinstance(text, str) else "{}" for text in texts)

    def _named(self, name: str, local: dict[str, list[ast.expr] | None]) -> list[str] | None:
        if name in local:
            values = local[name]
            return [] if values is None else joined(*(self._texts(value, {**local, name: []}) for value in values))
        return self._texts(self.constants[name], {}) if name in self.constants else None


def joined(*several: list[str] | None) -> list[str] | None:
    """All texts of several lists; None where one is unclear."""
    return None if None in several else [text for texts in several for text in texts]


def assigned(function: ast.FunctionDef | ast.Lambda) -> dict[str, list[ast.expr]]:
    """What each local name of a function is set to, wherever in it."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
            several = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
            for name, said in zip(target.elts, value.elts, strict=True) if several else [(target, value)]:
                if isinstance(name, ast.Name):
                    found.setdefault(name.id, []).append(said)
    return found


@cache
def sources() -> list[Source]:
    """Every module, its messages collected; those of `models` say sentences of a report, and no message."""
    trees = {
        path.relative_to(SRC).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(SRC.rglob("*.py"))
        if path.relative_to(SRC).parts[0] != "models"
    }
    constants = {
        target.id: node.value
        for tree in trees.values()
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    takers = Takers({name: definitions(tree) for name, tree in trees.items()})
    found = [Source(name, tree, constants) for name, tree in trees.items()]
    for one in found:
        one.read(takers)
    return found


@cache
def catalog() -> dict[str, str]:
    """The French of each message."""
    sections = tomllib.loads((files("analysis") / CATALOG).read_text(encoding="utf-8"))
    return {english: french for name, part in sections.items() if name != FRAGMENTS for english, french in part.items()}


def fragments() -> dict[str, str]:
    """The French of words inside what is filled in."""
    return tomllib.loads((files("analysis") / CATALOG).read_text(encoding="utf-8"))[FRAGMENTS]


def pattern_of(english: str) -> str:
    """A regular expression for a message with something in its places."""
    return "(.*)".join(map(re.escape, PLACE.split(english)))


def knows(text: str) -> bool:
    """Whether the catalog has the text itself or a message that it fills."""
    return any(re.fullmatch(pattern_of(english), text, re.DOTALL) for english in catalog())


def missing(found: list[Source]) -> list[str]:
    """Messages without French."""
    return sorted({text for one in found for text in one.said} - set(catalog()))


def stale(found: list[Source]) -> list[str]:
    """Messages and fragments of the catalog that no module says."""
    written = {text for one in found for text in one.strings}
    templates = [re.compile(pattern_of(text), re.DOTALL) for text in written if len(PLACE.sub("", text).strip()) > 3]
    said = (english for english in catalog() if english not in written)
    unsaid = [english for english in said if not any(pattern.fullmatch(english) for pattern in templates)]
    return unsaid + [word for word in fragments() if not any(word in text for text in written)]


def main() -> int:
    """Print what is missing and what is stale; 1 when there is any."""
    found = sources()
    lines = [f"no French: {text!r}" for text in missing(found)] + [f"said no more: {text!r}" for text in stale(found)]
    print("\n".join(lines) or "every message has its French")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main())
