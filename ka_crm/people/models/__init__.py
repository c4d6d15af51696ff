from ka_crm.people.models.password_check import PasswordCheck
from ka_crm.people.models.territory import Territory
from ka_crm.people.models.token import ApiToken
from ka_crm.people.models.user import Role, User

__all__ = ["ApiToken", "PasswordCheck", "Role", "Territory", "User"]
