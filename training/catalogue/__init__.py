"""The catalogue of modules, and the pages of a module and its materials."""
