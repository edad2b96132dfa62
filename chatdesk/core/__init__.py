"""Words that every floor shares: messages, forms, events, errors. Nothing here knows a channel or a database."""
