"""The demo city: what Porchlight looks like when a city uses it.

`geography` cuts the city into neighborhoods, `addresses` puts streets into them, `people` invents who lives and works
there, `sign_ins` keeps their passwords in one file, and `stories` and `room_stories` read what they write to each
other. `life` lets all of it happen in the order of time, through the same services as in a real city: `settling` where
people live and how they show it, `hearing` how they want to hear, `police` what police post and neighbors answer,
`room` what neighbors say among themselves; `postman` ends all that was told, so that nothing leaves later. Every text,
name and address is invented; the boundaries illustrate and are not official.
"""
