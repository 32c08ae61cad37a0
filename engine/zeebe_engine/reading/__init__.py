"""The search side of REST: what the events tell, with the lag that a real one has."""
