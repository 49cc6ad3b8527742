"""What we say to people: a product of its own."""
