"""Addresses about oneself (`people:`) and the demo's doors (`demo:`)."""

from django.urls import include, path

from negotiation_hub.people import organisation_views, views

_people = [
    path("me/", views.profile, name="profile"),
    path("me/tokens/", views.create_token, name="create_token"),
    path("me/tokens/<uuid:token>/revoke/", views.revoke_token, name="revoke_token"),
    path("organisations/new/", views.create_organisation, name="create_organisation"),
    path("organisations/<slug:slug>/", organisation_views.show_organisation, name="organisation"),
    path("organisations/<slug:slug>/legal/", organisation_views.set_legal_facts, name="set_legal_facts"),
]
_demo = [
    path("sign-in", views.demo_sign_in, name="sign_in"),
    path("both/", views.demo_both, name="both"),
]
urlpatterns = [
    path("people/", include((_people, "people"))),
    path("demo/", include((_demo, "demo"))),
]
