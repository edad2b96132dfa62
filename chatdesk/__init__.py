"""chatdesk: a chat-first help desk and order desk."""
