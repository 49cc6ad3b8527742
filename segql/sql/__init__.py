"""Meaning to SQL."""
