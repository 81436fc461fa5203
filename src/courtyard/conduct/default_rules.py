"""The rules that come with Courtyard, in English and Chinese. An operator may publish others; nobody can publish none."""

from importlib import resources

from courtyard.conduct import rules_ruleset
from courtyard.conduct.model_rules import Draft


def default_rules() -> Draft:
    """Read the rules that come with the program.

    Raises:
        RulesNotPublishableError: the file was changed into something that is no set of rules.
    """
    file = resources.files("courtyard.conduct").joinpath("default_rules.json")
    return rules_ruleset.parse(file.read_bytes())
