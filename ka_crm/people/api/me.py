"""Who is asking."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ka_crm.people.models import User


class MeSerializer(serializers.ModelSerializer[User]):
    """The caller's own account."""

    territory = serializers.SlugRelatedField[Any](slug_field="name", read_only=True, allow_null=True)

    class Meta:
        model = User
        fields = ("id", "email", "name", "role", "territory", "language", "time_zone")
        read_only_fields = fields


class MeView(APIView):
    """The caller's own account: role and territory decide what the other lists show."""

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        return Response(MeSerializer(request.user).data)  # type: ignore[arg-type]
