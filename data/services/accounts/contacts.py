"""Contacts of persons: one e-mail address or one phone number, in one spelling."""

from dataclasses import dataclass
from typing import Final, Literal, Protocol

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from data.errors import InputError

COUNTRY: Final = "VN"
MOST_SIGNS: Final = 200
NO_MOBILE: Final = frozenset(
    {
        phonenumbers.PhoneNumberType.FIXED_LINE,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.UAN,
        phonenumbers.PhoneNumberType.VOICEMAIL,
    }
)

ContactKind = Literal["email", "phone"]


class ContactError(InputError):
    """A text is no contact.

    Attributes:
        problem: `empty`, `email`, `phone`, or `landline`: where no SMS arrives.
    """

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(
            "this is no contact: write an e-mail address, or a mobile number such as 0912 345 678"
        )


@dataclass(frozen=True, kw_only=True)
class Contact:
    """One way to reach a person.

    Attributes:
        kind: By which channel.
        value: The address in lower case, or the number in E.164.
    """

    kind: ContactKind
    value: str

    @property
    def masked(self) -> str:
        """Enough for the person to know it again: `n•••@example.vn`, `+84•••••5678`."""
        if self.kind == "email":
            name, _, host = self.value.rpartition("@")
            return f"{name[:1]}•••@{host}"
        return f"{self.value[:3]}•••••{self.value[-3:]}"


class HasContact(Protocol):
    """Whatever holds the two columns of an account."""

    @property
    def email(self) -> str | None:
        """E-mail address."""

    @property
    def phone(self) -> str | None:
        """Number in E.164."""


def contact_of(account: HasContact) -> Contact:
    """By what an account is reached: e-mail before phone, since it costs nothing.

    Raises:
        InputError: It has neither.
    """
    if account.email is not None:
        return Contact(kind="email", value=account.email)
    if account.phone is not None:
        return Contact(kind="phone", value=account.phone)
    raise InputError("the account has no contact")


def read_contact(text: str) -> Contact:
    """The contact that a person typed; numbers without a country code are Vietnamese.

    Nothing is asked of the network: that the contact is theirs is shown by a code sent to it.

    Raises:
        ContactError: It is neither an e-mail address nor a mobile number.
    """
    text = text.strip()
    if not text:
        raise ContactError("empty")
    if len(text) > MOST_SIGNS or "\0" in text:
        raise ContactError("email")
    return _read_email(text) if "@" in text else _read_phone(text)


def _read_email(text: str) -> Contact:
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise ContactError("email") from None
    # Servers that tell Nguyen@ from nguyen@ are gone; people who type both are not.
    return Contact(kind="email", value=found.normalized.lower())


def _read_phone(text: str) -> Contact:
    try:
        number = phonenumbers.parse(text, COUNTRY)
    except phonenumbers.NumberParseException:
        raise ContactError("phone") from None
    if not phonenumbers.is_valid_number(number) or number.extension:
        raise ContactError("phone")
    if phonenumbers.number_type(number) in NO_MOBILE:
        raise ContactError("landline")
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Contact(kind="phone", value=e164)
