"""What happens to a person's answers, and to the confirmations of her levels, on a later revision."""
