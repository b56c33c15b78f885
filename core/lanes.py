"""Which lanes does background work travel in?

A lane is a Celery queue with a worker of its own (`ops/processes.toml`), so that work in one never waits for
another. A post travels in `urgent` or `posts` by its kind (`posts.rules.lane_of`), and what people who asked for it
are told at once leaves in `urgent` or `mail`; sign-in codes and whatever else concerns an account leave in `account`.
Everything periodic that nobody waits for is `upkeep`.
"""

URGENT = "urgent"
POSTS = "posts"
MAIL = "mail"
ACCOUNT = "account"
UPKEEP = "upkeep"

LANES = (URGENT, POSTS, MAIL, ACCOUNT, UPKEEP)
LANES_OF_NOTICES = (URGENT, MAIL)
DEFAULT_LANE = UPKEEP
