"""Addresses of the catalogue: `home`, and `catalog:` for listings, sellers, and what crawlers ask for."""

from django.urls import include, path

from catalog import crawlers, views

_catalog = [
    path("listings/", views.listings, name="listings"),
    path("listings/mine/", views.my_listings, name="mine"),
    path("listings/new/", views.create, name="create"),
    path("listings/<uuid:listing>/", views.listing, {"slug": ""}, name="listing_by_id"),
    path("listings/<uuid:listing>/edit/", views.edit, name="edit"),
    path("listings/<uuid:listing>/publish/", views.publish, name="publish"),
    path("listings/<uuid:listing>/archive/", views.archive, name="archive"),
    path("listings/<uuid:listing>/<slug:slug>/", views.listing, name="listing"),
    path("listings/<uuid:listing>/files/add/", views.add_files, name="add_files"),
    path("listings/files/<uuid:file>/remove/", views.remove_file, name="remove_file"),
    path("sellers/<slug:slug>/", views.seller, name="seller"),
    path("sellers/<slug:slug>/edit/", views.edit_seller, name="edit_seller"),
    path("pictures/<uuid:picture>/remove/", views.remove_picture, name="remove_picture"),
    path("files/pictures/<uuid:picture>/<str:size>.webp", views.picture, name="picture"),
    path("sitemap.xml", crawlers.sitemap, name="sitemap"),
    path("sitemaps/<str:what>.xml", crawlers.sitemap_part, {"after": None}, name="sitemap_first"),
    path("sitemaps/<str:what>/<uuid:after>.xml", crawlers.sitemap_part, name="sitemap_part"),
    path("robots.txt", crawlers.robots, name="robots"),
]
urlpatterns = [
    path("", views.home, name="home"),
    path("", include((_catalog, "catalog"))),
]
