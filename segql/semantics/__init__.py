"""Tree to meaning: every name bound to its thing, every type known, every window a pair of instants."""
