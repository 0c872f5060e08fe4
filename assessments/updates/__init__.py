"""An assessment goes on, on a later revision."""
