"""Addresses of the catalogue: `home`, and `catalog:` for listings and their pictures."""

from django.urls import include, path

from catalog import views

_catalog = [
    path("listings/", views.listings, name="listings"),
    path("listings/mine/", views.my_listings, name="mine"),
    path("listings/new/", views.create, name="create"),
    path("listings/<uuid:listing>/", views.listing, {"slug": ""}, name="listing_by_id"),
    path("listings/<uuid:listing>/edit/", views.edit, name="edit"),
    path("listings/<uuid:listing>/publish/", views.publish, name="publish"),
    path("listings/<uuid:listing>/archive/", views.archive, name="archive"),
    path("listings/<uuid:listing>/<slug:slug>/", views.listing, name="listing"),
    path("pictures/<uuid:picture>/remove/", views.remove_picture, name="remove_picture"),
    path("files/pictures/<uuid:picture>/<str:size>.webp", views.picture, name="picture"),
]
urlpatterns = [
    path("", views.home, name="home"),
    path("", include((_catalog, "catalog"))),
]
