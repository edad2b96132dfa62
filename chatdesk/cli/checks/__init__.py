"""What `chatdesk doctor` looks at: each module yields findings about one side of the configuration."""
