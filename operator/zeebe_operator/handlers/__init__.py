"""The only room that imports kopf: the table of kinds, events in, login and settings."""
