"""The database: the one truth. Only stores, the desk and the composition root come here."""
