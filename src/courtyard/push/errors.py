"""What push refuses in its own words. The table in `courtyard.app.errors` gives each its answer."""

from courtyard.base.errors import CourtyardError


class RelativeRuleNotFoundError(CourtyardError):
    """A rule was to be put before or after a rule that is not there, or that is the server's.

    spec: client-server-api#put_matrixclientv3pushrulesglobalkindruleid
    """

    code = "push.relative_rule_not_found"
