"""What a framework file holds, how it is read and written, and what is wrong with it. Pure: no ORM."""
