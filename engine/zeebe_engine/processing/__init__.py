"""Commands in their order: journalled, executed, told to the reading side, recorded, answered."""
