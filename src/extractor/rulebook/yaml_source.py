"""YAML files of rules as plain data that knows its lines.

A module of its own, since the compiled rulebook needs no YAML and importing it takes a while.
"""

from __future__ import annotations

from typing import Any

import yaml

from extractor.rulebook.source import Entry, File, RuleError, text_of

_MAX_DEPTH = 12


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader; remembers lines, and refuses a key given twice."""

    def construct_entry(self, node: Any) -> Entry:
        made, lines = Entry(), {}
        for key_node, value_node in node.value:
            key = str(self.construct_object(key_node, deep=True))
            if key in made:
                raise yaml.constructor.ConstructorError(None, None, f"the key '{key}' is given twice",
                                                        key_node.start_mark)
            made[key] = self.construct_object(value_node, deep=True)
            lines[key] = key_node.start_mark.line + 1
        made.line, made.lines = node.start_mark.line + 1, lines
        return made


# a date or a number in a rule is a text that happens to look like one; only priorities stay whole numbers
for _tag in ("timestamp", "float"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", lambda loader, node: loader.construct_scalar(node))
_Loader.add_constructor("tag:yaml.org,2002:map", lambda loader, node: loader.construct_entry(node))


def parse(file: File) -> Entry:
    """The mapping that a YAML file holds. Raises RuleError."""
    text = text_of(file)
    try:
        _check_events(text, file.name)
        loaded = yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise RuleError(f"{file.name}:{line}: is not valid YAML: {error.problem}; quote texts that hold ': ' or '#', "
                        "and indent with spaces") from None
    except yaml.YAMLError as error:
        raise RuleError(f"{file.name}: is not valid YAML: {' '.join(str(error).split())}; save it as plain "
                        "UTF-8 text") from None
    if not isinstance(loaded, Entry):
        raise RuleError(f"{file.name}:1: is no mapping; begin with 'layer: …' and 'rules:'")
    return loaded


def _check_events(text: str, name: str) -> None:
    """Refuse, before anything is built, what would make a small file large or overflow the stack of the C library."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.events.AliasEvent):
            raise RuleError(f"{name}:{line}: uses an alias (*{event.anchor}); write the value out")
        if isinstance(event, yaml.events.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.events.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            raise RuleError(f"{name}:{line}: is nested too deeply; a rule file has a few levels")
