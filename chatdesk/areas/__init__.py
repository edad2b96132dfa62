"""Provider areas and their groups: who owns what on the desk."""
