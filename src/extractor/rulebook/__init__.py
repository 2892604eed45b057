"""The rulebook: loads, validates and compiles `rules/`, and runs every rule's own examples."""

from extractor.rulebook.load import RuleError, load_rulebook
from extractor.rulebook.model import Example, Layer, Rule, Rulebook, Table, WordList

__all__ = ["Example", "Layer", "Rule", "RuleError", "Rulebook", "Table", "WordList", "load_rulebook"]
