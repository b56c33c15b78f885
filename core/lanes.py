"""Which lanes does background work travel in?

A lane is a Celery queue with a worker of its own (`ops/processes.toml`), so that work in one never waits for
another. A post travels in `urgent` or `posts` by its kind (`posts.rules.lane_of`); everything periodic is `upkeep`.
"""

URGENT = "urgent"
POSTS = "posts"
UPKEEP = "upkeep"

LANES = (URGENT, POSTS, UPKEEP)
DEFAULT_LANE = UPKEEP
