"""What shows that work was done, what the buyer says against it, and the money of each milestone."""

from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from orders import audit, services
from orders.models import PartReceipt, Receipt, WorkDispute, WorkProof
from tests.orders.deal import Deal
from tests.orders.services import Visit
from tests.orders.test_audit import problems, without_guards
from tests.orders.test_proofs import picture
from tests.orders.test_rest import call
from tests.orders.three import Three, browser, line


@pytest.fixture
def service(deal: Deal) -> Three:
    """An order of one service alone, paid."""
    return Three.made(deal, ("service",)).paid()


def report(three: Three, *files: tuple[str, bytes], note: str = "Measured at full load") -> Any:
    uploads = [SimpleUploadedFile(name, data) for name, data in files]
    data = {"note": note, "proofs": uploads}
    return browser(three.deal.max).post(three.url("report", three.work.pk), data)


def test_the_seller_reports_with_a_note_and_what_shows_it_and_both_sides_see_it(service: Three) -> None:
    deal = service.deal
    answer = report(service, ("hall.jpg", picture()), ("log.csv", b"head,flow\n1,2\n"))
    assert answer.status_code == 302
    shown, paper = WorkProof.objects.order_by("id")
    assert (shown.is_picture, paper.is_picture, paper.name) == (True, False, "log.csv")
    for who in (deal.ben, deal.sol):
        html = browser(who).get(service.url("order")).content.decode()
        assert "Measured at full load" in html
        assert "log.csv" in html
        answer = browser(who).get(service.url("work_proof", shown.pk))
        assert answer["Content-Type"] == "image/webp"
        assert b"taken at home" not in answer.content
    answer = browser(deal.ben).get(service.url("work_proof", paper.pk))
    assert answer.content == b"head,flow\n1,2\n"
    assert "attachment" in answer["Content-Disposition"]
    assert browser(deal.cleo).get(service.url("work_proof", paper.pk)).status_code == 404
    assert deal.wrote(deal.ben, "Measured at full load") == 1
    assert list(audit.check()) == []


def test_the_same_file_again_is_there_once(service: Three) -> None:
    for _ in range(2):
        assert report(service, ("hall.jpg", picture())).status_code == 302
    assert WorkProof.objects.count() == 1


@pytest.mark.parametrize("data", [b"<html><script>x</script>", b"", b"MZ\x90\x00" + bytes(99)])
def test_what_is_no_picture_and_no_paper_is_refused_and_the_note_is_kept(service: Three, data: bytes) -> None:
    answer = report(service, ("what.bin", data or b"\0"))
    assert answer.status_code == 422
    assert "Measured at full load" in answer.content.decode()
    assert (service.work.status, WorkProof.objects.count()) == ("open", 0)


def test_who_is_not_the_seller_shows_nothing(service: Three) -> None:
    for who, refusal in ((service.deal.ben, NotPermitted), (service.deal.cleo, NotFound)):
        with pytest.raises(refusal):
            services.add_work_proof(
                work_id=service.work.pk, actor=who, data=picture(), name="x.jpg", now=service.deal.now
            )


