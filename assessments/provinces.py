"""Official codes of the provinces: those in which a set of criteria can hold.

Source: the list of administrative units of the General Statistics Office (Decision
124/2004/QĐ-TTg with its changes): 63 provinces until 30 June 2025, and the 34 since
1 July 2025 (Resolution 202/2025/QH15), which all kept a code of the 63.
"""

from typing import Final

CODES_2021: Final = (
    "01 02 04 06 08 10 11 12 14 15 17 19 20 22 24 25 26 27 30 31 33 34 35 36 37 38 40 42 44 45 46"
    " 48 49 51 52 54 56 58 60 62 64 66 67 68 70 72 74 75 77 79 80 82 83 84 86 87 89 91 92 93 94 95"
    " 96"
)
CODES_2025: Final = (
    "01 04 08 11 12 14 15 19 20 22 24 25 31 33 37 38 40 42 44 46 48 51 52 56 66 68 75 79 80 82 86"
    " 91 92 96"
)
PROVINCE_CODES: Final = frozenset(f"{CODES_2021} {CODES_2025}".split())
