"""What was commanded, with its time and chance, on disk before it is answered."""
