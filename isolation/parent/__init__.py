"""What stands in this process for a submission that lives in another, and answers for it."""
