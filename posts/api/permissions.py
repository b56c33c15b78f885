"""Who may ask, as far as the account alone decides?"""

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import User
from accounts.selectors import has_second_factor


class SignedIn(IsAuthenticated):
    """Everybody with an account. Police and city staff need a second step at sign-in, for their tokens too."""

    message = "Police and city staff set up a second step at sign-in first; then the API opens, too."

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.user, User):
            return False
        return not request.user.is_police_or_civic_staff or has_second_factor(request.user.pk)


class Staff(SignedIn):
    """Police and city staff with a second step; what each may do is decided by their assignments."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if isinstance(request.user, User) and not request.user.is_police_or_civic_staff:
            self.message = "Only police can do that."
            return False
        return super().has_permission(request, view)
