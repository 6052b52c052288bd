"""What teams' own programs are told, as Standard Webhooks (https://www.standardwebhooks.com)."""
