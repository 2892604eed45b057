"""Claims: what a text claims - indicator, kind, type, context and actions - assembled into records."""
