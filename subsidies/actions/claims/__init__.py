"""The way of a claim: confirmed, checked, reviewed, published, released, paid; or returned with a reason."""

from subsidies.actions.claims.confirming import confirm_claim
from subsidies.actions.claims.noticing import publish_claims
from subsidies.actions.claims.passing import pass_claims, return_claim
from subsidies.actions.claims.paying import export_batch

__all__ = ["confirm_claim", "export_batch", "pass_claims", "publish_claims", "return_claim"]
