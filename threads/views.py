"""Pages of groups and threads. They work without JavaScript; what is public is for everyone."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import queries as catalog
from negotiation_hub.kernel import clock, crypto
from negotiation_hub.kernel.refusals import NotFound, Refusal
from negotiation_hub.kernel.render import render_message, to_text
from negotiation_hub.people.models import User
from threads import feeds, following, moving, posts, queries, services, structured
from threads.forms import PostForm, QuestionForm, TopicForm
from threads.mails import LEAVE_TOKEN
from threads.models import Follow, Group, Thread
from threads.queries import Seat

_SEQ_DIGITS: Final = 15  # of an event's number: below 2^53


class PersonRequest(HttpRequest):
    """A request of a person who signed in."""

    user: User


# -- pages -------------------------------------------------------------------------------------------------


@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """All groups that this person may read."""
    return render(request, "threads/groups.html", {"groups": queries.groups_for(_viewer(request))})


@require_safe
def group(request: HttpRequest, name: str) -> HttpResponse:
    """A group: what it is for, and its topics, the one with the newest post first."""
    return _group_page(request, queries.group_for(_viewer(request), name), TopicForm(auto_id="topic_%s"))


@require_safe
def feed(request: HttpRequest, name: str) -> HttpResponse:
    """The group's Atom feed. Only of a public group: feed readers do not sign in."""
    text = feeds.atom(queries.group_for(None, name), request.build_absolute_uri)
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")


@require_safe
def topic(request: HttpRequest, name: str, thread: UUID, slug: str) -> HttpResponse:
    """A thread in a group."""
    found = queries.thread_for(_viewer(request), thread)
    if request.path != found.thread.get_absolute_url():
        return redirect(found.thread, permanent=found.thread.group is not None)
    return _thread_page(request, found, PostForm(auto_id="reply_%s"))


@login_required
@require_safe
def private(request: PersonRequest, thread: UUID) -> HttpResponse:
    """A thread among a few people."""
    found = queries.thread_for(request.user, thread)
    if found.thread.group is not None:
        return redirect(found.thread)
    return _thread_page(request, found, PostForm(auto_id="reply_%s"))


@login_required
@require_safe
def mine(request: PersonRequest) -> HttpResponse:
    """The threads that a person is in or follows."""
    page = queries.threads_of(request.user, before=request.GET.get("before", ""))
    context = {"page": page, "unread": queries.unread_of(request.user, page.threads)}
    return render(request, "threads/mine.html", context)


def _group_page(request: HttpRequest, found: Group, form: TopicForm, status: int = 200) -> HttpResponse:
    viewer = _viewer(request)
    context = {
        "group": found,
        "charter": render_message(found.charter),
        "about": to_text(found.charter),
        "page": queries.topics_of(found, before=request.GET.get("before", "")),
        "form": form if viewer is not None else None,
        "level": queries.group_level(viewer, found) if viewer is not None else "",
        "levels": Follow.Level.choices,
    }
    return render(request, "threads/group.html", context, status=status)


def _thread_page(request: HttpRequest, seat: Seat, form: PostForm, status: int = 200) -> HttpResponse:
    viewer, thread = _viewer(request), seat.thread
    page = posts.page_of(thread, viewer, before=_number(request.GET.get("before", "")))
    listing = queries.listing_of(viewer, thread)
    public = thread.group is not None and thread.group.is_public
    context = {
        "thread": thread,
        "group": thread.group,
        "seat": seat,
        "page": page,
        "form": form if seat.may_post else None,
        "listing": listing,
        "room": queries.room_of(viewer, thread),
        "level": queries.follow_of(viewer, thread).level if viewer is not None else "",
        "levels": Follow.Level.choices,
        "people": queries.thread_state(thread)["people"],
        "public": public,
        "about": to_text(page.entries[0].text) if page.entries else "",
        "json_ld": structured.discussion(thread, page.entries, listing, request.build_absolute_uri)
        if public
        else "",
    }
    return render(request, "threads/thread.html", context, status=status)


# -- what people do ----------------------------------------------------------------------------------------


@login_required
@require_POST
def start_topic(request: PersonRequest, name: str) -> HttpResponse:
    """A new topic in a group."""
    form = TopicForm(request.POST, auto_id="topic_%s")
    made = _made(form, lambda data: services.start_topic(actor=request.user, group_name=name, **data))
    if made is not None:
        return redirect(made)
    return _group_page(request, queries.group_for(request.user, name), form, status=422)


