"""The products, a module each: what `geo.publish.registry` lists."""
