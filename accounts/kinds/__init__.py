"""Which entries a dossier is made of, part by part (see ``accounts.dossier_records``)."""