@login_required
@require_http_methods(["GET", "POST"])
def ask(request: PersonRequest, listing: UUID) -> HttpResponse:
    """A question on a listing."""
    about = catalog.published_listing(listing)
    form = QuestionForm(request.POST if request.method == "POST" else None, auto_id="ask_%s")
    made = _made(form, lambda data: services.ask(actor=request.user, listing_id=listing, **data))
    if made is not None:
        messages.success(request, _("Your question is public. You get each answer by mail."))
        return redirect(made)
    status = 422 if form.is_bound else 200
    return render(request, "threads/ask.html", {"form": form, "listing": about}, status=status)


def _made(form: TopicForm, make: Callable[[dict[str, Any]], Thread]) -> Thread | None:
    """The thread, or None when the form says why not."""
    if not form.is_valid():
        return None
    data = form.cleaned_data
    named = {"subject": data["subject"], "text": data["text"], "thread_id": data["id"], "now": clock.now()}
    try:
        return make(named)
    except NotFound:
        raise
    except Refusal as refusal:
        form.add_error("subject" if refusal.code == "thread.subject" else "text", _(refusal.message))
        return None


@login_required
@require_POST
def post(request: PersonRequest, thread: UUID) -> HttpResponse:
    """One more post."""
    seat = queries.thread_for(request.user, thread)
    form = PostForm(request.POST, auto_id="reply_%s")
    if form.is_valid():
        try:
            answer = services.post(
                actor=request.user,
                thread_id=thread,
                text=form.cleaned_data["text"],
                command=form.cleaned_data["id"],
                now=clock.now(),
            )
        except Refusal as refusal:
            form.add_error("text", _(refusal.message))
        else:
            return HttpResponseRedirect(f"{seat.thread.get_absolute_url()}#p{answer.seq}")
    return _thread_page(request, seat, form, status=422)


@login_required
@require_POST
def follow(request: PersonRequest, thread: UUID) -> HttpResponse:
    """How to hear of a thread."""
    following.follow(actor=request.user, thread_id=thread, level=_level(request))
    messages.success(request, _("Saved."))
    return redirect(queries.thread_for(request.user, thread).thread)


@login_required
@require_POST
def follow_group(request: PersonRequest, name: str) -> HttpResponse:
    """How to hear of a group's topics."""
    found = following.follow_group(actor=request.user, name=name, level=_level(request))
    messages.success(request, _("Saved."))
    return redirect(found)


@login_required
@require_POST
def resolve(request: PersonRequest, thread: UUID) -> HttpResponse:
    """Nobody waits for an answer any more."""
    services.resolve(actor=request.user, thread_id=thread, now=clock.now())
    return redirect(queries.thread_for(request.user, thread).thread)


@login_required
@require_POST
def reopen(request: PersonRequest, thread: UUID) -> HttpResponse:
    """Somebody does."""
    services.reopen(actor=request.user, thread_id=thread, now=clock.now())
    return redirect(queries.thread_for(request.user, thread).thread)


@login_required
@require_POST
def take_to_room(request: PersonRequest, thread: UUID) -> HttpResponse:
    """To the private room; the second click finds that of the first."""
    room = moving.take_to_room(actor=request.user, thread_id=thread, now=clock.now())
    return redirect("rooms:room", room_id=room.pk)


@login_required
@require_POST
def mark_read(request: PersonRequest, thread: UUID) -> HttpResponse:
    """The page says how far it was read."""
    seq = _number(request.POST.get("seq", "")) or 0
    following.mark_read(actor=request.user, thread_id=thread, seq=seq)
    return HttpResponse(status=204)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Stops the mails of a thread, for whoever holds the link. A mail program may POST it by one click.

    Exempt from CSRF: the token is the permission, and no mail program has a cookie of ours (RFC 8058).
    """
    try:
        number = crypto.read_token(LEAVE_TOKEN, token, now=clock.now())["follow"]
    except crypto.BadToken:
        raise NotFound(_("This link is not valid any more.")) from None
    if request.method == "POST":
        row = following.leave(follow_id=number)
    else:
        row = Follow.objects.select_related("thread__group", "user").filter(pk=number).first()
    if row is None:
        raise NotFound(_("This link is not valid any more."))
    return render(request, "threads/leave.html", {"row": row, "left": row.level == Follow.Level.NONE})


def _number(text: str) -> int | None:
    """The number of an event; None for what cannot be one."""
    return int(text) if text.isdecimal() and len(text) <= _SEQ_DIGITS else None


def _level(request: HttpRequest) -> str:
    level = request.POST.get("level", "")
    return level if level in Follow.Level.values else Follow.Level.WEB


def _viewer(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) and request.user.is_authenticated else None
