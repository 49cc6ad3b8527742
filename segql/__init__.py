"""SegQL: write down who you mean, run it on any warehouse."""
