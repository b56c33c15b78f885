"""What shape does input have? `compose` takes a post and its audience, `answers` what officers write back."""
