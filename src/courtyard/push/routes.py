"""Push rules and pushers over HTTP.

spec: client-server-api#push-notifications
"""

from typing import Annotated, Any

from litestar import delete, get, post, put, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, QueryParameter

from courtyard.accounts.model import Session
from courtyard.base.errors import InvalidParamError, MissingParamError
from courtyard.push import push_rules, pushers, rules
from courtyard.push.model import PushRule, Ruleset
from courtyard.push.notifications import (
    LIMIT_DEFAULT,
    CandidateSource,
    NotificationPage,
    list_notifications,
    parse_from,
)
from courtyard.push.rules_pushers import parse_append, parse_key, parse_pusher
from courtyard.storage.database import Database

RULES = "/_matrix/client/v3/pushrules"
RULE = f"{RULES}/global/{{kind:str}}/{{rule_id:str}}"
_RULE_OF_A_SCOPE = [
    f"/{{kind:str}}/{{rule_id:str}}{attribute}" for attribute in ("", "/enabled", "/actions")
]


@get(f"{RULES}/")
async def get_push_rules(
    db: NamedDependency[Database], session: NamedDependency[Session]
) -> dict[str, Ruleset]:
    """Return all rules of all scopes; there is one.

    spec: client-server-api#get_matrixclientv3pushrules
    """
    return {"global": await db.read(push_rules.global_ruleset, session.user_id)}


@get(f"{RULES}/global/")
async def get_global_push_rules(
    db: NamedDependency[Database], session: NamedDependency[Session]
) -> Ruleset:
    """Return all rules.

    spec: client-server-api#get_matrixclientv3pushrulesglobal
    """
    return await db.read(push_rules.global_ruleset, session.user_id)


@get(f"{RULES}/global/{{kind:str}}/")
async def get_push_rules_of_kind(
    db: NamedDependency[Database], session: NamedDependency[Session], kind: FromPath[str]
) -> tuple[PushRule, ...]:
    """Return the rules of one kind: a path of the first releases, which old clients still ask for."""
    ruleset = await db.read(push_rules.global_ruleset, session.user_id)
    found: tuple[PushRule, ...] = getattr(ruleset, rules.parse_kind(kind))
    return found


@get(RULE)
async def get_push_rule(
    db: NamedDependency[Database],
    session: NamedDependency[Session],
    kind: FromPath[str],
    rule_id: FromPath[str],
) -> PushRule:
    """Return one rule.

    spec: client-server-api#get_matrixclientv3pushrulesglobalkindruleid
    """
    return await db.read(push_rules.find_rule, session.user_id, rules.parse_kind(kind), rule_id)


@put(RULE)
async def put_push_rule(
    db: NamedDependency[Database],
    session: NamedDependency[Session],
    kind: FromPath[str],
    rule_id: FromPath[str],
    json_body: NamedDependency[dict[str, object]],
    before: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
) -> dict[str, Any]:
    """Add or replace a rule of the user's own.

    spec: client-server-api#put_matrixclientv3pushrulesglobalkindruleid
    """
    of_kind = rules.parse_kind(kind)
    rule = rules.parse_rule(of_kind, rule_id, json_body)
    await db.write(push_rules.put_rule, session.user_id, of_kind, rule, before, after)
    return {}


@put(f"{RULES}/global/{{kind:str}}/")
async def put_nameless_push_rule(session: NamedDependency[Session], kind: FromPath[str]) -> None:
    """Refuse a rule whose id is empty: the framework takes the slash before it for no part of the path."""
    del session  # Only who is logged in is told.
    rules.parse_rule(rules.parse_kind(kind), "", {})


@route(
    [f"{RULES}/{{of_scope:str}}{rest}" for rest in ("", "/{kind:str}", *_RULE_OF_A_SCOPE)],
    http_method=["GET", "PUT", "DELETE"],
    status_code=200,
)
async def refuse_scope(session: NamedDependency[Session]) -> None:
    """Say that there is no scope but `global`. Up to version 1.11 these paths had it as a parameter."""
    del session  # Only who is logged in is told.
    raise InvalidParamError("There is no such scope of push rules.")


@delete(RULE, status_code=200)
async def delete_push_rule(
    db: NamedDependency[Database],
    session: NamedDependency[Session],
    kind: FromPath[str],
    rule_id: FromPath[str],
) -> dict[str, Any]:
    """Remove a rule of the user's own.

    spec: client-server-api#delete_matrixclientv3pushrulesglobalkindruleid
    """
    await db.write(push_rules.delete_rule, session.user_id, rules.parse_kind(kind), rule_id)
    return {}


