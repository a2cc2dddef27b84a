"""Addresses of the catalogue: `home`, and `catalog:` for listings, sellers, and what crawlers ask for."""

from django.urls import include, path

from catalog import campaign_views, crawlers, place_views, subscription_views, views

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
    path("places/", place_views.place_list, name="places"),
    path("places/new/", place_views.add, name="add_place"),
    path("places/<uuid:place>/", place_views.show, name="place"),
    path("places/<uuid:place>/edit/", place_views.edit, name="edit_place"),
    path("places/<uuid:place>/close/", place_views.close, name="close_place"),
    path("sellers/<slug:slug>/", views.seller, name="seller"),
    path("sellers/<slug:slug>/edit/", views.edit_seller, name="edit_seller"),
    path("sellers/<slug:slug>/news/", subscription_views.subscribe, name="subscribe"),
    path("news/confirm/<str:token>/", subscription_views.confirm, name="confirm_news"),
    path("news/leave/<str:token>/", subscription_views.leave, name="leave_news"),
    path("c/<str:token>/", subscription_views.click, name="click"),
    path("campaigns/", campaign_views.campaign_list, name="campaigns"),
    path("campaigns/new/", campaign_views.create, name="create_campaign"),
    path("campaigns/<uuid:campaign>/", campaign_views.show, name="campaign"),
    path("campaigns/<uuid:campaign>/edit/", campaign_views.edit, name="edit_campaign"),
    path("campaigns/<uuid:campaign>/send/", campaign_views.send, name="send_campaign"),
    path("campaigns/<uuid:campaign>/pause/", campaign_views.pause, name="pause_campaign"),
    path("campaigns/<uuid:campaign>/resume/", campaign_views.resume, name="resume_campaign"),
    path("campaigns/<uuid:campaign>/cancel/", campaign_views.cancel, name="cancel_campaign"),
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
