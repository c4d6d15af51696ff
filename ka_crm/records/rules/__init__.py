"""What holds for records, without a database."""
