"""The address of the bytes of a counted download: resumed, ended, handed out by others, and told of."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from negotiation_hub.kernel import files
from negotiation_hub.people.models import Membership
from orders import services
from orders.models import DownloadGrant
from tests.orders.three import Three, browser


def test_an_address_of_bytes_ends_with_the_grant_and_with_the_membership(three: Three) -> None:
    three.paid()
    token = three.take()
    DownloadGrant.objects.update(expires_at=three.deal.now + timedelta(seconds=60))
    with pytest.raises(services.DownloadExpired):
        services.fetch(token=token, now=three.deal.now + timedelta(seconds=60))
    Membership.objects.filter(user=three.deal.ben, organisation=three.deal.buyer).delete()
    with pytest.raises(services.DownloadLinkInvalid):
        services.fetch(token=token, now=three.deal.now)


def test_a_broken_download_is_resumed_by_range_and_counts_once(three: Three) -> None:
    three.paid()
    path, whole = f"/orders/files/{three.take()}/", files.read(three.grant.file)
    first = Client().get(path)
    etag = first["ETag"]
    assert (first.status_code, first["Accept-Ranges"], first.getvalue()) == (200, "bytes", whole)
    rest = Client().get(path, headers={"Range": "bytes=5-", "If-Range": etag})
    assert (rest.status_code, rest.getvalue()) == (206, whole[5:])
    assert rest["Content-Range"] == f"bytes 5-{len(whole) - 1}/{len(whole)}"
    changed = Client().get(path, headers={"Range": "bytes=5-", "If-Range": '"other"'})
    assert (changed.status_code, changed.getvalue()) == (200, whole)
    beyond = Client().get(path, headers={"Range": f"bytes={len(whole)}-"})
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(whole)}")
    head = Client().head(path, headers={"Range": "bytes=5-"})
    assert (head.status_code, head["Content-Length"], head.content) == (200, str(len(whole)), b"")
    assert three.taken == 1


def test_nginx_is_told_where_the_bytes_are(three: Three, settings: Any) -> None:
    three.paid()
    settings.FILES_SERVE = "x-accel"
    served = Client().get(f"/orders/files/{three.take()}/")
    sha256 = three.grant.file.sha256
    assert served["X-Accel-Redirect"] == f"/-/files/{sha256[:2]}/{sha256}"
    assert served["Content-Disposition"] == 'attachment; filename="curves-1.csv"'
    assert served.content == b""


def test_the_page_tells_when_and_names_the_buyers_people_to_the_buyer_alone(three: Three) -> None:
    deal = three.paid().deal
    three.take()
    deal.pass_time(minutes=5)
    three.take()
    mine = browser(deal.ben).get(three.url("order")).content.decode()
    theirs = browser(deal.sol).get(three.url("order")).content.decode()
    for html in (mine, theirs):
        log = html.split("Downloads so far")[1].split("</details>")[0]
        assert log.count("<time") == 2
        assert ("Ben Person" in log) == (html is mine)
