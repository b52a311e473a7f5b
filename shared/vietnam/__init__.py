"""What is particular to Viet Nam: its text, calendar and places."""
