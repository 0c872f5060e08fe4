"""Pages of training: the catalogue, a person's own plan, the trainer's board, and the steps of an assignment."""
