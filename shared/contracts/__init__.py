"""The published language: envelope, event types with their schemas and examples, strict fields."""
