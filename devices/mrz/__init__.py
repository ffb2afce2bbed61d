"""Machine readable zones: ICAO 9303 parts 4 to 6 and the forms China prints on its permits."""

from devices.mrz.fields import MrzError, check_digit
from devices.mrz.forms import Mrz, parse
from devices.mrz.key import AccessKey, access_key

__all__ = ["AccessKey", "Mrz", "MrzError", "access_key", "check_digit", "parse"]
