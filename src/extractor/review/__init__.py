"""What people see: the report, the live page, corrections and their way to Label Studio and back."""
