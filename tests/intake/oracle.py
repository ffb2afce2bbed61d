"""The sample pack's rows once more, as plain code written apart from the engine and from the TOML.

Only tests use it: two readings of the same page that disagree show a mistake in one of them.
"""

import re
from datetime import date, timedelta
from typing import Any

import chinese_calendar

Case = dict[str, Any]
Asked = tuple[str, int | None, str, str | None]


def core(code: str) -> Asked:
    return (code, None, "core", None)


def working_day(day: date) -> bool:
    if 2017 <= day.year <= 2026:
        return bool(chinese_calendar.is_workday(day))
    fixed = [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)]
    return day.weekday() < 5 and (day.month, day.day) not in fixed


def add_days(start: date, count: int) -> tuple[str, bool]:
    day, unpublished = start, False
    while count:
        day += timedelta(1)
        if working_day(day):
            count -= 1
            unpublished = unpublished or day.year > 2026
    return str(day), unpublished


def age_of(born: date, on: date) -> int:
    try:
        birthday = born.replace(year=on.year)
    except ValueError:
        birthday = date(on.year, 2, 28)
    return on.year - born.year - (on < birthday)


def scope(c: Case, i: Case, on: str, hukou: str, permit: bool, narrow: bool) -> str:
    codes = [e["code"] for e in i["endorsements"]]
    kind = c["site"]["kind"]
    if hukou == "other" and not permit and on <= "2019-03-31":
        return "refuse"
    if kind in ("police_station", "mobile_visit"):
        if hukou == "other":
            return "refer"
        if "S" in codes and on >= "2017-12-11":
            return "refer"
        if set(codes) - {"L", "G", "S"} or ("G" in codes and hukou == "sichuan"):
            return "refer"
    if narrow and kind == "police_station" and on >= "2023-01-08":
        if c["applicant"]["registered_functionary"] == "consent_needed":
            return "refer"
        if hukou != "chengdu" or i["kind"] != "first":
            return "refer"
        if i["document"] == "tw_permit" and codes:
            return "refer"
    return "accept"


def materials(
    c: Case, accepted: list[int], age: int, hukou: str, on: str
) -> tuple[list[list[Any]], list[str]]:
    """Lines [code, item, class, status or None] and warning codes."""
    a, given, looked = c["applicant"], c["materials"], c["lookups"]
    asked: list[tuple[str, int | None, str, str | None]] = [core("application_form")]
    kinds = [c["items"][n]["kind"] for n in accepted]
    makes = any(k not in ("endorse", "annotate") for k in kinds)
    here = given.get("guardian_present") == "present"
    letter = given.get("delegation_letter") == "present"
    if makes:
        asked.append(core("photo"))
        if age >= 16:
            asked.append(core("fingerprints"))
    if age < 16:
        if here:
            asked += [
                core("guardian_present"),
                core("guardian_identity"),
            ]
        elif letter:
            asked += [
                core("delegation_letter"),
                core("agent_identity"),
            ]
        else:
            asked.append(core("guardian_present"))
        asked.append(("guardianship_proof", None, "secondary", "guardianship"))
    if a["registered_functionary"] == "consent_needed":
        asked.append(core("unit_consent"))
    if a["military"]:
        asked.append(core("military_consent"))
    if hukou == "other" and on <= "2019-03-31":
        asked += [
            ("residence_permit", None, "core", "residence"),
            core("hukou_booklet"),
        ]
    if a["hukou_code"][:4] in ("5132", "5133") or a["hukou_code"] == "513422":
        asked.append(core("government_opinion"))
    for n in accepted:
        i = c["items"][n]
        codes = {e["code"] for e in i["endorsements"]}
        if i["kind"] in ("renew", "reissue_damaged", "annotate", "endorse"):
            asked.append(("current_document", n, "core", None))
        if i["kind"] == "reissue_lost":
            asked.append(("loss_statement", n, "secondary", None))
        if "T" in codes:
            asked.append(("kinship_proof", n, "secondary", "kinship"))
        if codes & set("DYFXCR"):
            asked.append(("reason_papers", n, "core", None))
        elif "Q" in codes:
            asked.append(("reason_papers", n, "secondary", None))
        if "S" in codes:
            for code, lookup in (
                ("business_licence", "business_registry"),
                ("tax_registration", "tax"),
                ("social_insurance_list", "social_insurance"),
            ):
                down = looked.get(lookup) == "unavailable" and i["materials"].get(code) != "present"
                asked.append((code, n, "secondary" if down else "core", lookup))
    warnings = []
    evidence = a["identity_evidence"]
    state = {"chip": "verified", "temporary_card": "present"}.get(evidence)
    if evidence == "hukou_booklet" and age < 16:
        state = "present"
    if evidence == "temporary_card":
        warnings.append("temporary_card")
    if a["registered_functionary"] == "unavailable":
        warnings.append("functionary_unavailable")
    lines: list[list[Any]] = [["identity_read", None, "core", state]]
    for code, n, class_, lookup in asked:
        papers = given if n is None else c["items"][n]["materials"]
        status = "present" if papers.get(code) == "present" else None
        answer = looked.get(lookup) if lookup else None
        if answer == "matched":
            status = "verified"
        if answer == "mismatch":
            class_ = "core"
            warnings += ["lookup_mismatch"] * ("lookup_mismatch" not in warnings)
        lines.append([code, n, class_, status])
    core_missing = any(line[2] == "core" and line[3] is None for line in lines)
    for line in lines:
        if line[3] is None:
            follows = line[2] == "secondary" and not core_missing and c["deferral_agreed"]
            line[3] = "deferred" if follows else "missing"
    return lines, warnings


