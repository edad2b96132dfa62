"""Everything that an agent can do: one function per command, for every surface."""
