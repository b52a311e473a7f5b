"""The four independent services; none imports another (see docs/explanation/architecture.md)."""
