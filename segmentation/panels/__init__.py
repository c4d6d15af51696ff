"""What the tabs of a dossier show that results decide; `ka_crm.pages.dossier` lists them."""
