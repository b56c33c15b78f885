"""What can a program ask of `neighborhoods`?"""
