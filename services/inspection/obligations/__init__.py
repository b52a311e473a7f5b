"""What agencies owe and who inherits it: the service's own view of open things, and the reorganisations that move them."""
