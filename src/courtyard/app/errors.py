"""The one table from domain errors to answers. A test fails when an error has no row.

spec: client-server-api#standard-error-response
"""

from http import HTTPStatus

import msgspec

from courtyard.base.errors import CourtyardError

MATRIX: dict[str, tuple[HTTPStatus, str]] = {
    "not_found": (HTTPStatus.NOT_FOUND, "M_NOT_FOUND"),
    "forbidden": (HTTPStatus.FORBIDDEN, "M_FORBIDDEN"),
    "invalid_param": (HTTPStatus.BAD_REQUEST, "M_INVALID_PARAM"),
    "missing_param": (HTTPStatus.BAD_REQUEST, "M_MISSING_PARAM"),
    "bad_json": (HTTPStatus.BAD_REQUEST, "M_BAD_JSON"),
    "not_json": (HTTPStatus.BAD_REQUEST, "M_NOT_JSON"),
    "too_large": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "M_TOO_LARGE"),
    "limit_exceeded": (HTTPStatus.TOO_MANY_REQUESTS, "M_LIMIT_EXCEEDED"),
    "unrecognized": (HTTPStatus.NOT_FOUND, "M_UNRECOGNIZED"),
    "wrong_method": (HTTPStatus.METHOD_NOT_ALLOWED, "M_UNRECOGNIZED"),
    "unavailable": (HTTPStatus.SERVICE_UNAVAILABLE, "M_UNKNOWN"),
    "rooms.not_allowed": (HTTPStatus.FORBIDDEN, "M_FORBIDDEN"),
    "rooms.malformed": (HTTPStatus.BAD_REQUEST, "M_BAD_JSON"),
    "accounts.missing_token": (HTTPStatus.UNAUTHORIZED, "M_MISSING_TOKEN"),
    "accounts.unknown_token": (HTTPStatus.UNAUTHORIZED, "M_UNKNOWN_TOKEN"),
    "accounts.user_locked": (HTTPStatus.UNAUTHORIZED, "M_USER_LOCKED"),
    "accounts.user_deactivated": (HTTPStatus.FORBIDDEN, "M_USER_DEACTIVATED"),
    "accounts.user_in_use": (HTTPStatus.BAD_REQUEST, "M_USER_IN_USE"),
    "accounts.invalid_username": (HTTPStatus.BAD_REQUEST, "M_INVALID_USERNAME"),
    "accounts.guests_forbidden": (HTTPStatus.FORBIDDEN, "M_GUEST_ACCESS_FORBIDDEN"),
    "accounts.weak_password": (HTTPStatus.BAD_REQUEST, "M_WEAK_PASSWORD"),
    # The first answer of user-interactive authentication is no error, so it has no errcode.
    "accounts.auth_required": (HTTPStatus.UNAUTHORIZED, ""),
    "accounts.threepid_not_found": (HTTPStatus.BAD_REQUEST, "M_THREEPID_NOT_FOUND"),
    "accounts.threepid_denied": (HTTPStatus.FORBIDDEN, "M_THREEPID_DENIED"),
    "accounts.threepid_auth_failed": (HTTPStatus.FORBIDDEN, "M_THREEPID_AUTH_FAILED"),
    "accounts.threepid_medium": (HTTPStatus.BAD_REQUEST, "M_THREEPID_MEDIUM_NOT_SUPPORTED"),
    "accounts.appservice_login_unsupported": (
        HTTPStatus.BAD_REQUEST,
        "M_APPSERVICE_LOGIN_UNSUPPORTED",
    ),
    "accounts.unknown_login_type": (HTTPStatus.BAD_REQUEST, "M_UNKNOWN"),
    "accounts.profile_too_large": (HTTPStatus.BAD_REQUEST, "M_PROFILE_TOO_LARGE"),
    "accounts.key_too_large": (HTTPStatus.BAD_REQUEST, "M_KEY_TOO_LARGE"),
    "gate.restricted": (HTTPStatus.FORBIDDEN, "ORG.COURTYARD.RESTRICTED"),
    "gate.suspended": (HTTPStatus.FORBIDDEN, "M_USER_SUSPENDED"),
    "gate.never_restrictable": (HTTPStatus.CONFLICT, "ORG.COURTYARD.NEVER_RESTRICTABLE"),
    "gate.withheld": (HTTPStatus.FORBIDDEN, "ORG.COURTYARD.WITHHELD"),
    "push.relative_rule_not_found": (HTTPStatus.BAD_REQUEST, "M_UNKNOWN"),
    "e2ee.invalid_signature": (HTTPStatus.BAD_REQUEST, "M_INVALID_SIGNATURE"),
    "e2ee.wrong_backup_version": (HTTPStatus.FORBIDDEN, "M_WRONG_ROOM_KEYS_VERSION"),
    "rooms.not_in_room": (HTTPStatus.FORBIDDEN, "M_FORBIDDEN"),
    "rooms.still_in_room": (HTTPStatus.BAD_REQUEST, "M_UNKNOWN"),
    "rooms.not_found": (HTTPStatus.NOT_FOUND, "M_NOT_FOUND"),
    "rooms.unsupported_version": (HTTPStatus.BAD_REQUEST, "M_UNSUPPORTED_ROOM_VERSION"),
    "rooms.invalid_room_state": (HTTPStatus.BAD_REQUEST, "M_INVALID_ROOM_STATE"),
    "rooms.alias_in_use": (HTTPStatus.BAD_REQUEST, "M_ROOM_IN_USE"),
    "rooms.alias_taken": (HTTPStatus.CONFLICT, "M_UNKNOWN"),
    "rooms.too_many_aliases": (HTTPStatus.BAD_REQUEST, "M_UNKNOWN"),
    "rooms.bad_alias": (HTTPStatus.BAD_REQUEST, "M_BAD_ALIAS"),
    "rooms.invite_blocked": (HTTPStatus.FORBIDDEN, "M_INVITE_BLOCKED"),
    "rooms.reserved_type": (HTTPStatus.FORBIDDEN, "M_FORBIDDEN"),
    "rooms.cannot_leave_notices": (HTTPStatus.FORBIDDEN, "M_CANNOT_LEAVE_SERVER_NOTICE_ROOM"),
    "rooms.duplicate_annotation": (HTTPStatus.BAD_REQUEST, "M_DUPLICATE_ANNOTATION"),
    "rooms.server_managed": (HTTPStatus.METHOD_NOT_ALLOWED, "M_BAD_JSON"),
    "sync.too_many_filters": (HTTPStatus.BAD_REQUEST, "M_TOO_LARGE"),
    "rooms.unknown_position": (HTTPStatus.BAD_REQUEST, "M_INVALID_PARAM"),
    "media.not_yet_uploaded": (HTTPStatus.GATEWAY_TIMEOUT, "M_NOT_YET_UPLOADED"),
    "media.cannot_overwrite": (HTTPStatus.CONFLICT, "M_CANNOT_OVERWRITE_MEDIA"),
    "media.cannot_thumbnail": (HTTPStatus.BAD_REQUEST, "M_UNKNOWN"),
    "media.quota_exceeded": (HTTPStatus.FORBIDDEN, "M_USER_LIMIT_EXCEEDED"),
    "media.previews_off": (HTTPStatus.FORBIDDEN, "M_FORBIDDEN"),
    "transparency.leaf_refused": (HTTPStatus.BAD_REQUEST, "M_BAD_JSON"),
    "transparency.malformed": (HTTPStatus.BAD_REQUEST, "M_INVALID_PARAM"),
    "transparency.bad_signature": (HTTPStatus.FORBIDDEN, "M_FORBIDDEN"),
    "transparency.unknown_log": (HTTPStatus.NOT_FOUND, "M_NOT_FOUND"),
    "transparency.not_proven": (HTTPStatus.UNPROCESSABLE_ENTITY, "ORG.COURTYARD.NOT_PROVEN"),
    "transparency.other_size": (HTTPStatus.CONFLICT, "ORG.COURTYARD.OTHER_SIZE"),
    "transparency.missing_tile": (HTTPStatus.SERVICE_UNAVAILABLE, "ORG.COURTYARD.LOG_DAMAGED"),
    "transparency.halted": (HTTPStatus.SERVICE_UNAVAILABLE, "ORG.COURTYARD.LOG_HALTED"),
    "conduct.decision_not_allowed": (HTTPStatus.CONFLICT, "ORG.COURTYARD.DECISION_NOT_ALLOWED"),
    "conduct.not_independent": (HTTPStatus.FORBIDDEN, "ORG.COURTYARD.NOT_INDEPENDENT"),
    "conduct.appeal_not_possible": (HTTPStatus.CONFLICT, "ORG.COURTYARD.APPEAL_NOT_POSSIBLE"),
    "conduct.mail_not_offered": (HTTPStatus.FORBIDDEN, "ORG.COURTYARD.MAIL_NOT_OFFERED"),
    "conduct.disclosure_mismatch": (HTTPStatus.CONFLICT, "ORG.COURTYARD.DISCLOSURE_MISMATCH"),
    "conduct.evidence_gone": (HTTPStatus.GONE, "ORG.COURTYARD.EVIDENCE_GONE"),
    "conduct.legal_not_possible": (HTTPStatus.CONFLICT, "ORG.COURTYARD.LEGAL_NOT_POSSIBLE"),
    "conduct.rules_not_publishable": (
        HTTPStatus.BAD_REQUEST,
        "ORG.COURTYARD.RULES_NOT_PUBLISHABLE",
    ),
    "wallet.bad_amount": (HTTPStatus.BAD_REQUEST, "ORG.COURTYARD.BAD_AMOUNT"),
    "wallet.bad_code": (HTTPStatus.BAD_REQUEST, "ORG.COURTYARD.BAD_CODE"),
    "wallet.bad_key": (HTTPStatus.BAD_REQUEST, "ORG.COURTYARD.BAD_KEY"),
    "wallet.bad_merchant": (HTTPStatus.BAD_REQUEST, "ORG.COURTYARD.BAD_MERCHANT"),
    "wallet.bad_order": (HTTPStatus.BAD_REQUEST, "ORG.COURTYARD.BAD_ORDER"),
    "wallet.bad_paycode": (HTTPStatus.CONFLICT, "ORG.COURTYARD.BAD_PAYCODE"),
    "wallet.bad_recipient": (HTTPStatus.BAD_REQUEST, "ORG.COURTYARD.BAD_RECIPIENT"),
    "wallet.bad_split": (HTTPStatus.BAD_REQUEST, "ORG.COURTYARD.BAD_SPLIT"),
    "wallet.bill_not_ready": (HTTPStatus.CONFLICT, "ORG.COURTYARD.BILL_NOT_READY"),
    "wallet.currency_exists": (HTTPStatus.CONFLICT, "ORG.COURTYARD.CURRENCY_EXISTS"),
    "wallet.ended": (HTTPStatus.CONFLICT, "ORG.COURTYARD.ENDED"),
    "wallet.expired": (HTTPStatus.CONFLICT, "ORG.COURTYARD.EXPIRED"),
    "wallet.fiat_not_offered": (HTTPStatus.CONFLICT, "ORG.COURTYARD.FIAT_NOT_OFFERED"),
    "wallet.foreign_code": (HTTPStatus.CONFLICT, "ORG.COURTYARD.FOREIGN_CODE"),
    "wallet.forged_code": (HTTPStatus.CONFLICT, "ORG.COURTYARD.FORGED_CODE"),
    "wallet.insufficient_funds": (HTTPStatus.CONFLICT, "ORG.COURTYARD.INSUFFICIENT_FUNDS"),
    "wallet.key_reused": (HTTPStatus.CONFLICT, "ORG.COURTYARD.KEY_REUSED"),
    "wallet.merchant_closed": (HTTPStatus.CONFLICT, "ORG.COURTYARD.MERCHANT_CLOSED"),
    "wallet.merchant_short": (HTTPStatus.CONFLICT, "ORG.COURTYARD.MERCHANT_SHORT"),
    "wallet.not_independent": (HTTPStatus.CONFLICT, "ORG.COURTYARD.NOT_INDEPENDENT_MINT"),
    "wallet.not_paid": (HTTPStatus.CONFLICT, "ORG.COURTYARD.NOT_PAID"),
    "wallet.refund_too_large": (HTTPStatus.CONFLICT, "ORG.COURTYARD.REFUND_TOO_LARGE"),
    "wallet.refund_too_late": (HTTPStatus.CONFLICT, "ORG.COURTYARD.REFUND_TOO_LATE"),
    "wallet.refused": (HTTPStatus.CONFLICT, "ORG.COURTYARD.PAYMENT_REFUSED"),
    "wallet.scope": (HTTPStatus.FORBIDDEN, "ORG.COURTYARD.SCOPE"),
    "wallet.too_many": (HTTPStatus.CONFLICT, "ORG.COURTYARD.TOO_MANY"),
    "wallet.too_much": (HTTPStatus.CONFLICT, "ORG.COURTYARD.TOO_MUCH"),
    "wallet.unknown_currency": (HTTPStatus.NOT_FOUND, "ORG.COURTYARD.UNKNOWN_CURRENCY"),
    "wallet.bad_url": (HTTPStatus.BAD_REQUEST, "ORG.COURTYARD.BAD_URL"),
    "wallet.bad_kinds": (HTTPStatus.BAD_REQUEST, "ORG.COURTYARD.BAD_KINDS"),
    "wallet.endpoint_exists": (HTTPStatus.CONFLICT, "ORG.COURTYARD.ENDPOINT_EXISTS"),
    "wallet.too_many_endpoints": (HTTPStatus.CONFLICT, "ORG.COURTYARD.TOO_MANY_ENDPOINTS"),
    "wallet.too_many_secrets": (HTTPStatus.CONFLICT, "ORG.COURTYARD.TOO_MANY_SECRETS"),
    "wallet.not_ended": (HTTPStatus.CONFLICT, "ORG.COURTYARD.NOT_ENDED"),
    "wallet.too_many_rounds": (HTTPStatus.CONFLICT, "ORG.COURTYARD.TOO_MANY_ROUNDS"),
    "money.currency_mismatch": (HTTPStatus.BAD_REQUEST, "COURTYARD_CURRENCY_MISMATCH"),
    "money.out_of_range": (HTTPStatus.BAD_REQUEST, "COURTYARD_AMOUNT_OUT_OF_RANGE"),
}

NOT_ANSWERED = {
    "internal",
    "storage.schema_too_new",
    "storage.other_server_name",
    "storage.bad_signing_key",
    "storage.bad_sealing_key",
    "app.bad_settings",
    "app.listen",
    "app.data_in_use",
    "cli.nothing_to_check",
    "cli.cannot_ask",
    "cli.no_answer",
}
"""Codes of errors that stop a command line and never reach a client."""


def answer(error: CourtyardError) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
    """Return the status, body and further headers that tell `error` to a client."""
    status, errcode = MATRIX[error.code]
    # An error may carry its own errcode where the same refusal has several names in the spec.
    body: dict[str, object] = {"errcode": errcode, "error": error.message} if errcode else {}
    body.update(error.extra)
    headers = []
    retry_after_ms = error.extra.get("retry_after_ms")
    if isinstance(retry_after_ms, int):
        headers.append((b"retry-after", str(-(-retry_after_ms // 1000)).encode()))
    return status.value, msgspec.json.encode(body), headers
