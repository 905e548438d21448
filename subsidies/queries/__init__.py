"""Reading the ledger, the claims and the facts they rest on."""
