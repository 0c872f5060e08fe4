"""What differs between two revisions of a framework. Pure: no ORM."""
