"""What shape does input have? `answers` is what residents send, `compose` and `desk` what officers do."""
