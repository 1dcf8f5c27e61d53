"""State on disk: the journal of runs and the value index. Everything goes through SQLAlchemy."""
