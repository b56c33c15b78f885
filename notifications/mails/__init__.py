"""How does what we tell look as a mail?

`building` makes a mail once and writes it out for each recipient; `reasons` says why it came; `identity` names it.
"""
