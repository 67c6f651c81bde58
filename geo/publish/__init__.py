"""A run turned into what people open."""
