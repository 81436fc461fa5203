"""Policies: groups of witnesses, and what a quorum of them has to have signed."""

import pytest

from courtyard.transparency.errors import BadSignatureError, MalformedError
from courtyard.transparency.model import COSIGNATURE_V1, ED25519, Checkpoint
from courtyard.transparency.rules_note import (
    cosign,
    format_checkpoint,
    format_vkey,
    join_note,
    sign,
    vkey_of,
)
from courtyard.transparency.rules_policy import (
    POLICY_BYTES_MAX,
    check_policy,
    format_policy,
    is_met,
    parse_policy,
)

SEEDS = [bytes([number]) * 32 for number in range(1, 8)]
LOG = vkey_of("log.example", ED25519, SEEDS[0])
WITNESSES = [vkey_of(f"w{number}.example", COSIGNATURE_V1, SEEDS[number]) for number in range(1, 6)]
W = [format_vkey(each) for each in WITNESSES]
L = format_vkey(LOG)

TEXT = format_checkpoint(Checkpoint(origin=LOG.name, size=3, root=bytes(32)))

# spec: C2SP tlog-policy, "Example policy"
GROUPS = f"""
# Two groups, one of three and one of two.
log {L} https://log.example/

witness X1 {W[0]}
\twitness  X2\t{W[1]}  https://w2.example/
witness X3 {W[2]}
group X 2 X1 X2 X3
witness Y1 {W[3]}
witness Y2 {W[4]}
group Y any Y1 Y2
  # All of both.
group both all X Y
quorum both
""".encode()


def note(*cosigners: int, is_signed: bool = True) -> bytes:
    lines = [sign(TEXT, LOG.name, SEEDS[0])] if is_signed else []
    lines += [cosign(TEXT, f"w{n}.example", SEEDS[n], 1000 + n) for n in cosigners]
    return join_note(TEXT, lines)


@pytest.mark.parametrize(
    "cosigners, is_enough",
    [
        ((), False),
        ((1, 2), False),
        ((4, 5), False),
        ((1, 4), False),
        ((1, 2, 4), True),
        ((2, 3, 5), True),
        ((1, 2, 3, 4, 5), True),
    ],
)
def test_a_quorum_of_groups(cosigners: tuple[int, ...], is_enough: bool) -> None:
    policy = parse_policy(GROUPS)
    if is_enough:
        found = check_policy(policy, note(*cosigners))
        assert found == {LOG: None} | {WITNESSES[n - 1]: 1000 + n for n in cosigners}
    else:
        with pytest.raises(BadSignatureError, match="Too few"):
            check_policy(policy, note(*cosigners))


def test_the_log_itself_must_have_signed() -> None:
    with pytest.raises(BadSignatureError, match="not signed by a log"):
        check_policy(parse_policy(GROUPS), note(1, 2, 4, is_signed=False))
    without_logs = parse_policy(f"witness a {W[0]}\nquorum a".encode())
    assert check_policy(without_logs, note(1, is_signed=False)) == {WITNESSES[0]: 1001}


def test_what_a_server_publishes_about_itself_is_a_policy() -> None:
    text = format_policy(LOG, "https://x/log", WITNESSES[0], "https://x/witness")
    policy = parse_policy(text.encode())
    assert policy.logs == {LOG: "https://x/log"}
    assert policy.witnesses == {"own": WITNESSES[0]}
    assert is_met(policy, ())
    assert check_policy(policy, note()) == {LOG: None}


@pytest.mark.parametrize(
    "policy, line",
    [
        ("", "no quorum"),
        (f"log {L}", "no quorum"),
        ("quorum X", "Line 1"),
        ("quorum none none", "Line 1"),
        ("quorum none\nquorum none", "Line 2"),
        (f"log {L}\nlog {L}", "Line 2"),
        (f"log {W[0]}", "wrong type"),
        (f"witness a {L}", "wrong type"),
        ("log", "Line 1"),
        ("log a b c", "Line 1"),
        ("log nonsense", "Line 1"),
        (f"witness {W[0]}", "Line 1"),
        (f"witness none {W[0]}", "taken"),
        (f"witness a {W[0]}\nwitness a {W[1]}", "taken"),
        (f"witness a {W[0]}\nwitness b {W[0]}", "twice"),
        (f"witness a {W[0]}\ngroup a any a", "taken"),
        ("group g any a", "not known"),
        ("group g any none", "not known"),
        ("group g any", "nothing that belongs"),
        (f"witness a {W[0]}\ngroup g any a a", "twice"),
        (f"witness a {W[0]}\ngroup g any a\ngroup h any a", "twice"),
        (f"witness a {W[0]}\ngroup g 0 a", "more members"),
        (f"witness a {W[0]}\ngroup g 2 a", "more members"),
        (f"witness a {W[0]}\ngroup g some a", "decimal"),
        ("something else", "Line 1"),
        ("quorum none\r\n", "control"),
        ("quorum none\x7f", "control"),
        ("#" * POLICY_BYTES_MAX + "\nquorum none", "too long"),
        ("log \xff+00000000+AAAA", "UTF-8"),
    ],
)
def test_what_is_no_policy_is_refused(policy: str, line: str) -> None:
    with pytest.raises(MalformedError, match=line):
        parse_policy(policy.encode("latin-1"))


def test_names_may_be_any_bytes() -> None:
    policy = parse_policy(b"witness \xff\xfe " + W[0].encode() + b"\nquorum \xff\xfe\n")
    assert is_met(policy, policy.witnesses)
    assert not is_met(policy, ())
