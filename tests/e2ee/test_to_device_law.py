"""The law of to-device messages: each arrives exactly once, in order, and none is lost.

Clients retry with the same token, lose answers, log out and in again; the server restarts.
"""

from dataclasses import dataclass, field

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from courtyard.base.ids import DeviceId, UserId
from courtyard.e2ee import model, store_inbox, to_device
from courtyard.e2ee.check import violations
from courtyard.e2ee.rules_to_device import parse_messages
from courtyard.e2ee.to_device import acknowledge, inbox, send_to_device
from tests.e2ee.desk import Desk

ALICE, BOB = UserId("@alice:test.example"), UserId("@bob:test.example")
DEVICES = [(ALICE, "A1"), (ALICE, "A2"), (BOB, "B1"), (BOB, "*odd")]
PAGE = 3

devices = st.sampled_from(DEVICES)
receivers = st.lists(
    st.tuples(
        st.sampled_from([ALICE, BOB, UserId("@nobody:test.example")]),
        st.sampled_from(["A1", "A2", "B1", "*odd", "*", "GONE"]),
    ),
    min_size=1,
    max_size=4,
    unique=True,
)


@dataclass
class Client:
    """One device as its owner sees it."""

    token: int = 0
    received: list[int] = field(default_factory=list)
    expected: list[int] = field(default_factory=list)


class ToDevice(RuleBasedStateMachine):
    """The server beside a model of what each device should get."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.clients: dict[tuple[UserId, str], Client] = {}
        self.sent: list[tuple[str, dict[UserId, dict[str, object]]]] = []
        self.count = 0

    @initialize()
    def make_accounts(self) -> None:
        self.desk.add_account(ALICE, "A1", "A2")
        self.desk.add_account(BOB, "B1", "*odd")
        self.clients = {device: Client() for device in DEVICES}

    def teardown(self) -> None:
        self.desk.close()

    @rule(to=receivers)
    def send(self, to: list[tuple[UserId, str]]) -> None:
        self.count += 1
        messages: dict[UserId, dict[str, object]] = {}
        for number, (user_id, device_id) in enumerate(to):
            messages.setdefault(user_id, {})[device_id] = {"n": self.count * 10 + number}
        self.sent.append((f"t{self.count}", messages))
        self._put(f"t{self.count}", messages)
        for (user_id, device_id), client in self.clients.items():
            content = messages.get(user_id, {}).get(device_id) or messages.get(user_id, {}).get("*")
            if content is not None:
                assert isinstance(content, dict)
                client.expected.append(content["n"])

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        self._put(*data.draw(st.sampled_from(self.sent)))

    def _put(self, txn_id: str, messages: dict[UserId, dict[str, object]]) -> None:
        body = {"messages": messages}
        self.desk.write(
            send_to_device, ALICE, DeviceId("SENDER"), parse_messages(body, ALICE, "t", txn_id)
        )

    @rule(device=devices, answer_arrives=st.booleans())
    def sync(self, device: tuple[UserId, str], answer_arrives: bool) -> None:
        client = self.clients.get(device)
        if client is None:
            return
        user_id, device_id = device[0], DeviceId(device[1])
        memory = self.desk.memory
        if memory.needs_acknowledge(user_id, device_id, client.token):
            self.desk.write(acknowledge, user_id, device_id, client.token)
            assert not memory.needs_acknowledge(user_id, device_id, client.token)
        events, next_token = self.desk.read(
            inbox, user_id, device_id, client.token, self.desk.position, PAGE
        )
        if memory.inbox_position(user_id, device_id) <= client.token:
            assert events == []
        if answer_arrives:
            client.token = next_token
            client.received += [msgspec.json.decode(event)["content"]["n"] for event in events]

    @rule(device=devices)
    def log_out(self, device: tuple[UserId, str]) -> None:
        self.desk.delete_device(*device)
        self.clients.pop(device, None)

    @rule(device=devices)
    def log_in(self, device: tuple[UserId, str]) -> None:
        if device not in self.clients:
            self.desk.add_device(*device)
            self.clients[device] = Client()

    @rule()
    def restart(self) -> None:
        self.desk.restart()

    @invariant()
    def what_arrived_is_the_beginning_of_what_was_sent(self) -> None:
        for client in self.clients.values():
            assert client.received == client.expected[: len(client.received)]

    @invariant()
    def nothing_unreceived_is_deleted(self) -> None:
        for (user_id, device_id), client in self.clients.items():
            waiting = self.desk.read(
                inbox, user_id, DeviceId(device_id), client.token, self.desk.position, 10_000
            )[0]
            numbers = [msgspec.json.decode(event)["content"]["n"] for event in waiting]
            assert client.received + numbers == client.expected

    @invariant()
    def the_check_finds_nothing(self) -> None:
        assert self.desk.read(lambda tx: list(violations(tx))) == []

    @invariant()
    def memory_knows_every_inbox_and_no_other(self) -> None:
        stored = {(user, device): last for user, device, _, last in self.desk.read(_inboxes)}
        for user_id, device_id in DEVICES:
            device = (user_id, DeviceId(device_id))
            assert self.desk.memory.inbox_position(*device) == stored.get(device, 0)


def _inboxes(tx: object) -> list[tuple[UserId, DeviceId, int, int]]:
    return store_inbox.inboxes(tx)  # type: ignore[arg-type,return-value]  # a ReadTx


TestToDevice = ToDevice.TestCase
TestToDevice.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_an_inbox_keeps_the_newest_up_to_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """README: limits."""
    monkeypatch.setattr(to_device, "INBOX_MAX", 5)
    desk = Desk()
    desk.add_account(BOB, "B1")
    for number in range(8):
        body = {"messages": {BOB: {"B1": {"n": number}}}}
        message = parse_messages(body, ALICE, "t", f"t{number}")
        desk.write(send_to_device, ALICE, DeviceId("A"), message)

    events, _ = desk.read(inbox, BOB, DeviceId("B1"), 0, desk.position)

    assert [msgspec.json.decode(event)["content"]["n"] for event in events] == [3, 4, 5, 6, 7]
    desk.close()


def test_a_transaction_is_remembered_for_a_day() -> None:
    """README: limits."""
    desk = Desk()
    desk.add_account(BOB, "B1")
    message = parse_messages({"messages": {BOB: {"*": {}}}}, ALICE, "t", "txn")
    desk.write(send_to_device, ALICE, DeviceId("A"), message)
    desk.write(send_to_device, ALICE, DeviceId("A"), message)
    assert len(desk.read(inbox, BOB, DeviceId("B1"), 0, desk.position)[0]) == 1

    desk.clock.advance(model.TRANSACTION_AGE_MS_MAX + 1000)
    desk.write(send_to_device, ALICE, DeviceId("A"), message)

    assert len(desk.read(inbox, BOB, DeviceId("B1"), 0, desk.position)[0]) == 2
    desk.close()
