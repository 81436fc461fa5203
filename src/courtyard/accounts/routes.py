"""HTTP of accounts: every route, for `app` to mount."""

from courtyard.accounts import routes_account, routes_login

ROUTES = [*routes_login.ROUTES, *routes_account.ROUTES]
