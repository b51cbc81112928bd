"""Finding peers on the same local network (DNS-SD over multicast DNS, RFC 6762 and 6763). Everything heard there is only a hint."""

from console.comms.carriers.discovery.announcement import Announcement, Hint, domain_of
from console.comms.carriers.discovery.beacon import Beacon, Told
from console.comms.carriers.discovery.vicinity import Need, Vicinity, choose

__all__ = ["Announcement", "Beacon", "Hint", "Need", "Told", "Vicinity", "choose", "domain_of"]
