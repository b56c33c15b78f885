"""The pages of the neighbors' room.

`room` is its front door, `talk` what neighbors write, `people` whom they keep away, `own` what they reported and what
was removed of theirs; `leads` and `moderation` are the work places of those who keep the room, `care` what both decide.
"""
