"""What a RabbitMQ node of production is told: users with least rights, policies, exchanges and queues."""
