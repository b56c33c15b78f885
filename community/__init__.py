"""What do neighbors say among themselves, unseen by police?

The wall is held by the database: every table here has row-level security, forced, and without an identity
(`community.identity.speaking_as`) a query returns nothing. Nothing of what neighbors write leaves these tables.
"""
