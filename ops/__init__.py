"""How Porchlight is set up and kept running on one machine, with nothing but Python's standard library.

`python3 -m ops run|test|services|stop|check` is what the Makefile calls. A `Place` says where things lie; each step
(`packages`, `python`, `frontend`, `postgres`, `redis`) brings one part into being and repairs what was left half
done; `supervise` starts the processes of `processes.toml` and keeps them up.
"""
