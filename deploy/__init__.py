"""What runs the system somewhere: on this machine (`local`), in containers, in a cluster."""
