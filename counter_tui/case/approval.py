"""Free postage on a proof the rules do not know: a supervisor approves it at the case, or later.

What is approved is the very body that goes to the centre, by its hash, for this application only.
Another proof or another parcel is another body, and its approval is missing again.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from counter_tui.case.draft import Draft
from intake.decision import Decision


def waiver_body(parcel: int, proof: str) -> bytes:
    """What the centre is sent about one parcel."""
    body = {"parcel": parcel, "ground": "other", "proof": proof}
    return json.dumps(body, ensure_ascii=False).encode()


def to_waive(draft: Draft, decision: Decision | None) -> dict[int, bytes]:
    """The bodies of the waivers that the case asks for, by parcel."""
    postage = [fee for fee in (decision.fees if decision else ()) if fee.ledger == "carrier"]
    if not draft.other_proof:
        return {}
    return {
        parcel: waiver_body(parcel, draft.other_proof)
        for parcel, fee in enumerate(postage)
        if not fee.waived
    }


def approvals(draft: Draft, decision: Decision | None) -> dict[int, str]:
    """The signed approvals there are, by parcel."""
    signed: Mapping[str, str] = draft.waiver_approval.get("signed", {})
    found = {
        parcel: signed.get(hashlib.sha256(body).hexdigest())
        for parcel, body in to_waive(draft, decision).items()
    }
    return {parcel: token for parcel, token in found.items() if token}


def is_approved(draft: Draft, decision: Decision | None) -> bool:
    """Whether everything that is asked for is approved."""
    asked = to_waive(draft, decision)
    return bool(asked) and len(approvals(draft, decision)) == len(asked)


def carrier_due(draft: Draft, decision: Decision) -> int:
    """What is to be paid for postage once the approved waivers are taken off. Whole yuan."""
    postage = [fee for fee in decision.fees if fee.ledger == "carrier"]
    off = sum(postage[parcel].amount for parcel in approvals(draft, decision))
    return decision.totals.carrier - off


def with_approval(draft: Draft, by: str, name: str, signed: Mapping[str, str]) -> Draft:
    """The draft with a supervisor's approvals, by the hash of what each approves."""
    return replace(draft, waiver_approval={"by": by, "name": name, "signed": dict(signed)})
