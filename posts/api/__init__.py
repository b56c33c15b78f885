"""What can a program ask of `posts`?"""
