"""One person, many accounts: customers who ask and agents who answer."""
