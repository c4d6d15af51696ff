"""What the tabs of a dossier show, one file each; ``ka_crm.pages.dossier`` lists them."""
