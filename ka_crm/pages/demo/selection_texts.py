"""What the people of the demo company wrote about key accounts; all of it is made up."""

EVIDENCE: dict[str, dict[str, tuple[str, ...]]] = {
    "need": {
        "yes": (
            "The category grew in the last two reviews; the buyer asked for a second tequila line.",
            "Two facings were added in spring; the shelf is empty on Saturdays.",
            "They asked for our premium range before the summer.",
        ),
        "partly": (
            "They want one premium brand more, not a range.",
            "Interested in gift packs for December only.",
        ),
    },
    "solvency": {
        "yes": (
            "Pays within terms; the balance sheet of last year lies with finance.",
            "No dunning in two years; the bank's reference is on file.",
            "Paid every invoice of the year by the due day.",
        ),
        "partly": (
            "Pays two weeks late in winter, all settled by March.",
            "New owner, no balance sheet yet; pays on delivery.",
        ),
        "no": ("Two cheques came back in September; finance asks for payment before delivery.",),
    },
    "decision_power": {
        "yes": (
            "The owner decides, and we sit with him every quarter.",
            "The category manager signs up to 50,000 alone; named in the contract.",
            "Lists are decided here, not by the cooperative.",
        ),
        "partly": (
            "The buyer proposes, head office signs.",
            "The partners have to agree; one of the two is with us.",
        ),
    },
}

REASONS = {
    "veto": "Filed for protection from creditors on 12 September; the court's notice is with finance.",
    "sales": "Grew most among the accounts that were not on the list",
    "ours": "For what it buys from us",
    "kept": "Opens two stores in spring; we have promised them the launch",
}

#: Customer, as what, state, evidence, budget.
NOMINATIONS = (
    (
        "PRAIRIE-MEADOWS", "image", "approved",
        "Bartenders of the region train here; its back bar is photographed in the trade press.", "",
    ),
    (
        "KARENS-SPIRITS-WINE", "expert", "open",
        "Tests every new bottle with her tasting club and tells us what to change before the launch.", "",
    ),
    (
        "DIVA-TEJ-GAS-FOOD", "budget", "open",
        "Remodels in January; the owner showed the approved purchase plan for spirits.", "24000.00",
    ),
)  # fmt: skip
