"""What can a site admin do about accounts from the command line?"""
