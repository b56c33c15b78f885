"""Which addresses belong to `commands`?"""

from django.urls import path

from commands.views import staff, standing, verification, vouches
from commands.views.find import addresses, find
from commands.views.invitations import invitation
from commands.views.residency import mailing_address, residency, secret_residency, wait_for_area

app_name = "commands"

urlpatterns = [
    path("find/", find, name="find"),
    path("addresses/", addresses, name="addresses"),
    path("residency/", residency, name="residency"),
    path("residency/secret/", secret_residency, name="secret_residency"),
    path("residency/mailing-address/", mailing_address, name="mailing_address"),
    path("residency/wait/", wait_for_area, name="wait_for_area"),
    path("residency/code/", standing.code, name="code"),
    path("residency/letter/", standing.send_letter, name="send_letter"),
    path("residency/neighbors/", standing.ask_neighbors, name="ask_neighbors"),
    path("residency/address/", standing.keep_address, name="keep_address"),
    path("residency/boundary/", standing.follow_boundary, name="follow_boundary"),
    path("residency/leave/", standing.leave_neighborhood, name="leave_neighborhood"),
    path("residency/vouching/", vouches.vouching, name="vouching"),
    path("residency/links/<int:link_id>/take-back/", vouches.take_back_vouch_link, name="take_back_vouch_link"),
    path("vouch/<str:token>/", vouches.vouch, name="vouch"),
    path("verification/", verification.verification, name="verification"),
    path("verification/letters/", verification.print_waiting_letters, name="print_letters"),
    path("verification/letters/again/", verification.print_batch_again, name="print_letters_again"),
    path("verification/<int:residency_id>/confirm/", verification.confirm_home, name="confirm_home"),
    path("commands/<slug:slug>/desk/staff/", staff.staff, name="staff"),
    path("commands/<slug:slug>/desk/staff/<int:assignment_id>/", staff.staff_member, name="staff_member"),
    path("commands/<slug:slug>/desk/staff/<int:assignment_id>/end/", staff.end_assignment, name="end_assignment"),
    path(
        "commands/<slug:slug>/desk/invitations/<int:invitation_id>/again/",
        staff.send_invitation_again,
        name="send_invitation_again",
    ),
    path(
        "commands/<slug:slug>/desk/invitations/<int:invitation_id>/take-back/",
        staff.take_back_invitation,
        name="take_back_invitation",
    ),
    path("invitations/<str:token>/", invitation, name="invitation"),
]
