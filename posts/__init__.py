"""What is said, to whom, and what came back? Posts, their audience and deliveries, replies, conversations."""
