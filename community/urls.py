"""Which addresses lead into the neighbors' room?"""

from django.urls import path

from community.views import leads, moderation, own, people, room, talk

app_name = "community"

urlpatterns = [
    path("neighbors/", room.room, name="room"),
    path("neighbors/new/", talk.new, name="new"),
    path("neighbors/people/", people.people, name="people"),
    path("neighbors/people/<int:other_id>/unmute/", people.unmute, name="unmute"),
    path("neighbors/people/<int:other_id>/unblock/", people.unblock, name="unblock"),
    path("neighbors/reports/", own.reports, name="reports"),
    path("neighbors/removed/", own.removed, name="removed"),
    path("neighbors/removed/<int:removal_id>/appeal/", own.appeal, name="appeal"),
    path("neighbors/lead/", leads.lead, name="lead"),
    path("neighbors/lead/offer/", leads.offer, name="offer"),
    path("neighbors/lead/step-down/", leads.step_down, name="step_down"),
    path("neighbors/lead/<int:lead_id>/name/", leads.name_lead, name="name_lead"),
    path("neighbors/lead/<int:lead_id>/end/", leads.end_lead, name="end_lead"),
    path("neighbors/lead/reports/<int:report_id>/", leads.decide_report, name="decide_report"),
    path("neighbors/lead/reports/<int:report_id>/picture/", leads.report_picture, name="report_picture"),
    path("neighbors/lead/appeals/<int:removal_id>/", leads.decide_appeal, name="decide_appeal"),
    path("neighbors/lead/appeals/<int:removal_id>/picture/", leads.appeal_picture, name="appeal_picture"),
    path("neighbors/<int:post_id>/", talk.post, name="post"),
    path("neighbors/<int:post_id>/picture/", talk.picture, name="picture"),
    path("neighbors/<int:post_id>/comment/", talk.comment, name="comment"),
    path("neighbors/<int:post_id>/thank/", talk.thank, name="thank"),
    path("neighbors/<int:post_id>/delete/", talk.delete, name="delete"),
    path("neighbors/<int:post_id>/report/", own.report, name="report"),
    path("neighbors/<int:post_id>/comments/<int:comment_id>/delete/", talk.delete_comment, name="delete_comment"),
    path("neighbors/<int:post_id>/comments/<int:comment_id>/report/", own.report, name="report_comment"),
    path("neighbors/<int:post_id>/people/<int:other_id>/mute/", people.mute, name="mute"),
    path("neighbors/<int:post_id>/people/<int:other_id>/block/", people.block, name="block"),
    path("moderation/", moderation.moderation, name="moderation"),
    path("moderation/leads/<int:lead_id>/name/", moderation.moderator_names_lead, name="moderator_names_lead"),
    path("moderation/leads/<int:lead_id>/end/", moderation.moderator_ends_lead, name="moderator_ends_lead"),
    path("moderation/reports/<int:report_id>/", moderation.moderate_report, name="moderate_report"),
    path(
        "moderation/reports/<int:report_id>/picture/",
        moderation.moderate_report_picture,
        name="moderate_report_picture",
    ),
    path("moderation/appeals/<int:removal_id>/", moderation.moderate_appeal, name="moderate_appeal"),
    path(
        "moderation/appeals/<int:removal_id>/picture/",
        moderation.moderate_appeal_picture,
        name="moderate_appeal_picture",
    ),
]
