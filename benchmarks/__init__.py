"""Does the installation keep its promises of speed and memory? Each benchmark measures a bare limit beside itself.

`locate`, `fan_out` and `feed` are the benchmarks. `manage.py benchmark` gives it a database of its own (`scratch`)
and a process of its own that knows no other (`__main__`); `seeding` fills the database, `timing` lets contestants take
turns, `report` says how a figure is printed.
"""
