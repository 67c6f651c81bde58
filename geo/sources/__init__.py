"""What an office really has, read into canonical frames."""
