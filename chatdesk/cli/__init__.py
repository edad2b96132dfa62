"""What the command line's commands do, one module each, loaded only when called: aiogram alone takes seconds."""
