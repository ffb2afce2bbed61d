"""Who calls: assertions, proofs of possession, tokens, scope, approvals, limits."""
