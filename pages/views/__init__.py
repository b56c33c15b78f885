"""Pages of nobody in particular: the front page, health, and what is shown when something went wrong."""