def test_received_work_takes_no_more_proofs_and_a_milestone_has_so_many(
    service: Three, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PROOFS_PER_MILESTONE_MAX", 1)
    report(service, ("a.csv", b"a,b\n1,2\n"))
    more: dict[str, Any] = {
        "actor": service.deal.max,
        "data": b"a,b\n3,4\n",
        "name": "b.csv",
        "now": service.deal.now,
    }
    with pytest.raises(services.WorkProofsTooMany):
        services.add_work_proof(work_id=service.work.pk, **more)
    service.receive()
    with pytest.raises(services.WorkState):
        services.add_work_proof(work_id=service.work.pk, **more)


def test_a_proof_that_was_changed_is_found(service: Three) -> None:
    report(service, ("a.csv", b"a,b\n1,2\n"), ("b.csv", b"a,b\n3,4\n"))
    first, second = WorkProof.objects.order_by("id")
    without_guards("orders_workproof")
    WorkProof.objects.filter(pk=first.pk).update(file=second.file_id)
    assert any(f"proof {first.pk}" in one for one in problems())


def test_a_disputed_work_is_not_received_by_silence_until_it_is_taken_back(service: Three) -> None:
    deal = service.deal
    report(service)
    for _ in range(2):
        services.dispute_work(work_id=service.work.pk, actor=deal.ben, reason="It leaks", now=deal.now)
    assert (WorkDispute.objects.count(), deal.wrote(deal.sol, "It leaks")) == (1, 1)
    deal.pass_time(seconds=limits.RECEIPT_SILENCE_S + 60)
    assert not Receipt.objects.exists()
    assert "disputes" in browser(deal.sol).get(service.url("order")).content.decode()
    services.withdraw_dispute(work_id=service.work.pk, actor=deal.ben, now=deal.now)
    deal.pass_time(seconds=limits.RECEIPT_SILENCE_S + 60)
    assert Receipt.objects.get().by is None
    assert list(audit.check()) == []


def test_receiving_or_asking_for_changes_ends_a_dispute(service: Three) -> None:
    deal = service.deal
    report(service)
    services.dispute_work(work_id=service.work.pk, actor=deal.ben, reason="It leaks", now=deal.now)
    service.ask("Please seal it")
    assert WorkDispute.objects.get().end == "changes"
    report(service, note="Sealed")
    services.dispute_work(work_id=service.work.pk, actor=deal.ben, reason="Still", now=deal.now)
    service.receive()
    assert WorkDispute.objects.filter(end="received").count() == 1
    assert deal.milestones.count("service.dispute_ended") == 2
    assert list(audit.check()) == []


def test_open_work_is_disputed_only_where_the_seller_did_not_come(deal: Deal) -> None:
    visit = Visit.booked(deal).agreed(3)
    with pytest.raises(services.DisputeState):
        services.dispute_work(work_id=visit.piece.pk, actor=deal.ben, reason="Late", now=deal.now)
    deal.pass_time(days=4)
    services.miss(appointment_id=visit.row.pk, actor=deal.max, reason="Nobody opened", now=deal.now)
    with pytest.raises(services.DisputeState):
        services.dispute_work(work_id=visit.piece.pk, actor=deal.ben, reason="Late", now=deal.now)
    with pytest.raises(NotPermitted):
        services.dispute_work(work_id=visit.piece.pk, actor=deal.max, reason="Late", now=deal.now)


def test_each_milestone_releases_its_share_once_and_together_they_release_all(deal: Deal) -> None:
    deal.lines = [line("service", "Start-up", total=60_000), line("service", "Training", total=40_000)]
    deal.order_id = deal.agree().pk
    deal.place()
    deal.authorize()
    released = []
    for work in deal.order.work.all():
        services.report_work(work_id=work.pk, actor=deal.max, note="Done", now=deal.now)
        deal.work()
        for _ in range(2):
            services.receive_work(work_id=work.pk, actor=deal.ben, now=deal.now)
            deal.work()
        released.append(deal.money.released)
    assert released == [60_000, 100_000]
    assert PartReceipt.objects.count() == 2
    assert deal.money.held == 0
    assert list(audit.check()) == []


def test_all_of_it_by_rest(deal: Deal) -> None:
    visit = Visit.booked(deal)
    seller, buyer = partial(call, deal, deal.max, "POST"), partial(call, deal, deal.ben, "POST")
    at = visit.in_days(3).isoformat()
    body = {
        "line": str(visit.line.pk),
        "times": [at],
        "minutes": 60,
        "zone": "Europe/Madrid",
        "place": "Hall",
    }
    _, made = seller("appointments/times", body)
    times = f"appointments/times/{made['proposals'][0]['id']}"
    assert seller(f"{times}/take", {"at": at})[0] == 403
    _, taken = buyer(f"{times}/take", {"at": at})
    assert (taken["status"], taken["sequence"], "BEGIN:VEVENT" in taken["calendar"]) == ("agreed", 1, True)
    status, early = buyer(f"appointments/{taken['id']}/missed", {"reason": "Nobody came"})
    assert (status, early["code"]) == (409, "appointment.state")
    work = f"milestones/{visit.piece.pk}"
    assert seller(f"{work}/report", {"note": "Runs"})[1]["status"] == "reported"
    assert buyer(f"{work}/dispute", {"reason": "It leaks"})[1]["disputes"][0]["reason"] == "It leaks"
    assert buyer(f"{work}/dispute/withdraw")[0] == 200
    _, whole = call(deal, deal.ben, "GET", f"orders/{deal.order_id}")
    assert whole["milestones"][0]["disputes"][0]["end"] == "withdrawn"
    assert whole["appointments"][0]["place"] == "Hall"
