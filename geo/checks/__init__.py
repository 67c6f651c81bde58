"""Canonical frames turned into findings; nothing is dropped silently."""
