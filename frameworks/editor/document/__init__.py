"""What an author can do to a draft: functions from document to document. Pure: no ORM."""
