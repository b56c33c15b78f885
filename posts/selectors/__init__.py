"""Every read of posts, replies and conversations; each function says its order and how many queries it takes.

`feed` reads what everybody of a neighborhood sees, `public` what anyone may read, `replies` and `conversations` what
only some may, `desk` what a command's staff work with.
"""
