"""PostgreSQL as Django speaks to it; what tests that commit leave behind is put right quickly."""
