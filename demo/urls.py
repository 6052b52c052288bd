from django.urls import path

from demo import mailbox

urlpatterns = [
    path("demo/mail/", mailbox.mailbox, name="demo_mail"),
    path("demo/mail/<str:name>/", mailbox.message, name="demo_message"),
    path("demo/mail/<str:name>/html", mailbox.message_html, name="demo_message_html"),
]
