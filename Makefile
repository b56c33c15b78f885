# What each word does is said in README.md; how, in ops/.
.PHONY: run test services stop backup restore check lock

run test services stop backup check:
	@exec sh ops/start $@

# make restore FILE=.local/backups/….dump
restore:
	@FILE="$(FILE)" exec sh ops/start $@

# After a change of a dependency in pyproject.toml (needs uv).
lock:
	@sh ops/lock
