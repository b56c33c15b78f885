"""From which number on are people counted out?"""

# A small number in a small place points at somebody: a neighbor can tell 1 to 4 people apart.
SMALLEST_SHOWN_COUNT = 5
