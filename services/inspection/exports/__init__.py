"""What is on a page as a file: CSV, XLSX, PDF and DOCX from one plain table, with its filters and the time of its data."""
