"""The law of one-time keys: each is given out at most once, in the order of the uploads."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from courtyard.base.ids import DeviceId, UserId
from courtyard.e2ee.claim_keys import claim_keys
from courtyard.e2ee.rules_keys import parse_claims, parse_upload
from courtyard.e2ee.upload_keys import key_counts, read_counts, upload_keys
from tests.e2ee.desk import Desk
from tests.e2ee.keys import DeviceKeys

ALICE, BOB = UserId("@alice:test.example"), UserId("@bob:test.example")
PHONE = DeviceId("PHONE")
CLAIM = {"one_time_keys": {BOB: {PHONE: "signed_curve25519"}}}


class OneTimeKeys(RuleBasedStateMachine):
    """The server beside a model: the batches still unclaimed."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.keys = DeviceKeys(BOB, PHONE)
        self.uploads: list[list[str]] = []
        self.left: list[set[str]] = []
        self.given: set[str] = set()
        self.fallback: str | None = None
        self.fallback_used = False

    @initialize()
    def make_account(self) -> None:
        self.desk.add_account(BOB, PHONE)

    def teardown(self) -> None:
        self.desk.close()

    @rule(count=st.integers(1, 4))
    def upload(self, count: int) -> None:
        start = sum(len(names) for names in self.uploads)
        names = [f"k{number}" for number in range(start, start + count)]
        self.uploads.append(names)
        self.left.append(set(names))
        self._upload({"one_time_keys": self.keys.one_time_keys(*names)})

    @precondition(lambda self: self.uploads)
    @rule(data=st.data())
    def upload_again(self, data: st.DataObject) -> None:
        names = data.draw(st.sampled_from(self.uploads))
        self._upload({"one_time_keys": self.keys.one_time_keys(*names)})

    @rule(name=st.sampled_from(["f1", "f2"]))
    def upload_fallback(self, name: str) -> None:
        self._upload({"fallback_keys": self.keys.fallback_keys(name)})
        if name != self.fallback:
            self.fallback, self.fallback_used = name, False

    def _upload(self, body: dict[str, object]) -> None:
        counts = self.desk.write(upload_keys, BOB, PHONE, parse_upload(body, BOB, PHONE))
        assert counts == {"signed_curve25519": sum(map(len, self.left))}

    @rule()
    def claim(self) -> None:
        answer = self.desk.write(claim_keys, ALICE, parse_claims(CLAIM))
        self.left = [names for names in self.left if names]
        if not self.left and self.fallback is None:
            assert answer == {}
            return
        [name] = answer[BOB][PHONE]
        key_id = name.removeprefix("signed_curve25519:")
        if not self.left:
            assert key_id == self.fallback
            self.fallback_used = True
            return
        assert key_id in self.left[0]
        assert key_id not in self.given
        self.left[0].remove(key_id)
        self.given.add(key_id)

    @rule()
    def restart(self) -> None:
        self.desk.restart()

    @invariant()
    def counts_are_right_on_disk_and_in_memory(self) -> None:
        unused = self.fallback is not None and not self.fallback_used
        counts = self.desk.read(key_counts, BOB, PHONE)
        assert counts == self.desk.read(read_counts, BOB, PHONE)
        assert counts == self.desk.memory.counts(BOB, PHONE)
        assert counts.one_time == {"signed_curve25519": sum(map(len, self.left))}
        assert counts.unused_fallback == (("signed_curve25519",) if unused else ())


TestOneTimeKeys = OneTimeKeys.TestCase
TestOneTimeKeys.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)
