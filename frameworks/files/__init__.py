"""Framework files: their structure, reading, writing, and the faults found in them. Pure: no ORM."""
