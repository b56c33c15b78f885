"""The pages of `posts`: `feed`, `public`, `places`, `replies` and `conversations` for readers, the rest for desks."""
