"""One module per kind of work; a module's name is the heading of its commands in menus and help."""
