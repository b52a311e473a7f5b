"""What tests share: real servers on loopback and builders. The services never import it."""
