"""Where is this point, and who lives there? Neighborhoods, their dated boundaries, addresses and residencies."""
