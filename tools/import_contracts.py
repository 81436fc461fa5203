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


class PrivateContract(Contract):  # type: ignore[misc]  # import-linter ships no types
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
        patterns: list[str] = self.modules
        for module in graph.modules:
            if not any(fnmatchcase(module, pattern) for pattern in patterns):
                continue
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
