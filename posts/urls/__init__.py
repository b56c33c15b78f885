"""Which addresses belong to `posts`? What residents and visitors open is in `readers`, what staff open in `desk`."""

from posts.urls import desk, readers

app_name = "posts"

urlpatterns = [*readers.urlpatterns, *desk.urlpatterns]
