"""Pages for buyers, behind signed links."""
