"""The HTTP endpoints of rooms; each group has a module of its own."""

from courtyard.rooms import (
    routes_calls,
    routes_create,
    routes_directory,
    routes_membership,
    routes_people,
    routes_personal,
    routes_profile,
    routes_read,
    routes_send,
    routes_upgrade,
)

ROUTES = [
    *routes_calls.ROUTES,
    *routes_create.ROUTES,
    *routes_send.ROUTES,
    *routes_membership.ROUTES,
    *routes_personal.ROUTES,
    *routes_directory.ROUTES,
    *routes_people.ROUTES,
    *routes_profile.ROUTES,
    *routes_upgrade.ROUTES,
    *routes_read.ROUTES,
]
