"""What every app needs and no person sees: geometry, the error base, the queue's nudge. No tables."""
