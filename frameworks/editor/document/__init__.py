"""All changes that an author can make to a draft, as functions that return a changed document. Pure: no ORM."""
