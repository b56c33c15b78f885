"""Who may open what? Every route of the URL configuration, for every role; a new route without a line here fails.

A new route goes into `table`, which says what each of the `roles` gets there. `conftest` casts the roles and builds a
little city in which every route leads somewhere.
"""
