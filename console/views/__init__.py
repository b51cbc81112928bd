"""What the operator sees. Qt lives here alone; each presenter.py is free of it."""
