"""The demo city: what Porchlight looks like when a city uses it.

`geography` cuts the city into neighborhoods, `people` invents who lives and works there, `sign_ins` keeps their
passwords in one file, `stories` reads what they write to each other, and `city` lets all of it happen in the order of
time, through the same services as in a real city. Every text and name is invented; the boundaries illustrate and are
not official.
"""
