"""How does news reach an open page? A small ASGI application of its own at `/live/`, without a database.

`app` answers requests, `stream` is one client's stream from hello to end, and `hub` is the process's one Redis
subscription, which passes every event on to the clients that hear its channel. What an event holds is decided by
whoever published it (`notifications.gateways`); here the bytes are only passed on.

Nothing here is a promise of delivery: a page compares feed numbers and fetches what it missed.
"""
