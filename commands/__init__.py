"""Who may speak for the police, and to whom? Police commands, their coverage, and staff assignments."""
