"""Planning: scenarios, sites, targets and alliances; what a change would do. Pure."""
