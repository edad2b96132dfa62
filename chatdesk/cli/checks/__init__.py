"""What `chatdesk doctor` looks at: each module yields findings about one side of the configuration."""

import chatdesk.adapters.telegram  # noqa: F401 - loads aiogram so that its models are built when they are used
