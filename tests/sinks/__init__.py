"""Which other sides do tests talk to? Real servers that take what we send, and keep it."""
