"""What conduct refuses. `law` says which of its laws stands against it, for programs and tests."""

from courtyard.base.errors import CourtyardError


class DecisionNotAllowedError(CourtyardError):
    """The proposed decision breaks a law of conduct: the ladder, the rules, the number of people."""

    code = "conduct.decision_not_allowed"

    def __init__(self, law: str, message: str) -> None:
        """Keep the law that stands against it."""
        super().__init__(message, **{"org.courtyard.law": law})
        self.law = law


class NotIndependentError(CourtyardError):
    """This person may not work on this matter: involved, recused, conflicted, or not on the staff."""

    code = "conduct.not_independent"

    def __init__(self, law: str, message: str) -> None:
        """Keep why this person may not."""
        super().__init__(message, **{"org.courtyard.law": law})
        self.law = law


class AppealNotPossibleError(CourtyardError):
    """This appeal cannot be made or answered now, or not like this."""

    code = "conduct.appeal_not_possible"

    def __init__(self, law: str, message: str) -> None:
        """Keep the law that stands against it."""
        super().__init__(message, **{"org.courtyard.law": law})
        self.law = law


class MailNotOfferedError(CourtyardError):
    """This server sends no mail, so no address can be set."""

    code = "conduct.mail_not_offered"


class RulesNotPublishableError(CourtyardError):
    """A set of rules contradicts itself, or what was published before."""

    code = "conduct.rules_not_publishable"


class DisclosureMismatchError(CourtyardError):
    """What a reporter discloses of an encrypted room is not what the stored message says."""

    code = "conduct.disclosure_mismatch"


class EvidenceGoneError(CourtyardError):
    """The time of this evidence is over, or this server's key does not open it."""

    code = "conduct.evidence_gone"


class LegalNotPossibleError(CourtyardError):
    """This step with a legal request cannot be taken now, or not like this."""

    code = "conduct.legal_not_possible"

    def __init__(self, law: str, message: str) -> None:
        """Keep the law that stands against it."""
        super().__init__(message, **{"org.courtyard.law": law})
        self.law = law
