"""An Assessment turned into what people open."""
