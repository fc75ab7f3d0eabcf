"""Who asks."""

from __future__ import annotations

from dataclasses import dataclass

from service.access.limits import Kind, Limits
from service.access.problems import KeyForbids, QuotaUsed


@dataclass(frozen=True, slots=True)
class Client:
    """The owner of a key; where no keys are in use, whoever is at an address.

    Attributes
    ----------
    name
        The key's name, or the address. Never the key.
    keyed
        Whether it is a key's.
    limits
        What it may ask for.
    """

    name: str
    keyed: bool
    limits: Limits

    @property
    def owner(self) -> str:
        """Whose is what it leaves behind, such as a job: the key's name; empty is everybody's."""
        return self.name if self.keyed else ""

    def admit(self, kind: Kind, held: int) -> None:
        """Say whether it may have one more of a kind.

        Parameters
        ----------
        kind
            Of what.
        held
            How many it has at the moment.

        Raises
        ------
        KeyForbids
            It may have none at all.
        QuotaUsed
            It has as many as it may.
        """
        most = self.limits.at_once(kind)
        if most == 0:
            raise KeyForbids(f"No {kind} are allowed to {self.name!r}.")
        if most is not None and held >= most:
            raise QuotaUsed(f"{held} {kind} of yours are being worked on, as many as one client may have.")
