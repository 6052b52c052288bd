"""Mail: how each message is composed, and the outbox that sends what tables owe."""
