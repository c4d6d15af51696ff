"""The lists that join master data with results: accounts and stores."""
