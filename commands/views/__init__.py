"""Where is my neighborhood, which one is my home, and who works for a command?"""
