"""How does a person hear of it? Channels: so far live events; e-mail and web push take their place here."""
