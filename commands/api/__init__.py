"""What can a program ask about places and who serves them? It stands here because the answers name commands."""
