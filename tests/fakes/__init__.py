"""Stand-ins for what the rooms talk to; each is held to the real thing by a contract test."""
