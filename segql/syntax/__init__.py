"""Text to tree: what was written, without a thought about what it means."""
