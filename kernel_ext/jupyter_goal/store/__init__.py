"""State on disk: the journal of runs. Everything goes through SQLAlchemy."""
