"""Who did what, and when: the audit trail as it is read.

The database writes it (`core.trail`), a table for each kind of thing; `sources` lays those tables side by side,
`reading` fetches a page of them, and `words` says each line in plain words. Its rows hold numbers, states and times
alone. Names of staff are looked up when a line is read; a resident is a number there too.
"""
