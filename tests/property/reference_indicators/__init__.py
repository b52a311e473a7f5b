"""The indicators once more, slow and plain, written from their definitions: what the views are held to."""
