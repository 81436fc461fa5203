"""What a reporter is told once it is decided: whether something was done, and never what or to whom."""

from typing import Final

from courtyard.conduct.model_cases import Found
from courtyard.conduct.rules_leaf import day

_WORDS: Final[dict[Found, str]] = {
    "founded": (
        "Thank you for your report of {day}. A person has looked at it. A rule was broken, and something was done about it. "
        "What exactly stays between us and the person concerned.\n\n"
        "谢谢你在 {day} 的举报。我们的工作人员已经看过。确实有人违反了规则，我们已经处理。具体怎么处理，只告诉当事人。"
    ),
    "unfounded": (
        "Thank you for your report of {day}. A person has looked at it and found no broken rule, so nothing was done. "
        "If you think that is wrong, you can say so until {until}: a different person will look at it again.\n\n"
        "谢谢你在 {day} 的举报。我们的工作人员已经看过，没有发现违反规则的地方，所以没有处理。"
        "如果你觉得不对，可以在 {until} 之前告诉我们，我们会请另一个人重新看。"
    ),
}
_REOPENED: Final = (
    "You were right to ask again: your report of {day} is being looked at anew. Reasons: {reasons}\n\n"
    "你要求重看是有道理的：你在 {day} 的举报会重新处理。理由：{reasons}"
)
_UPHELD: Final = (
    "A different person has looked at your report of {day} again. It stays as it is. Reasons: {reasons}\n\n"
    "另一个人重新看过了你在 {day} 的举报，结果不变。理由：{reasons}"
)


def decided(found: Found, received_at: int, until: int) -> str:
    """Return what a reporter is told about a decision.

    Args:
        found: how it turned out.
        received_at: when the report came.
        until: until when the reporter can complain.
    """
    return _WORDS[found].format(day=day(received_at), until=day(until))


def heard(*, is_reopened: bool, received_at: int, reasons: str) -> str:
    """Return what a reporter is told about a complaint."""
    words = _REOPENED if is_reopened else _UPHELD
    return words.format(day=day(received_at), reasons=reasons)
