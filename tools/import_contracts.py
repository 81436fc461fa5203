"""Import contracts of our own, for what import-linter's own kinds cannot say (STYLE.md 2).

`.importlinter` names the classes here under `contract_types`; `lint-imports` finds them because
it runs at the top of the checkout.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

FEATURE_DEPTH = 2  # "courtyard.rooms.relations.store" belongs to the feature "courtyard.rooms"


def feature_of(module: str) -> str:
    """Return the package below `courtyard` that a module belongs to."""
    return ".".join(module.split(".")[:FEATURE_DEPTH])


def matching(graph: ImportGraph, patterns: object) -> list[str]:
    """Return the modules that match one of the patterns, sorted.

    Args:
        graph: every module and import of the package.
        patterns: the value of a contract's list field; in a pattern `*` also stands for dots.
    """
    assert isinstance(patterns, list)
    return sorted(
        module
        for module in graph.modules
        if any(fnmatchcase(module, pattern) for pattern in patterns)
    )


class PrivateContract(Contract):
    """Modules that only their own feature may import.

    `modules` lists patterns in the manner of the shell: `courtyard.*.store`. A feature's SQL is
    such a module: a second feature that read those tables would depend on their columns.
    """

    type_name = "private"
    modules = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001
        """Look for imports that cross a feature's border into a private module."""
        crossings = sorted(set(self._crossings(graph)))
        return ContractCheck(kept=not crossings, metadata={"crossings": crossings})

    def _crossings(self, graph: ImportGraph) -> Iterator[tuple[str, str, int]]:
        for module in matching(graph, self.modules):
            for importer in graph.find_modules_that_directly_import(module):
                if feature_of(importer) == feature_of(module):
                    continue
                for detail in graph.get_import_details(importer=importer, imported=module):
                    yield importer, module, detail["line_number"]

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each crossing with its line, and say what to do instead."""
        for importer, module, line in check.metadata["crossings"]:
            output.print_error(f"{importer}, line {line}, imports {module}")
        output.print_error(
            "A private module is for its own feature: call a verb there, or move the use case up."
        )


class PureContract(Contract):
    """Modules that work on values alone.

    `modules` lists patterns, `forbidden` what none of them may reach, directly or through other
    modules. import-linter's own `forbidden` kind has no pattern for `rules_redaction`.
    """

    type_name = "pure"
    modules = fields.ListField(subfield=fields.StringField())
    forbidden = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001
        """Look for a chain of imports from a pure module to a forbidden one."""
        forbidden = matching(graph, self.forbidden)
        chains = [
            chain
            for module in matching(graph, self.modules)
            for target in forbidden
            if (chain := graph.find_shortest_chain(importer=module, imported=target))
        ]
        return ContractCheck(kept=not chains, metadata={"chains": chains})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Show each chain, and say what to do instead."""
        for chain in check.metadata["chains"]:
            output.print_error(" → ".join(chain))
        output.print_error("A pure module gets values: let the verb ask, and hand the answer in.")
