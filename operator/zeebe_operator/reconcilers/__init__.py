"""The loop, its queue and cache, and one module per kind. Knows the world only through ports."""