@get(f"{RULE}/enabled")
async def get_push_rule_enabled(
    db: NamedDependency[Database],
    session: NamedDependency[Session],
    kind: FromPath[str],
    rule_id: FromPath[str],
) -> dict[str, Any]:
    """Say whether a rule is enabled.

    spec: client-server-api#get_matrixclientv3pushrulesglobalkindruleidenabled
    """
    of_kind = rules.parse_kind(kind)
    rule = await db.read(push_rules.find_rule, session.user_id, of_kind, rule_id)
    return {"enabled": rule.enabled}


@put(f"{RULE}/enabled")
async def put_push_rule_enabled(
    db: NamedDependency[Database],
    session: NamedDependency[Session],
    kind: FromPath[str],
    rule_id: FromPath[str],
    json_body: NamedDependency[dict[str, object]],
) -> dict[str, Any]:
    """Enable or disable a rule.

    spec: client-server-api#put_matrixclientv3pushrulesglobalkindruleidenabled
    """
    of_kind = rules.parse_kind(kind)
    enabled = json_body.get("enabled")
    if enabled is None:
        raise MissingParamError("Missing parameters: enabled")
    if not isinstance(enabled, bool):
        raise InvalidParamError("enabled must be true or false.")
    await db.write(push_rules.set_rule_enabled, session.user_id, of_kind, rule_id, enabled=enabled)
    return {}


@get(f"{RULE}/actions")
async def get_push_rule_actions(
    db: NamedDependency[Database],
    session: NamedDependency[Session],
    kind: FromPath[str],
    rule_id: FromPath[str],
) -> dict[str, Any]:
    """Say what a rule does.

    spec: client-server-api#get_matrixclientv3pushrulesglobalkindruleidactions
    """
    of_kind = rules.parse_kind(kind)
    rule = await db.read(push_rules.find_rule, session.user_id, of_kind, rule_id)
    return {"actions": rule.actions}


@put(f"{RULE}/actions")
async def put_push_rule_actions(
    db: NamedDependency[Database],
    session: NamedDependency[Session],
    kind: FromPath[str],
    rule_id: FromPath[str],
    json_body: NamedDependency[dict[str, object]],
) -> dict[str, Any]:
    """Change what a rule does.

    spec: client-server-api#put_matrixclientv3pushrulesglobalkindruleidactions
    """
    of_kind = rules.parse_kind(kind)
    actions = rules.parse_actions(json_body.get("actions"))
    await db.write(push_rules.set_rule_actions, session.user_id, of_kind, rule_id, actions)
    return {}


@get("/_matrix/client/v3/pushers")
async def get_pushers(
    db: NamedDependency[Database], session: NamedDependency[Session]
) -> dict[str, Any]:
    """List the user's pushers.

    spec: client-server-api#get_matrixclientv3pushers
    """
    return {"pushers": await db.read(pushers.list_pushers, session.user_id)}


@post("/_matrix/client/v3/pushers/set", status_code=200)
async def post_pusher(
    db: NamedDependency[Database],
    session: NamedDependency[Session],
    json_body: NamedDependency[dict[str, object]],
) -> dict[str, Any]:
    """Make, replace or delete a pusher.

    spec: client-server-api#post_matrixclientv3pushersset
    """
    pusher = parse_pusher(json_body)
    append = parse_append(json_body)
    if pusher is None:
        await db.write(pushers.delete_pusher, session.user_id, parse_key(json_body))
    else:
        await db.write(
            pushers.set_pusher, session.user_id, session.device_id, pusher, append=append
        )
    return {}


ROUTES: list[HTTPRouteHandler] = [
    get_push_rules,
    get_global_push_rules,
    get_push_rules_of_kind,
    get_push_rule,
    put_push_rule,
    put_nameless_push_rule,
    refuse_scope,
    delete_push_rule,
    get_push_rule_enabled,
    put_push_rule_enabled,
    get_push_rule_actions,
    put_push_rule_actions,
    get_pushers,
    post_pusher,
]


def notification_routes(candidates: CandidateSource) -> list[HTTPRouteHandler]:
    """Return the routes that list notifications, over what `candidates` knows about the rooms."""

    @get("/_matrix/client/v3/notifications")
    async def get_notifications(
        db: NamedDependency[Database],
        session: NamedDependency[Session],
        limit: FromQuery[int] = LIMIT_DEFAULT,
        only: FromQuery[str | None] = None,
        from_: Annotated[str | None, QueryParameter(name="from")] = None,
    ) -> NotificationPage:
        """List what the user was notified about.

        spec: client-server-api#get_matrixclientv3notifications
        """
        return await db.read(
            list_notifications,
            session.user_id,
            candidates,
            before=parse_from(from_),
            limit=limit,
            highlights_only=only == "highlight",
        )

    return [get_notifications]
