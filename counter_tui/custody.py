"""The store's key in the desktop's keyring, where the configuration says so.

With it an agent starts with the machine and needs no clerk. The sealed files stay what opens the
store to people; a keyring that fails never keeps a clerk from work.
"""

from counter_tui.config import Config
from counter_tui.keys import secret_service
from counter_tui.station import Station


def kept(settings: Config, station: Station) -> bytes | None:
    """The key from the Secret Service; None where it is not kept there. Raises KeyringTrouble."""
    if settings.keys.custody != "secret-service":
        return None
    return secret_service.get(station.code)


def keep(settings: Config, station: Station, key: bytes) -> None:
    """Keep the key there, if that is where it is kept. Blocks for 3 s at most.

    Raises KeyringTrouble.
    """
    if settings.keys.custody == "secret-service":
        secret_service.put(station.code, key)
