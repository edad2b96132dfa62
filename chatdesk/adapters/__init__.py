"""The edges: each channel is a folder that translates between its service and the desk."""
