"""What do people, their mail programs and their browsers open of how a person hears of things?"""
