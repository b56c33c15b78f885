"""Where is my neighborhood, and which one is my home? Both pages name the command that serves the place."""