def endorsement_fee(e: Case) -> int:
    if e["entries"] != "multiple":
        return {"single": 15, "double": 30}[e["entries"]]
    if e["region"] == "TW":
        return 80
    return {"3m": 80, "6m": 80, "1y": 80, "2y": 120}.get(e["validity"], 240)


def decide(c: Case, narrow: bool) -> Case:
    """The decision without reasons and sentences."""
    a, on = c["applicant"], c["accepted_on"]
    day = date.fromisoformat(on)
    age = age_of(date.fromisoformat(a["birth_date"]), day)
    code = a["hukou_code"]
    hukou = "chengdu" if code[:4] == "5101" else "sichuan" if code[:2] == "51" else "other"
    p = a["residence_permit"]
    permit = bool(p) and p["place_code"][:4] == "5101" and (p.get("valid_to") or "9999") >= on
    outcomes = [scope(c, i, on, hukou, permit, narrow) for i in c["items"]]
    accepted = [n for n, outcome in enumerate(outcomes) if outcome == "accept"]
    lines, warnings = materials(c, accepted, age, hukou, on) if accepted else ([], [])
    waiting = {line[1] for line in lines if line[3] in ("deferred", "missing")}
    items, fees, posted = [], [], []
    for n, (i, outcome) in enumerate(zip(c["items"], outcomes, strict=True)):
        if outcome != "accept":
            items.append(
                (outcome, "district_hall" if outcome == "refer" else None, None, None, False, False)
            )
            continue
        codes = [e["code"] for e in i["endorsements"]]
        forms = {e.get("document_form", "card") for e in i["endorsements"]}
        small = i["kind"] in ("endorse", "annotate")
        years = None if small else 5 if age < 16 else 10
        done = None not in waiting and n not in waiting
        site = c["site"]["kind"]
        instant = (
            done
            and i["kind"] == "endorse"
            and set(codes) <= {"L", "G"}
            and a["registered_functionary"] == "not_needed"
            and (
                (
                    site == "city_centre"
                    and forms == {"booklet"}
                    and (hukou == "chengdu" or permit)
                    and on <= "2019-09-13"
                )
                or (site in ("district_hall", "city_centre") and forms == {"card"})
            )
        )
        ready, provisional = None, False
        if instant:
            ready = on
        elif done and hukou == "other":
            ready = str(day + timedelta(20 if on >= "2018-05-01" else 30))
        elif done:
            short = i["kind"] == "endorse" or on >= "2018-09-01"
            ready, provisional = add_days(day, 7 if short else 10)
        items.append(("accept", None, years, ready, provisional, instant))
        if not instant:
            posted.append((n, ready))
        if i["kind"] == "annotate":
            fees.append(("annotation", n, 20))
        elif i["kind"] != "endorse":
            cut = "2020-01-01" if i["document"] == "tw_permit" else "2019-07-01"
            before, after = (160, 120) if i["document"] == "passport" else (80, 60)
            fees.append((i["document"], n, after if on >= cut else before))
        fees += [("endorsement", n, endorsement_fee(e)) for e in i["endorsements"]]
    parcels = []
    if c["delivery"]["method"] == "post" and posted:
        groups = [posted] if c["delivery"]["combined"] else [[one] for one in posted]
        for group in groups:
            days = [ready for _, ready in group]
            parcels.append(([n for n, _ in group], None if None in days else max(days)))
    statuses = {line[3] for line in lines}
    outcome = (
        "refuse"
        if "refuse" in outcomes
        else "refer"
        if "refer" in outcomes
        else "incomplete"
        if "missing" in statuses
        else "accept_with_deferral"
        if "deferred" in statuses
        else "accept"
    )
    deferred = [(line[0], line[1]) for line in lines if line[3] == "deferred"]
    return {
        "outcome": outcome,
        "items": items,
        "materials": sorted(map(str, lines)),
        "warnings": sorted(warnings),
        "fees": fees,
        "waiver": waiver(c, age, on) if parcels else None,
        "postage": (22 if on <= "2018-04-30" else 10) if parcels else None,
        "parcels": parcels,
        "deferrals": sorted((*map(str, one), *add_days(day, 5)) for one in deferred),
    }


def waiver(c: Case, age: int, on: str) -> tuple[str, str] | None:
    if on < "2018-05-01":
        return None
    if age >= 60:
        return ("age", "identity_read")
    answer, number = c["lookups"].get("disability"), c["applicant"]["disability_certificate"]
    if answer == "matched":
        return ("disability", "disability_lookup")
    # The numbers that the tests use have right check characters.
    form = r"\d{17}[\dX][1-7][1-4](B[1-9]\d?)?"
    own = number and re.fullmatch(form, number) and number[:18] == c["applicant"]["number"]
    return ("disability", "disability_certificate") if own and answer != "mismatch" else None
