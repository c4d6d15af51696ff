"""Panels of the dossier that this room brings."""
