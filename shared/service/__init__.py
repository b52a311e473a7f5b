"""How a service is put together: settings, the context handed to every handler, assembly."""
