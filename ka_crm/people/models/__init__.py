from ka_crm.people.models.territory import Territory
from ka_crm.people.models.token import ApiToken
from ka_crm.people.models.user import Role, User

__all__ = ["ApiToken", "Role", "Territory", "User"]
