"""Whom do we reach, and whom do we miss? Figures per neighborhood, on a page, on a map and as CSV."""
