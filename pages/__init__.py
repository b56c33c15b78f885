"""What does a visitor see first? The front page, plain pages, health, error pages, and the demo city."""
